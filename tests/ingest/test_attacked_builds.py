"""Attacks on the swap of an index: kills, a full disk, a folder that cannot be written to."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from ingest.build import build, index_state
from ingest.opening import open_index
from ingest.publish import current, hash_files
from tests.pdfs import make_pdf
from tests.small_corpus import QUESTIONS, Built, copied, run

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="This is Linux only.")


def killed(built: Built, count: int, timeout: int):
    options = [str(built.corpus), str(built.index), str(count), "7"]
    done = run("-m", "tests.ingest.killed_builds", *options, timeout=timeout)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout.decode().splitlines()[-1])


@linux
@pytest.mark.long
def test_after_every_one_of_ten_kills_there_is_an_index_that_is_right(own_index):
    told = killed(own_index, 10, 500)
    assert told["wrong"] == 0
    assert told["killed"] >= 5
    assert index_state(own_index.settings).name == "ready"
    assert not list(own_index.index.glob(".building-*"))
    assert not list((own_index.index / "kept").glob(".new-*"))


@linux
@pytest.mark.long
def test_after_every_one_of_two_hundred_kills_there_is_an_index_that_is_right(own_index):
    told = killed(own_index, 200, 3000)
    assert told["wrong"] == 0
    assert told["killed"] >= 100


@pytest.fixture
def small_disk(small_index, tmp_path):
    """A corpus and its index on a disk of their own, and how to mount that anew: with so many KiB, or read-only."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", place], capture_output=True)
    if mounted.returncode:
        pytest.skip("A small disk can be mounted by the administrator only.")
    try:
        built = copied(small_index, place)
        yield built, lambda options: subprocess.run(["mount", "-o", f"remount,{options}", place], check=True)
    finally:
        subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.long
@linux
def test_on_a_full_or_read_only_disk_the_index_before_stays_and_answers(small_disk, builds_here):
    built, mount = small_disk
    before = hash_files(current(built.index).folder)
    make_pdf(built.corpus / "documents" / "programme.pdf", ["1.  A new rule holds from today on for all offices.\n"])
    used = int(subprocess.run(["du", "-sk", built.corpus.parent], capture_output=True, check=True).stdout.split()[0])
    mount(f"size={used + 300}k")
    done = run("-m", "ingest", *built.options, "build")
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"The index in use " in done.stderr
    assert hash_files(current(built.index).folder) == before
    assert not list(built.index.glob(".building-*"))
    opened = open_index(built.settings)
    assert opened.condition == "stale"
    opened.index.close()
    mount("size=32m")
    mount("ro")
    with pytest.raises(OSError, match="Read-only"):
        build(built.settings)
    assert built.assistant().ask(QUESTIONS[0]).status == "answered"
    mount("rw")
    assert build(built.settings).built
    assert index_state(built.settings).name == "ready"
