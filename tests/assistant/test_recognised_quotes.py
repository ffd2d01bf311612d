"""A quote of a page that a program read on its picture: marked, with how sure, and held against the stored text."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from assistant.__main__ import _show
from assistant.answer import Answer
from assistant.drawing import Share
from assistant.gate import _quote
from assistant.page_text import shares_of
from assistant.quotes import make_quote, verify
from assistant.referral import Referral
from assistant.wording import languages, wording
from ingest.build import CORPUS_DIR
from ingest.contact_like import reaches
from ingest.domains import Domains
from ingest.layout import read_blocks
from ingest.pages import Page
from ingest.recognition import RecognisedWord
from ingest.sentences import read_sentences
from ingest.store import DocumentCard, ReadDocument, Store, write_store

RAW = "Staff members may ask the Ombudsman for advice.\nNobody is told who came to ask for it.\n"
PRINTED = "The office in Nairobi gives advice too.\nIt is open on working days.\n"
BROUGHT = "Interns can ask the same office for help.\nThere is no form to fill in.\n"
CARD = DocumentCard(
    **dict.fromkeys("issuer applies_to symbol published replaced_by official_url".split(), ""),
    id="scan", file="documents/scan.pdf", title="A scan", language="en", status="in_force", sha256="0" * 64, pages=3,
)  # fmt: skip
FIRST = RecognisedWord(0, 47, 96, 0.1, 0.1, 0.9, 0.12)
SECOND = RecognisedWord(48, 87, 92, 0.1, 0.13, 0.9, 0.15)


@pytest.fixture
def store(tmp_path):
    pages = (
        Page(1, "1", RAW, read_by="recognised", confidence=94, words=(FIRST, SECOND), language="en"),
        Page(2, "2", PRINTED, language="en"),
        Page(3, "3", BROUGHT, read_by="recognised", language="en"),
    )
    sentences = tuple(read_sentences(pages, read_blocks(pages)))
    write_store(tmp_path / "texts.sqlite", [ReadDocument(CARD, pages, sentences, ())])
    made = Store(tmp_path / "texts.sqlite")
    assert [made.page("scan", page.number) for page in pages] == list(pages)
    yield made
    made.close()


def quoted(store, numbers):
    run = [stored.sentence for stored in store.sentences("scan", numbers)]
    return make_quote(SimpleNamespace(store=store), CARD, run, 0.7)


def passed(store, quote):
    return _quote(quote, store, reaches((), (), Domains(frozenset(), frozenset())))


@pytest.mark.parametrize(
    ("numbers", "recognised", "confidence"),
    [([0], True, 96), ([1], True, 92), ([0, 1], True, 94), ([2], False, None), ([4], True, None)],
)
def test_a_quote_says_whether_it_was_recognised_and_how_surely(store, numbers, recognised, confidence):
    quote = quoted(store, numbers)
    assert (quote.recognised, quote.confidence) == (recognised, confidence)
    assert verify(SimpleNamespace(store=store), quote)
    assert passed(store, quote) == quote


@pytest.mark.parametrize(
    ("numbers", "page", "found"),
    [
        ([0], 1, (Share(0.1, 0.1, 0.9, 0.12),)),
        ([0, 1], 1, (Share(0.1, 0.1, 0.9, 0.12), Share(0.1, 0.13, 0.9, 0.15))),
        ([1], 2, ()),
        ([2], 2, ()),
        ([4], 3, ()),
        ([0], 9, ()),
    ],
)
def test_words_that_were_recognised_are_found_again_on_the_picture_line_by_line(store, numbers, page, found):
    assert shares_of(store, "scan", page, quoted(store, numbers).spans) == found


@pytest.mark.parametrize("lie", [{"recognised": False}, {"confidence": 100}, {"confidence": None}])
def test_a_quote_that_hides_how_it_was_read_does_not_pass(store, lie):
    assert passed(store, replace(quoted(store, [0]), **lie)) is None


def test_a_quote_with_other_words_than_those_that_were_stored_does_not_pass(store):
    quote = quoted(store, [0])
    forged = quote.text.replace("advice", "a report")
    assert passed(store, replace(quote, text=forged, parts=(forged,))) is None


@pytest.mark.parametrize("language", languages(CORPUS_DIR))
def test_it_is_said_in_every_language_where_the_quote_is_shown(language, store, capsys):
    pytest.importorskip("streamlit")
    from views.answers import quoted as drawn

    def on_page(quote, words):
        return re.sub("</?bdi[^>]*>", "", drawn(quote, words))  # what keeps numbers in order among Arabic

    words, (sure, unknown, printed) = wording(language, CORPUS_DIR), (quoted(store, [n]) for n in (0, 4, 2))
    how_sure = words.filled("label.recognised_confidence", percent="96")
    assert words["label.recognised"] in on_page(sure, words) and how_sure in on_page(sure, words)
    assert words["label.recognised"] in on_page(unknown, words) and "None" not in on_page(unknown, words)
    assert words["label.recognised"] not in on_page(printed, words)
    for quote, said in ((sure, True), (printed, False)):
        _show(Answer("?", "answered", language, "Found.", Referral("", "Text."), quotes=(quote,)), words)
        shown = " ".join(capsys.readouterr().out.split())
        assert (words["label.recognised"] in shown, how_sure in shown) == (said, said)
