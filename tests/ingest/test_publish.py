from __future__ import annotations

import os
import stat
import subprocess
import sys
import time

import pytest

from ingest import publish as publishing
from ingest.pages import sha256_of
from ingest.publish import (
    FORMAT,
    DamagedError,
    LockedError,
    build_lock,
    build_running,
    check_files,
    current,
    hash_files,
    previous,
    private_copy,
    publish,
    sweep,
)
from tests.small_corpus import ROOT, run

MANIFEST = {"format": FORMAT, "model": {"folder": "m", "name": "n", "files": {}}}


def put_in_use(index_dir, name, content=b"vectors"):
    """Publish a small folder under a fingerprint that begins with the name."""
    made = index_dir / ".building-test" / "index"
    (made / "inner").mkdir(parents=True)
    (made / "inner" / "vectors.bin").write_bytes(content)
    (made / "texts").write_bytes(name.encode())
    return publish(index_dir, made, {**MANIFEST, "fingerprint": name.ljust(64, "0")})


@pytest.fixture
def index_dir(tmp_path):
    folder = tmp_path / "index"
    folder.mkdir()
    put_in_use(folder, "first")
    return folder


def test_what_was_published_last_is_in_use_and_the_one_before_is_kept(index_dir):
    put_in_use(index_dir, "second")
    assert (current(index_dir).folder / "texts").read_text() == "second"
    assert (previous(index_dir).folder / "texts").read_text() == "first"


def test_nothing_is_in_use_where_nothing_was_published(tmp_path):
    assert current(tmp_path) is None
    assert previous(tmp_path) is None


def test_the_manifest_holds_the_hash_of_every_file(index_dir):
    published = current(index_dir)
    assert set(published.manifest["files"]) == {"inner/vectors.bin", "texts"}
    assert hash_files(published.folder) == published.manifest["files"]


def test_the_same_index_can_be_published_again_beside_itself(index_dir):
    put_in_use(index_dir, "first", b"again")
    assert current(index_dir).folder != previous(index_dir).folder
    assert (current(index_dir).folder / "inner" / "vectors.bin").read_bytes() == b"again"


def test_a_stop_at_any_step_leaves_a_whole_index_in_use(tmp_path, monkeypatch):
    steps = 0
    while True:
        folder = tmp_path / f"index-{steps}"
        folder.mkdir()
        put_in_use(folder, "first")
        left = [steps]

        def stops(path, flush=publishing._flush, left=left):
            if left[0] == 0:
                raise KeyboardInterrupt
            left[0] -= 1
            flush(path)

        with monkeypatch.context() as patch:
            patch.setattr(publishing, "_flush", stops)
            try:
                put_in_use(folder, "second")
                break
            except KeyboardInterrupt:
                steps += 1
        published = current(folder)
        assert (published.folder / "texts").read_text() in {"first", "second"}
        assert hash_files(published.folder) == published.manifest["files"]
        private_copy(published, "inner")
    assert steps >= 8


def test_the_pointer_is_replaced_and_never_written_in_place(index_dir):
    before = (index_dir / "CURRENT").stat().st_ino
    with (index_dir / "CURRENT").open() as held:
        put_in_use(index_dir, "second")
        assert held.read().startswith("first")
    assert (index_dir / "CURRENT").stat().st_ino != before


def test_what_is_pointed_to_is_on_the_disk_before_the_pointer_is(index_dir, monkeypatch):
    flushed = []
    monkeypatch.setattr(publishing, "_flush", lambda path: flushed.append(path.name))
    put_in_use(index_dir, "second")
    assert {"vectors.bin", "inner", "texts", "manifest.json"} <= set(flushed[: flushed.index(".CURRENT.new")])
    assert flushed[-1] == index_dir.name


def test_sweeping_keeps_the_two_last_and_the_models_and_nothing_else(index_dir):
    put_in_use(index_dir, "second")
    put_in_use(index_dir, "third")
    (index_dir / "models").mkdir()
    (index_dir / ".building-old").mkdir()
    sweep(index_dir)
    kept = {path.name for path in index_dir.iterdir() if path.is_dir()}
    assert kept == {current(index_dir).folder.name, previous(index_dir).folder.name, "models"}


def test_a_second_builder_is_refused_at_once(index_dir):
    with build_lock(index_dir):
        started = time.perf_counter()
        with pytest.raises(LockedError, match="Wait"), build_lock(index_dir):
            pass
        assert time.perf_counter() - started < 1
        assert build_running(index_dir)
    with build_lock(index_dir):
        pass
    assert not build_running(index_dir)


def test_the_lock_holds_between_processes_and_ends_with_the_process_that_held_it(index_dir):
    code = (
        "import sys, time; from pathlib import Path; from ingest.publish import build_lock\n"
        "with build_lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, index_dir], cwd=ROOT, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LockedError), build_lock(index_dir):
            pass
        holder.kill()
    with build_lock(index_dir):
        pass


def test_asking_whether_a_build_runs_makes_no_folder_and_no_file(tmp_path):
    assert not build_running(tmp_path / "index")
    assert list(tmp_path.iterdir()) == []


POINTERS = [b"", b"\n", b"../first\n", b"\xff\xfe", b"/etc\n", b".building-test\n", b"..\n"]


@pytest.mark.parametrize("pointer", POINTERS)
def test_a_pointer_that_names_no_index_is_damage(index_dir, pointer):
    (index_dir / "CURRENT").write_bytes(pointer)
    with pytest.raises(DamagedError):
        current(index_dir)
    assert previous(index_dir) is None


def test_a_pointer_to_a_folder_that_is_gone_is_damage(index_dir):
    (index_dir / "CURRENT").write_text("gone-0\n")
    with pytest.raises(DamagedError):
        current(index_dir)


MANIFESTS = (
    "",
    "{",
    "[]",
    "null",
    "{}",
    '{"files": {}}',
    '{"files": [], "fingerprint": "a", "model": {"folder": "m"}}',
    '{"files": {"a": "b"}, "fingerprint": "", "model": {"folder": "m"}}',
    "[" * 100_000,
)


@pytest.mark.parametrize("manifest", MANIFESTS, ids=range(len(MANIFESTS)))
def test_a_damaged_manifest_is_damage(index_dir, manifest):
    (current(index_dir).folder / "manifest.json").write_text(manifest)
    with pytest.raises(DamagedError, match="manifest"):
        current(index_dir)


def test_a_damaged_previous_index_is_none(index_dir):
    put_in_use(index_dir, "second")
    (previous(index_dir).folder / "manifest.json").write_text("{")
    assert previous(index_dir) is None


def test_a_private_copy_is_of_one_folder_and_only_its_owner_may_read_it(index_dir):
    published = current(index_dir)
    copy = private_copy(published, "inner")
    assert hash_files(copy) == {"inner/vectors.bin": published.manifest["files"]["inner/vectors.bin"]}
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["inner/vectors.bin", "texts"])
def test_an_altered_or_missing_file_is_found_whether_it_is_copied_or_not(index_dir, name):
    published = current(index_dir)
    path = published.folder / name
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedError, match="altered"):
        private_copy(published, "inner")
    path.unlink()
    with pytest.raises(DamagedError, match="missing"):
        private_copy(published, "inner")


def test_a_manifest_cannot_make_a_copy_write_outside_its_folder(index_dir, tmp_path, monkeypatch):
    memory = tmp_path / "a" / "memory"
    memory.mkdir(parents=True)
    monkeypatch.setattr(publishing, "_memory_folder", lambda: str(memory))
    published = current(index_dir)
    outside = published.folder / "inner" / ".." / ".." / ".." / "outside"
    outside.write_bytes(b"abc")
    published.manifest["files"] = {"inner/../../../outside": sha256_of(outside)}
    with pytest.raises(DamagedError, match="manifest"):
        private_copy(published, "inner")
    assert not (tmp_path / "a" / "outside").exists()


def test_an_index_of_another_format_is_not_opened(index_dir):
    published = current(index_dir)
    published.manifest["format"] = FORMAT + 1
    with pytest.raises(DamagedError, match="another version"):
        private_copy(published, "inner")


def test_a_private_copy_goes_with_its_process_and_that_of_a_killed_one_with_the_next(index_dir, tmp_path, monkeypatch):
    memory = tmp_path / "memory"
    memory.mkdir()
    code = (
        "import os, sys; from pathlib import Path; from ingest import publish\n"
        "publish._memory_folder = lambda: sys.argv[2]\n"
        "print(publish.private_copy(publish.current(Path(sys.argv[1])), 'inner').is_dir(), flush=True)\n"
        "if sys.argv[3] == 'killed': os.kill(os.getpid(), 9)"
    )
    assert run("-c", code, str(index_dir), str(memory), "ends").stdout == b"True\n"
    assert list(memory.iterdir()) == []
    assert run("-c", code, str(index_dir), str(memory), "killed").stdout == b"True\n"
    (left,) = memory.iterdir()
    monkeypatch.setattr(publishing, "_memory_folder", lambda: str(memory))
    (memory / f"avenues-{os.getppid()}-alive").mkdir()
    copy = private_copy(current(index_dir), "inner")
    assert copy.exists()
    assert not left.exists()
    assert (memory / f"avenues-{os.getppid()}-alive").exists()


def test_files_of_the_model_are_checked_where_they_lie(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"weights")
    files = hash_files(tmp_path)
    check_files(tmp_path, files)
    (tmp_path / "model.onnx").write_bytes(b"weightS")
    with pytest.raises(DamagedError, match="altered"):
        check_files(tmp_path, files)
    (tmp_path / "model.onnx").unlink()
    with pytest.raises(DamagedError, match="missing"):
        check_files(tmp_path, files)


def test_a_changed_letter_anywhere_in_the_manifest_is_found_or_changes_nothing(index_dir):
    path = current(index_dir).folder / "manifest.json"
    content, manifest = path.read_bytes(), current(index_dir).manifest
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 2
        path.write_bytes(changed)
        try:
            read = current(index_dir).manifest
        except DamagedError:
            continue
        assert {name: read.get(name) for name in manifest if name != "seal"} == {
            name: value for name, value in manifest.items() if name != "seal"
        }


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files.")
@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")], ids=["pipe", "device"])
@pytest.mark.parametrize("name", ["CURRENT", "manifest.json", "texts"])
def test_a_pipe_or_a_device_in_an_index_is_damage_and_never_waited_for(index_dir, name, make):
    path = index_dir / name if name == "CURRENT" else current(index_dir).folder / name
    path.unlink()
    make(path)
    with pytest.raises(DamagedError):
        private_copy(current(index_dir), "inner")
