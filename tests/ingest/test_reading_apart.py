"""ingest.reading: one document, one child; whatever that document does to it costs that document alone."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from ingest import reading as reading_module
from ingest.left_out import Screened
from ingest.limits import Limits, cores
from ingest.pages import UnreadableError, sha256_of
from ingest.reading import Readers, StrainError, Wanted, read_document, reading_of
from ingest.shapes import ShapeError, plain, shaped
from tests.pdfs import make_pdf
from tests.small_corpus import ROOT, ReadersHere, model_of

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="This is Linux only.")
LIMITS = Limits(wall=40.0, processor=6, memory=1 << 30)
GOOD = "1.  One sentence that can be read.\n\n2.  Another sentence of the same document follows here.\n"


def wanted(path, **row):
    known = {"id": "policy", "title": "A policy", "language": "en", "official": True} | row
    return Wanted(path=str(path), sha256=sha256_of(path), **known)


def flate_bomb(path):
    """A small PDF whose page is many megabytes long."""
    canvas = Canvas(str(path), pageCompression=1)
    canvas.setFont("Helvetica", 1)
    canvas._code.append("BT /F1 1 Tf 0 0 Td (a) Tj ET\n" * 900_000)
    canvas.showPage()
    canvas.save()
    return path


def loop(path):
    """A PDF whose pages are their own parent."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>"]
    body = b"%PDF-1.7\n"
    places = []
    for n, text in enumerate(objects, 1):
        places.append(len(body))
        body += f"{n} 0 obj\n{text}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 3\n0000000000 65535 f \n{table}trailer << /Size 3 /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    path.write_bytes(body + end.encode())
    return path


@pytest.fixture(scope="module")
def tokenizer(small_index):
    return model_of(small_index) / "tokenizer.json"


@pytest.fixture(scope="module")
def readers(tokenizer):
    with Readers(tokenizer, 256, LIMITS, 2) as opened:
        yield opened


@pytest.fixture
def good(tmp_path):
    return wanted(make_pdf(tmp_path / "good.pdf", [GOOD]))


def test_a_child_reads_what_would_be_read_here(readers, tokenizer, good):
    here = read_document(good, ReadersHere(tokenizer, 256)._splitter)
    assert reading_of(readers.read(good), good) == here
    assert [chunk.id for chunk in here.chunks] == [f"policy-{good.sha256[:16]}-1-0"]


@pytest.mark.parametrize("make", [flate_bomb, loop])
def test_a_bomb_costs_itself_alone_and_no_more_than_it_may_use(readers, tmp_path, good, make):
    bad = wanted(make(tmp_path / "bad.pdf"))
    started = time.monotonic()
    with pytest.raises(UnreadableError):
        reading_of(readers.read(bad), bad)
    assert time.monotonic() - started < LIMITS.wall
    assert reading_of(readers.read(good), good).pages[0].number == 1


HARM = {
    "a crash": ("os.kill(os.getpid(), 11)", "ended the program"),
    "silence": ("os._exit(0)", "ended the program"),
    "a busy hang": ("while True: pass", "more time"),
    "a memory bomb": ("held = [bytes(1 << 26) for _ in range(1000)]", "more memory"),
    "recursion": ("sys.setrecursionlimit(10**9); f = lambda: f() + 1; f()", "ended the program|more time|more memory"),
    "a large file": ("open(wanted.path + '.out', 'wb').truncate(1 << 29)", "not foreseen"),
}
HANGS = {
    "a hang": ("time.sleep(3600)", "more time"),
    "a hang that a child of its own goes on with": ("os.fork() or time.sleep(3600); time.sleep(3600)", "more time"),
}


@pytest.fixture(scope="module")
def harmful(tmp_path_factory, tokenizer):
    """Start readers in which a document whose title names a harm does it."""
    script = tmp_path_factory.mktemp("harmful") / "harmful.py"
    code = {name: harm for name, (harm, _) in (HARM | HANGS).items()}
    script.write_text(
        f"import os, sys, time\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from ingest import reading\nreally = reading.read_document\n"
        f"HARM = {code!r}\n"
        "def read_document(wanted, splitter):\n"
        "    exec(HARM.get(wanted.title, ''), globals() | {'wanted': wanted})\n"
        "    return really(wanted, splitter)\n"
        "reading.read_document = read_document\n"
        "sys.exit(reading.main(sys.argv[1:]))\n"
    )

    def start(limits):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reading_module, "_CHILD", (sys.executable, str(script)))
            return Readers(tokenizer, 256, limits, 1).__enter__()

    return start


@linux
def test_whatever_a_document_does_to_its_child_costs_that_document_alone(harmful, good):
    readers = harmful(Limits(wall=60.0, processor=2, memory=1 << 30))
    for harm, (_, words) in HARM.items():
        bad = replace(good, title=harm)
        with pytest.raises(UnreadableError, match=words):
            reading_of(readers.read(bad), bad)
        assert reading_of(readers.read(good), good), harm
    assert readers._server.poll() is None
    readers.__exit__(None, None, None)


@linux
@pytest.mark.parametrize("harm", HANGS)
def test_a_hang_is_ended_when_its_time_is_over_with_all_that_it_started(harmful, good, harm):
    bad = replace(good, title=harm)
    readers = harmful(Limits(wall=1.0, processor=60, memory=1 << 30))
    started = time.monotonic()
    with pytest.raises(StrainError, match=HANGS[harm][1]):
        readers.read(bad)
    assert time.monotonic() - started < 30
    readers.__exit__(None, None, None)


@linux
@pytest.mark.long
def test_when_the_server_ends_new_interpreters_read_on(tokenizer, good):
    with Readers(tokenizer, 256, LIMITS, 1) as readers:
        said = readers.read(good)
        os.kill(readers._server.pid, signal.SIGKILL)
        readers._server.wait()
        assert readers.read(good) == said


@linux
def test_no_child_outlives_the_one_that_started_it(tokenizer, good):
    with Readers(tokenizer, 256, LIMITS, 2) as readers:
        for _ in range(2):  # by turns: once both have answered, both are there
            readers.read(good)
        desks = [
            int(pid)
            for pid in Path(f"/proc/{readers._server.pid}/task/{readers._server.pid}/children").read_text().split()
        ]
        assert len(desks) == 2
    deadline = time.monotonic() + 10
    while any(_runs(pid) for pid in desks) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_runs(pid) for pid in desks)


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_file_that_is_replaced_while_it_is_read_is_not_taken(readers, tmp_path, good):
    Path(good.path).write_bytes(make_pdf(tmp_path / "other.pdf", ["1.  Another text."]).read_bytes())
    with pytest.raises(StrainError, match="changed while it was read"):
        reading_of(readers.read(good), good)


def test_documents_are_read_side_by_side(tokenizer, tmp_path):
    texts = [f"{GOOD}\n3.  Sentence {n} stands here alone." for n in range(6)]
    jobs = [wanted(make_pdf(tmp_path / f"{n}.pdf", [text])) for n, text in enumerate(texts)]
    found = {}
    with Readers(tokenizer, 256, LIMITS, 2) as readers:
        threads = [threading.Thread(target=lambda job=job: found.update({job.path: readers.read(job)})) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for n, job in enumerate(jobs):
        assert f"Sentence {n} stands" in reading_of(found[job.path], job).chunks[0].text


def test_half_characters_in_raw_text_come_through_and_are_never_shown(tokenizer, good, monkeypatch):
    raw = "1.  A whole sentence stands here.\n\n2.  A half \ud83d\ude00 \ud800 character stands here.\n"
    page = reading_module.Page(1, "1", raw)
    monkeypatch.setattr(reading_module, "read_pages", lambda path: (page,))
    monkeypatch.setattr(reading_module, "read_drawn", lambda path, fonts: [])
    monkeypatch.setattr(reading_module, "screen", lambda pages, drawn, sentences: Screened(tuple(sentences), ()))
    found = reading_of(ReadersHere(tokenizer, 256).read(good), good)
    assert found.pages[0].raw == raw
    assert [bool(sentence.text) for sentence in found.sentences] == [True, False]
    assert "half" not in "".join(chunk.embedded for chunk in found.chunks)


# What a child says is not trusted


def test_what_a_child_says_is_taken_only_when_all_of_it_fits(readers, good):
    said = json.loads(readers.read(good))
    assert reading_of(json.dumps(said).encode(), good)
    pages, sentences, chunks, left_out = range(4)

    def spoilt(change):
        copy = json.loads(json.dumps(said))
        change(copy["reading"])
        return json.dumps(copy).encode()

    changes = [
        lambda r: r[pages][0].__setitem__(0, 2),
        lambda r: r[pages][0].__setitem__(2, None),
        lambda r: r[pages].append([3, "3", "", []]),
        lambda r: r[sentences][0].__setitem__(0, 7),
        lambda r: r[sentences][0].__setitem__(5, []),
        lambda r: r[sentences][0].__setitem__(5, [[1, "1", 0, 10**6]]),
        lambda r: r[sentences][0].__setitem__(5, [[2, "1", 0, 1]]),
        lambda r: r[sentences][0].__setitem__(8, 1),
        lambda r: r[sentences][0].append(1),
        lambda r: r[chunks][0].__setitem__(0, "another-id"),
        lambda r: r[chunks][0].__setitem__(1, "another document"),
        lambda r: r[chunks][0][7].__setitem__(0, 99),
        lambda r: r[chunks][0][8].append(0),
        lambda r: r[chunks][0][8].__setitem__(0, -1),
        lambda r: r[chunks][0][8].__setitem__(0, 10**6),
        lambda r: r[chunks].clear(),
        lambda r: r[chunks].append(r[chunks][0]),
        lambda r: r[left_out].append([9, "hidden", 1]),
        lambda r: r.pop(),
    ]
    for n, change in enumerate(changes):
        with pytest.raises(StrainError):
            reading_of(spoilt(change), good)
            raise AssertionError(n)
    for nonsense in (b"", b"null", b"[]", b"{", b"{}", b'{"refused": 3}', b"\xff", b"[" * 100_000, b'{"reading": {}}'):
        with pytest.raises(StrainError):
            reading_of(nonsense, good)


def test_a_shape_is_what_it_was_made_of_and_nothing_else():
    page = reading_module.Page(1, "1", "text", frozenset({"b", "a"}))
    assert shaped(reading_module.Page, json.loads(json.dumps(plain(page)))) == page
    for kind, value in ((int, True), (str, 1), (int, 1.0), (tuple[int, ...], "12"), (tuple[int, ...], [1, "2"])):
        with pytest.raises(ShapeError):
            shaped(kind, value)
    assert (shaped(int | None, None), shaped(int | None, 3)) == (None, 3)


@pytest.mark.long
@pytest.mark.skipif("AVENUES_ODD_PDFS" not in os.environ, reason="AVENUES_ODD_PDFS names no folder of odd PDFs.")
def test_every_odd_pdf_is_read_or_refused_with_a_reason_twice_the_same(tokenizer):
    folder = Path(os.environ["AVENUES_ODD_PDFS"])
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".pdf")
    limits = Limits(wall=600.0, processor=60, memory=2 << 30)

    def became(path):
        job, started = wanted(path), time.monotonic()
        try:
            found = reading_of(readers.read(job), job)
            said = f"{len(found.pages)} pages, {len(found.sentences)} sentences, {len(found.chunks)} chunks"
        except UnreadableError as error:
            said = str(error)
        assert time.monotonic() - started < limits.wall + 60
        return path.name, said

    with Readers(tokenizer, 256, limits) as readers, ThreadPoolExecutor(cores()) as hands:
        first, second = (list(hands.map(became, paths)) for _ in range(2))
        assert readers._server.poll() is None
    assert first == second
    assert len(first) == len(paths) > 100
    assert all(said.endswith((".", "chunks")) for _, said in first)
    assert sum(said.endswith("chunks") for _, said in first) > 100
