"""Fetching official documents from a server with real TLS that does everything a server can do wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from ingest import __main__ as command
from ingest import examine as examining
from ingest import fetch as fetching
from ingest.catalogue import COLUMNS
from ingest.download import DownloadLimits
from ingest.fetch import FetchWish, fetch
from ingest.limits import Limits
from ingest.official import read_record
from ingest.own_rows import RowError
from ingest.pages import sha256_of
from tests.https_server import (
    Proxy,
    Server,
    begin,
    cuts,
    drips,
    falls_silent,
    never_ends,
    ranges,
    redirects,
    sends,
    stand_in,
)
from tests.pdfs import make_pdf
from tests.small_corpus import ROOT, examined_here

__all__ = ["examined_here"]

pytestmark = pytest.mark.usefixtures("examined_here")

ID, SYMBOL, FILE = "st-sgb-2019-8", "ST/SGB/2019/8", "official/st-sgb-2019-8.pdf"
URL = "https://documents.un.org/pdf"
TEXT = """
{symbol}
Secretary-General's bulletin

Addressing discrimination and harassment

1.1  This bulletin replaces ST/SGB/2008/5 and holds for everybody who works for the Organization.

1.2  {extra}
"""
TOMBSTONE = """
The document you are looking for does not exist in the Official Document System (ODS). Please
contact the ODS support through the following contact-us link if you require further assistance.
"""
CHILD = examining._ask_child
QUICK = DownloadLimits(size=300_000, whole=3.0, headers=1.0, idle=0.7)


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    server.close()


@pytest.fixture
def hosts(server, monkeypatch, tmp_path):
    """The hosts that anybody asked for, one by one, while the official ones are on this machine."""
    server.answers.clear()
    server.requests.clear()
    return stand_in(server, monkeypatch, tmp_path / "authority.pem")


def row(**cells):
    blank = dict.fromkeys(COLUMNS, "")
    return blank | {"id": ID, "file": FILE, "title": "Addressing discrimination and harassment", "symbol": SYMBOL,
                    "language": "en", "status": "in_force", "official_url": "https://undocs.org/ST/SGB/2019/8",
                    "pdf_url": URL} | cells  # fmt: skip


def write_rows(corpus, *rows):
    lines = [",".join(COLUMNS), *(",".join(f'"{cells[column]}"' for column in COLUMNS) for cells in rows)]
    (corpus / "catalogue.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def corpus(tmp_path, hosts):
    folder = tmp_path / "corpus"
    folder.mkdir()
    write_rows(folder, row())
    return folder


def pdf(folder, symbol=SYMBOL, extra="Speak with the counsellor in confidence.", name="made.pdf", pages=2, **options):
    text = TEXT.format(symbol=symbol, extra=extra)
    return make_pdf(folder / name, [text, *(f"2.{n}  More of it.\n" for n in range(1, pages))], **options).read_bytes()


class Told:
    def __init__(self) -> None:
        self.said = []
        self.warned = []


def go(corpus, *ids, **options):
    told = Told()
    wish = FetchWish(corpus, ids, **({"limits": QUICK, "pause": 0} | options))
    told.report = fetch(wish, told.said.append, told.warned.append)
    return told


def left(corpus):
    """Everything in the official folder but its lock."""
    return sorted(path.name for path in (corpus / "official").rglob("*") if path.is_file() and path.name != "lock")


# What goes well


def test_a_document_that_is_not_here_is_fetched_checked_and_recorded(server, corpus, tmp_path):
    body = pdf(tmp_path)
    server.answers["/pdf"] = sends(body, ETag='"1"', Last_Modified="Tue, 10 Sep 2019 00:00:00 GMT")
    told = go(corpus)
    assert (told.report.came, told.warned) == (1, [])
    assert told.said == [f"{ID}: here now (2 pages, {FILE})."]
    assert (corpus / FILE).read_bytes() == body
    record = read_record(corpus, ID)
    assert (record.sha256, record.bytes, record.pages) == (sha256_of(corpus / FILE), len(body), 2)
    assert (record.url, record.etag, record.accepted) == (URL, '"1"', "")
    assert left(corpus) == [f"{ID}.json", f"{ID}.pdf"]


def test_a_request_tells_nothing_but_what_it_needs(server, corpus, tmp_path, monkeypatch):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".netrc").write_text("machine documents.un.org login me password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    server.answers["/pdf"] = redirects("/there")
    server.answers["/there"] = sends(pdf(tmp_path))
    assert go(corpus).report.came == 1
    for host, _, headers in server.requests:
        assert host == "documents.un.org"
        assert set(headers) == {"Host", "Accept", "Accept-Encoding", "Connection", "User-Agent"}
        assert headers["Accept-Encoding"] == "identity"
        assert "harassment" not in json.dumps(headers)


def test_redirects_between_official_hosts_are_followed(server, corpus, tmp_path, hosts):
    server.answers["/pdf"] = redirects("https://undocs.org/a")
    server.answers["/a"] = redirects("/b", 307)
    server.answers["/b"] = sends(pdf(tmp_path))
    assert go(corpus).report.came == 1
    assert [host for host, _ in hosts] == ["documents.un.org", "undocs.org", "undocs.org"]


def test_what_is_here_is_asked_for_by_its_mark_and_not_sent_again(server, corpus, tmp_path):
    server.answers["/pdf"] = sends(pdf(tmp_path), ETag='"1"')
    go(corpus)
    server.answers["/pdf"] = lambda handler: begin(handler, 304, {"ETag": '"1"'})
    before = (corpus / FILE).stat().st_mtime_ns
    told = go(corpus)
    assert (told.report.unchanged, told.said) == (1, [f"{ID}: unchanged."])
    assert server.requests[-1][2]["If-None-Match"] == '"1"'
    assert (corpus / FILE).stat().st_mtime_ns == before


def test_where_a_server_marks_nothing_what_is_here_is_left_unless_asked_for(server, corpus, tmp_path):
    server.answers["/pdf"] = sends(pdf(tmp_path))
    go(corpus)
    assert go(corpus).report == fetching.FetchReport()
    assert go(corpus, again=True).report.unchanged == 1
    assert go(corpus, ID).report.unchanged == 1


def test_the_same_bytes_are_unchanged_and_not_written_again(server, corpus, tmp_path):
    server.answers["/pdf"] = sends(pdf(tmp_path))
    go(corpus)
    before = ((corpus / FILE).stat().st_ino, (corpus / FILE).stat().st_mtime_ns)
    server.answers["/pdf"] = sends(pdf(tmp_path), ETag='"new mark"')
    told = go(corpus, again=True)
    assert told.said == [f"{ID}: unchanged."]
    assert ((corpus / FILE).stat().st_ino, (corpus / FILE).stat().st_mtime_ns) == before
    assert read_record(corpus, ID).etag == '"new mark"'
    assert left(corpus) == [f"{ID}.json", f"{ID}.pdf"]


GUIDE = """---
title: How to report
reviewed: 2026-11-22
---

# How to report

1. You can report. <!-- facts: F001 -->
2. You can ask. <!-- facts: F002 -->
"""


def test_a_newer_edition_says_what_changed_and_which_guides_rest_on_it(server, corpus, tmp_path):
    (corpus / "guides").mkdir()
    (corpus / "guides" / "reporting.md").write_text(GUIDE, encoding="utf-8")
    (corpus / "facts.csv").write_text(
        "id,statement,document,official_url,evidence,date\n"
        'F001,S,"ST/SGB/2019/8, as quoted elsewhere",,E,\nF002,S,ST/SGB/2019/80,,E,\n'
    )
    old = pdf(tmp_path)
    server.answers["/pdf"] = sends(old, ETag='"1"')
    go(corpus)
    new = pdf(tmp_path, extra="Nobody has to speak alone.", pages=3)
    server.answers["/pdf"] = sends(new, ETag='"2"')
    told = go(corpus)
    assert told.said[:2] == [f"{ID}: a newer edition (3 pages, {FILE}).", "  Pages: 2 before, 3 now."]
    assert "  - 1.2 Speak with the counsellor in confidence." in told.said
    assert "  + 1.2 Nobody has to speak alone." in told.said
    assert told.said[-1] == "  These guides rest on it; read them again: reporting, paragraph 1."
    (kept,) = (corpus / "official" / "previous").glob("*.pdf")
    assert kept.read_bytes() == old and kept.name.startswith(f"{ID}-{sha256_of(kept)[:8]}")
    assert (corpus / FILE).read_bytes() == new


def test_of_many_changes_twenty_are_shown_and_the_rest_counted(server, corpus, tmp_path):
    server.answers["/pdf"] = sends(pdf(tmp_path), ETag='"1"')
    go(corpus)
    extra = "\n\n".join(["Long rules follow.", *(f"1.{n}  Rule number {n} on leave." for n in range(3, 45))])
    server.answers["/pdf"] = sends(pdf(tmp_path, extra=extra), ETag='"2"')
    told = go(corpus)
    assert len([line for line in told.said if line.startswith(("  +", "  -"))]) == 20
    assert told.said[-1].startswith("  and ") and told.said[-1].endswith(" more")


# Addresses


OFF_LIST = {
    "http": ("http://documents.un.org/x", "begins with http:"),
    "another host": ("https://evil.example/x", "evil.example is not on the list"),
    "a host that looks alike": ("https://documents.un.org.evil.example/x", "is not on the list"),
    "a host that ends alike": ("https://evilun.org/x", "evilun.org is not on the list"),
    "a number": ("https://127.0.0.1/x", "is a number"),
    "a number of the newer kind": ("https://[::1]/x", "is a number"),
    "a number in disguise": ("https://2130706433/x", "is a number"),
    "a user name": ("https://documents.un.org@evil.example/x", "user name"),
    "a user name on the right host": ("https://me:secret@documents.un.org/x", "user name"),
    "another port": ("https://documents.un.org:8443/x", "unusual port 8443"),
    "a file": ("file:///etc/passwd", "begins with file:"),
    "a backslash": ("https://evil.example\\@documents.un.org/x", "backslash"),
}


@pytest.mark.parametrize("kind", OFF_LIST)
def test_a_redirect_off_the_official_list_is_not_followed(kind, server, corpus, hosts):
    location, words = OFF_LIST[kind]
    server.answers["/pdf"] = redirects(location)
    told = go(corpus)
    assert told.report.failed == 1
    assert words in told.warned[0] and told.warned[0].startswith(f"{ID}: The server leads to another address: ")
    assert hosts == [("documents.un.org", 443)]
    assert left(corpus) == []


@pytest.mark.parametrize("kind", sorted(set(OFF_LIST) - {"http", "a file"}))
def test_an_address_off_the_official_list_is_not_asked(kind, corpus, hosts):
    write_rows(corpus, row(pdf_url=OFF_LIST[kind][0]))
    told = go(corpus)
    assert OFF_LIST[kind][1] in told.warned[0]
    assert hosts == []


def test_a_provider_of_forms_is_no_place_to_fetch_from(corpus, hosts):
    write_rows(corpus, row(pdf_url="https://secure.ethicspoint.com/x.pdf"))
    assert "secure.ethicspoint.com is not on the list" in go(corpus).warned[0]
    assert hosts == []


def test_a_redirect_without_end_is_given_up(server, corpus):
    server.answers["/pdf"] = redirects("/pdf")
    assert "from page to page, more than 5 times" in go(corpus).warned[0]
    assert len(server.requests) == 6


# Certificates and connections


def test_a_certificate_of_an_unknown_authority_is_refused(server, corpus, tmp_path, monkeypatch):
    other = Server()
    other.close()
    other.authority.cert_pem.write_to_path(str(tmp_path / "other.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "other.pem"))
    told = go(corpus)
    assert "certificate of documents.un.org cannot be trusted" in told.warned[0]
    assert server.requests == []


def test_a_certificate_of_another_host_is_refused(corpus, tmp_path, monkeypatch):
    wrong = Server(names=("evil.example",))
    stand_in(wrong, monkeypatch, tmp_path / "wrong.pem")
    try:
        assert "certificate of documents.un.org cannot be trusted" in go(corpus).warned[0]
        assert wrong.requests == []
    finally:
        wrong.close()


def test_a_host_that_cannot_be_found_or_reached_is_said(corpus, monkeypatch, server, hosts):
    write_rows(corpus, row(pdf_url="https://gone.un.org/x"))
    assert "gone.un.org cannot be found. Is this computer online?" in go(corpus).warned[0]
    write_rows(corpus, row())
    monkeypatch.setattr(server, "port", 1)
    assert "documents.un.org cannot be reached." in go(corpus).warned[0]


def test_a_proxy_of_the_environment_is_used_and_its_password_goes_to_it_alone(server, corpus, tmp_path, monkeypatch):
    proxy = Proxy(server)
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret@127.0.0.1:{proxy.port}")
    server.answers["/pdf"] = sends(pdf(tmp_path))
    told = go(corpus)
    proxy.close()
    assert told.report.came == 1
    assert proxy.told[0].startswith("CONNECT documents.un.org:443 ")
    assert "Proxy-Authorization: Basic" in proxy.told[0]
    assert "Proxy-Authorization" not in server.requests[0][2]


@pytest.mark.parametrize("proxy", ["socks5://me:secret@127.0.0.1:1", "gopher://me:secret@127.0.0.1:1"])
def test_a_proxy_that_cannot_be_used_is_said_without_its_password(corpus, monkeypatch, proxy):
    monkeypatch.setenv("ALL_PROXY", proxy)
    told = go(corpus)
    assert "A proxy or certificate setting" in told.warned[0] and "secret" not in told.warned[0]


def test_a_certificate_file_that_is_not_there_is_said(corpus, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    assert "SSL_CERT_FILE" in go(corpus).warned[0]


# Answers that are no document


STATUSES = {
    404: "no such document (404)",
    410: "no such document (410)",
    403: "only some people have it (403)",
    500: "a problem of its own (500)",
    429: "asks for patience (429). Run the same command again in 120 seconds.",
    503: "asks for patience (503)",
    418: "makes no sense here (418)",
    206: "makes no sense here (206)",
    304: "makes no sense here (304)",
}


@pytest.mark.parametrize("status", STATUSES)
def test_an_answer_that_is_no_document_is_told_with_what_to_do(status, server, corpus, tmp_path):
    server.answers["/pdf"] = sends(b"" if status == 304 else pdf(tmp_path), status, Retry_After="120")
    told = go(corpus)
    assert STATUSES[status] in told.warned[0]
    assert "\n" not in told.warned[0]
    by_hand = status in {404, 410, 403, 418, 206, 304}
    assert by_hand == ("Open https://undocs.org/ST/SGB/2019/8 in a browser, save the PDF, and run" in told.warned[0])
    assert left(corpus) == []


def bomb(folder):
    """A small file of which every page takes a second to read."""
    writer = PdfWriter(clone_from=make_pdf(folder / "one.pdf", ["A page."]))
    stream = DecodedStreamObject()
    stream.set_data(b"BT /F1 9 Tf " + b"(x) Tj 1 0 0 1 9 9 Tm " * 40_000 + b"ET")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    for _ in range(300):
        writer.add_page(writer.pages[0])
    writer.write(folder / "bomb.pdf")
    return (folder / "bomb.pdf").read_bytes()


def scan(folder):
    return make_pdf(folder / "scan.pdf", ["", ""]).read_bytes()


BODIES = {
    "a web page": (lambda f: b"<!doctype html><title>Please log in</title>", "not a PDF but perhaps a web page"),
    "nothing": (lambda f: b"", "sent an empty document"),
    "the notice that there is none": (
        lambda f: make_pdf(f / "t.pdf", [TOMBSTONE]).read_bytes(), "only a notice that the document does not exist"
    ),
    "another document": (lambda f: pdf(f, "ST/AI/2017/1"), "it says that it is ST/AI/2017/1, not ST/SGB/2019/8"),
    "one with a longer symbol": (lambda f: pdf(f, "ST/SGB/2019/80"), "it says that it is ST/SGB/2019/80"),
    "a revision": (lambda f: pdf(f, "ST/SGB/2019/8/Rev.1"), "it says that it is ST/SGB/2019/8/Rev.1"),
    "one without a symbol": (
        lambda f: make_pdf(f / "n.pdf", ["A text of no office, in which nothing tells what it is."]).read_bytes(),
        "do not show the symbol ST/SGB/2019/8",
    ),
    "one with a password": (lambda f: pdf(f, password="secret"), "locked with a password"),
    "half of one": (lambda f: pdf(f)[:700], "damaged|no page|perhaps a part is missing"),
    "a scan": (scan, "its pages are pictures"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BODIES)
def test_a_file_that_is_not_the_document_is_refused_and_the_good_one_stays(kind, server, corpus, tmp_path):
    make, words = BODIES[kind]
    good = pdf(tmp_path, name="good.pdf")
    server.answers["/pdf"] = sends(good, ETag='"1"')
    go(corpus)
    before = read_record(corpus, ID)
    server.answers["/pdf"] = sends(make(tmp_path), ETag='"2"')
    told = go(corpus)
    assert (told.report.failed, len(told.warned)) == (1, 1)
    assert re.search(words, told.warned[0]), told.warned
    assert (corpus / FILE).read_bytes() == good
    assert read_record(corpus, ID) == before
    assert left(corpus) == [f"{ID}.json", f"{ID}.pdf"]


def test_the_child_that_looks_into_a_pdf_says_in_its_own_words_what_is_wrong(server, corpus, tmp_path, monkeypatch):
    monkeypatch.setattr(examining, "_ask_child", CHILD)
    server.answers["/pdf"] = sends(pdf(tmp_path, password="secret"))
    assert "locked with a password" in go(corpus).warned[0]


def test_a_pdf_that_takes_too_much_to_read_costs_that_document_only(server, corpus, tmp_path, monkeypatch):
    limits = Limits(wall=20.0, processor=2, memory=1 << 29)
    monkeypatch.setattr(examining, "_ask_child", CHILD)
    monkeypatch.setattr("ingest.official.examine", lambda path: examining.examine(path, limits))
    write_rows(corpus, row(), row(id="b", file="official/b.pdf", pdf_url="https://documents.un.org/b"))
    server.answers["/pdf"] = sends(bomb(tmp_path))
    server.answers["/b"] = sends(pdf(tmp_path))
    started = time.monotonic()
    told = go(corpus)
    assert time.monotonic() - started < 15
    assert "takes more time or memory than a policy needs" in told.warned[0]
    assert (told.report.came, told.report.failed) == (1, 1)


def test_without_a_symbol_the_title_must_stand_on_the_first_pages(server, corpus, tmp_path):
    write_rows(corpus, row(symbol="", title="Addressing Discrimination, and\u2011Harassment"))
    server.answers["/pdf"] = sends(pdf(tmp_path))
    assert go(corpus).report.came == 1
    write_rows(corpus, row(symbol="", title="Guide for managers"))
    server.answers["/pdf"] = sends(pdf(tmp_path, extra="Other words."))
    assert 'do not show the title "Guide for managers"' in go(corpus, again=True).warned[0]


@pytest.mark.parametrize("make", [scan, lambda f: pdf(f, "ST/AI/2017/1")])
def test_a_person_who_has_looked_can_let_in_what_only_looks_wrong(make, server, corpus, tmp_path):
    server.answers["/pdf"] = sends(make(tmp_path))
    refused = go(corpus)
    assert f"fetch --accept {ID}" in refused.warned[0]
    told = go(corpus, accepted=(ID,))
    assert told.report.came == 1
    assert read_record(corpus, ID).accepted


def test_nobody_can_let_in_the_notice_that_there_is_no_document(server, corpus, tmp_path):
    server.answers["/pdf"] = sends(make_pdf(tmp_path / "t.pdf", [TOMBSTONE]).read_bytes())
    assert go(corpus, accepted=(ID,)).report.failed == 1


# Sizes and times


def test_a_document_that_declares_to_be_huge_is_not_read(server, corpus):
    server.answers["/pdf"] = sends(b"%PDF-1.7", Content_Length=str(10**12))
    assert "larger than" in go(corpus).warned[0]
    assert left(corpus) == []


def test_a_document_without_end_is_given_up_at_the_limit(server, corpus):
    server.answers["/pdf"] = never_ends(server)
    assert "larger than" in go(corpus).warned[0]
    assert left(corpus) == []


@pytest.mark.parametrize("headers", [True, False])
def test_a_server_that_drips_is_given_up_when_its_time_is_over(headers, server, corpus):
    server.answers["/pdf"] = drips(server, 0.05, headers=headers)
    started = time.monotonic()
    told = go(corpus)
    assert "documents.un.org is too slow" in told.warned[0]
    assert time.monotonic() - started < 6


def test_a_server_that_falls_silent_is_given_up_and_gone_on_with(server, corpus, tmp_path):
    body = pdf(tmp_path)
    server.answers["/pdf"] = falls_silent(server, body, 500)
    assert "documents.un.org fell silent. Run the same command again later" in go(corpus).warned[0]
    server.answers["/pdf"] = ranges(body)
    assert go(corpus).report.came == 1
    assert server.requests[-1][2]["Range"] == "bytes=500-"


def test_a_packed_answer_that_nobody_asked_for_is_refused(server, corpus, tmp_path):
    server.answers["/pdf"] = sends(pdf(tmp_path), Content_Encoding="gzip")
    assert "packs the document" in go(corpus).warned[0]


# Going on where it ended


@pytest.fixture
def half(server, corpus, tmp_path):
    """A document of which half is here; its whole body."""
    body = pdf(tmp_path)
    server.answers["/pdf"] = cuts(body, 700, ETag='"1"')
    told = go(corpus)
    assert "The connection to documents.un.org broke off. Run the same command again later" in told.warned[0]
    assert left(corpus) == [f".{ID}.part", f".{ID}.part.json"]
    return body


def test_a_broken_transfer_goes_on_where_it_ended(server, corpus, half):
    server.answers["/pdf"] = ranges(half)
    assert go(corpus).report.came == 1
    assert (corpus / FILE).read_bytes() == half
    asked = server.requests[-1][2]
    assert (asked["Range"], asked["If-Range"]) == ("bytes=700-", '"1"')
    assert left(corpus) == [f"{ID}.json", f"{ID}.pdf"]


LIES = {
    "another start": {"claim": "bytes 0-{last}/{size}"},
    "another end": {"claim": "bytes 700-800/9999"},
    "no range": {"claim": "700"},
    "another edition": {"etag": '"2"', "status": 206},
    "nothing left to send": {"status": 416},
}


@pytest.mark.parametrize("kind", LIES)
def test_a_part_that_does_not_fit_is_thrown_away_and_all_is_fetched_anew(kind, server, corpus, half):
    def answer(handler):
        if handler.headers.get("If-Range") and kind == "another edition":
            handler.headers.replace_header("If-Range", '"2"')
        ranges(half, **LIES[kind])(handler)

    server.answers["/pdf"] = answer
    assert go(corpus).report.came == 1
    assert (corpus / FILE).read_bytes() == half
    assert len(server.requests) == 3


def test_a_server_that_sends_all_again_is_taken_at_its_word(server, corpus, half, tmp_path):
    newer = pdf(tmp_path, extra="A newer text.")
    server.answers["/pdf"] = ranges(newer, etag='"2"')
    assert go(corpus).report.came == 1
    assert (corpus / FILE).read_bytes() == newer


def test_a_part_without_a_mark_is_not_gone_on_with(server, corpus, tmp_path):
    body = pdf(tmp_path)
    server.answers["/pdf"] = cuts(body, 700)
    go(corpus)
    server.answers["/pdf"] = ranges(body, etag=None)
    assert go(corpus).report.came == 1
    assert "Range" not in server.requests[-1][2]


def test_a_part_of_another_address_is_not_gone_on_with(server, corpus, half):
    write_rows(corpus, row(pdf_url="https://documents.un.org/other"))
    server.answers["/other"] = ranges(half)
    assert go(corpus).report.came == 1
    assert "Range" not in server.requests[-1][2]


def test_a_server_that_contradicts_itself_for_ever_is_given_up(server, corpus, half):
    server.answers["/pdf"] = lambda handler: sends(half, 416)(handler)
    assert go(corpus).report.failed == 1
    assert len(server.requests) <= 3


# The disk, the names, the command


def test_a_full_disk_is_said_and_what_is_here_stays(server, corpus, tmp_path, monkeypatch):
    server.answers["/pdf"] = sends(pdf(tmp_path))

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ingest.official.move_whole", full)
    told = go(corpus)
    assert f".{ID}.part: No space left on device. Make room" in told.warned[0]
    assert not (corpus / FILE).exists()


def test_names_that_cannot_be_fetched_are_all_told_before_anything_is(server, corpus, hosts):
    write_rows(corpus, row(), row(id="b", file="official/b.pdf", pdf_url=""),
               row(id="c", file="official/c.pdf", status="withdrawn"))  # fmt: skip
    with pytest.raises(RowError) as refused:
        go(corpus, "nobody", "b", "c", ID)
    lines = str(refused.value).split("\n")
    assert [line.split(":")[0] for line in lines] == ["nobody", "b", "c"]
    assert "add FILE --id b" in lines[1] and "restore c" in lines[2]
    assert hosts == []


def test_only_what_can_be_fetched_and_is_not_withdrawn_is_fetched(server, corpus, tmp_path):
    write_rows(corpus, row(), row(id="b", file="official/b.pdf", pdf_url=""),
               row(id="c", file="official/c.pdf", status="withdrawn"))  # fmt: skip
    server.answers["/pdf"] = sends(pdf(tmp_path))
    assert go(corpus).report == fetching.FetchReport(came=1)


def run_command(capsys, *arguments):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["python -m ingest", *map(str, arguments)])
        code = command.main()
    return code, *capsys.readouterr()


def test_the_command_fetches_the_rest_and_exits_with_1_when_one_failed(server, corpus, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(fetching, "_PAUSE", 0)
    write_rows(corpus, row(id="a", file="official/a.pdf", pdf_url="https://documents.un.org/a"), row())
    server.answers |= {"/a": sends(b"", 404), "/pdf": sends(pdf(tmp_path))}
    code, out, err = run_command(capsys, "fetch", "--corpus", corpus)
    assert (code, err.count("\n")) == (1, 1)
    assert out.splitlines()[-2:] == ["1 came, 0 unchanged, 1 failed.", "Run `make build` so that answers use it."]
    code, out, err = run_command(capsys, "fetch", ID, "--corpus", corpus)
    assert (code, out.splitlines()[-1]) == (0, "0 came, 1 unchanged, 0 failed.")


def test_a_transfer_that_a_person_stops_goes_on_the_next_time(server, corpus, tmp_path):
    body = pdf(tmp_path)
    server.answers["/pdf"] = falls_silent(server, body, 600)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(
        "import socket\nreal = socket.getaddrinfo\n"
        f"socket.getaddrinfo = lambda host, port, *a, **k: real('127.0.0.1', {server.port}, *a, **k)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
    child = subprocess.Popen(
        [sys.executable, "-m", "ingest", "--corpus", str(corpus), "fetch"],
        cwd=ROOT, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests started in the background ignore it
    )  # fmt: skip
    part = corpus / "official" / f".{ID}.part"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not (part.exists() and part.stat().st_size == 600):
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=20)
    assert (child.returncode, b"Traceback" in err) == (1, False)
    assert b"`fetch` goes on from there" in err
    server.answers["/pdf"] = ranges(body)
    assert go(corpus).report.came == 1
    assert server.requests[-1][2]["Range"] == "bytes=600-"


def test_what_was_fetched_can_be_read_as_it_came(server, corpus, tmp_path):
    server.answers["/pdf"] = sends(pdf(tmp_path))
    go(corpus)
    assert "replaces ST/SGB/2008/5" in PdfReader(corpus / FILE).pages[0].extract_text()
