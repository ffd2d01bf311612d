"""What is kept between builds: the same index as from nothing, and nothing is read again that did not change."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import numpy as np
import pytest

from ingest import build as building
from ingest import worker
from ingest.build import build, index_state
from ingest.embeddings import DocumentEmbedder
from ingest.index import Index
from ingest.kept import Kept, key_of
from ingest.opening import open_index
from ingest.publish import current
from tests.pdfs import make_pdf
from tests.small_corpus import Built, ReadersHere

MORE = "1.  A new rule on reporting by telephone holds from today on for all offices.\n"


def content(built: Built):
    """All that an index holds, with the vectors to the last bit."""
    index: Index = open_index(built.settings).index
    try:
        store = index.store
        chunks = store.chunks(range(index.size))
        return {
            "cards": store.documents,
            "chunks": chunks,
            "vectors": np.asarray(index.chunk_vectors).tobytes(),
            "sentences": np.asarray(index.sentence_vectors).tobytes(),
            "word pieces": [(index.folder / name).read_bytes() for name in ("tokens.npy", "token_starts.npy")],
            "texts": [store.sentences(name, range(400)) for name in store.documents],
            "asked": [index.asked.places, index.asked._questions.tobytes(), index.asked._texts.tobytes()],
        }
    finally:
        index.close()


@pytest.fixture
def read(builds_here, monkeypatch):
    """The ids of the documents that were really read."""
    ids = []

    class Counting(ReadersHere):
        def read(self, wanted):
            ids.append(wanted.id)
            return super().read(wanted)

    monkeypatch.setattr(worker, "Readers", Counting)
    return ids


def from_nothing(built: Built, folder: Path) -> Built:
    fresh = Built(built.corpus, folder / "from nothing")
    fresh.index.mkdir()
    shutil.copytree(built.index / "models", fresh.index / "models", symlinks=True)
    assert build(fresh.settings).built
    return fresh


@pytest.mark.long
def test_adding_replacing_and_withdrawing_reads_one_document_and_ends_as_from_nothing(own_index, read, tmp_path):
    documents = own_index.corpus / "documents"
    build(own_index.settings)
    assert read == []

    make_pdf(documents / "new-rule.pdf", [MORE])
    table = (own_index.corpus / "catalogue.csv").read_text(encoding="utf-8")
    row = "new-rule,documents/new-rule.pdf,New rule,Example,,,en,,in_force,,,,\n"
    head, *rows = table.splitlines(keepends=True)
    (own_index.corpus / "catalogue.csv").write_text("".join([head, rows[0], row, *rows[1:]]), encoding="utf-8")
    report = build(own_index.settings)
    assert [entry["file"] for entry in report.indexed if not entry["kept"]] == ["documents/new-rule.pdf"]

    make_pdf(documents / "programme.pdf", [MORE.replace("telephone", "letter")])
    build(own_index.settings)
    (own_index.corpus / "flags.csv").write_text(
        "document,paragraph,flag,reason,reviewed_by,reviewed_on\nnew-rule,1,not_first,A reason.,A reviewer,2026-11-22\n"
    )
    build(own_index.settings)
    (documents / "old circular.pdf").unlink()
    (own_index.corpus / "catalogue.csv").write_text("".join([head, rows[0], row, rows[1], *rows[3:]]), encoding="utf-8")
    build(own_index.settings)
    assert read == ["new-rule", "programme"]
    assert content(own_index) == content(from_nothing(own_index, tmp_path))


@pytest.mark.long
def test_a_document_with_another_title_is_read_again_and_one_with_another_flag_is_not(own_index, read):
    table = own_index.corpus / "catalogue.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",Parking,", ",Where to park,"), encoding="utf-8")
    build(own_index.settings)
    assert read == ["old-circular"]


@pytest.mark.parametrize(
    "harm",
    [
        "flipped",
        pytest.param("another's", marks=pytest.mark.long),
        *(pytest.param(harm, marks=pytest.mark.long) for harm in ("cut", "empty", "a folder", "gone")),
    ],
)
def test_what_is_kept_and_damaged_is_read_anew_and_never_trusted(own_index, read, harm):
    before = content(own_index)
    kept = sorted((own_index.index / "kept").iterdir())
    assert len(kept) == 8
    whole = [path.read_bytes() for path in kept]
    for path, other in zip(kept, whole[1:] + whole[:1], strict=True):
        own = path.read_bytes()
        path.unlink()
        if harm == "a folder":
            path.mkdir()
        elif harm != "gone":
            changed = {"flipped": own[:200] + bytes([own[200] ^ 1]) + own[201:], "cut": own[:-1], "empty": b"",
                       "another's": other}  # fmt: skip
            path.write_bytes(changed[harm])
    (current(own_index.index).folder / "texts.sqlite").unlink()
    report = build(own_index.settings)
    assert report.built
    assert sorted(read) == ["first-steps", "old-circular", "policy", "programme"]
    assert content(own_index) == before


@pytest.mark.long
def test_where_nothing_can_be_kept_the_index_is_made_all_the_same(own_index, read):
    shutil.rmtree(own_index.index / "kept")
    (own_index.index / "kept").write_text("in the way")
    (current(own_index.index).folder / "texts.sqlite").unlink()
    assert build(own_index.settings).built
    assert len(read) == 4


def test_a_document_that_cannot_be_embedded_costs_itself_alone(own_index, read, monkeypatch):
    embed = DocumentEmbedder.embed_with_parts

    def fails(embedder, texts, starts):
        if any("Parking" in text for text in texts):
            raise RuntimeError
        return embed(embedder, texts, starts)

    monkeypatch.setattr(DocumentEmbedder, "embed_with_parts", fails)
    shutil.rmtree(own_index.index / "kept")
    (current(own_index.index).folder / "texts.sqlite").unlink()
    report = build(own_index.settings)
    assert [entry["id"] for entry in report.indexed] == ["policy", "programme", "first-steps"]
    assert [entry["file"] for entry in report.unread] == ["documents/old circular.pdf"]
    assert "not foreseen (RuntimeError)" in report.unread[0]["reason"]


@pytest.mark.long
def test_another_version_of_the_program_reads_all_again_and_says_so(own_index, read, monkeypatch):
    for module in (building, worker):
        monkeypatch.setattr(module, "program", lambda: "another")
    state = index_state(own_index.settings)
    assert (state.name, state.reason, state.usable) == ("stale", "It was made by another version of the program.", True)
    build(own_index.settings)
    assert len(read) == 4
    assert index_state(own_index.settings).name == "ready"


def test_what_is_kept_is_for_its_owner_only_and_swept_when_no_build_uses_it(tmp_path):
    kept = Kept(tmp_path / "kept")
    kept.put(key_of("a"), b"first")
    kept.put(key_of("b"), b"second")
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "kept").iterdir()} == {0o600}
    again = Kept(tmp_path / "kept")
    assert again.get(key_of("a")) == b"first"
    again.sweep()
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [key_of("a")]


def test_a_link_in_the_place_of_what_is_kept_is_neither_trusted_nor_written_through(tmp_path):
    kept = Kept(tmp_path / "kept")
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "kept" / key_of("a")).symlink_to(tmp_path / "precious")
    assert kept.get(key_of("a")) is None
    kept.put(key_of("a"), b"content")
    assert (tmp_path / "precious").read_text() == "precious"
    assert kept.get(key_of("a")) == b"content"


def test_a_pipe_or_a_device_in_the_place_of_what_was_kept_is_as_good_as_none(tmp_path):
    kept = Kept(tmp_path)
    kept.put("a", b"content")
    assert kept.get("a") == b"content"
    for name, make in (("pipe", os.mkfifo), ("device", lambda path: path.symlink_to("/dev/zero"))):
        make(tmp_path / name)
        assert kept.get(name) is None
