"""assistant.quotes: what belongs together in a paragraph is quoted together, whichever part of it was found."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from assistant.quotes import make_quote, verify
from ingest.layout import read_blocks
from ingest.pages import Page
from ingest.sentences import read_sentences
from ingest.store import DocumentCard, ReadDocument, Store, write_store

RULE = "A formal complaint is made to the panel within one year of the incident."
BESIDE = "The panel has three members from other offices."
BELONGING = [
    "However, the head of office may accept a later complaint.",
    "This limit may be longer in exceptional cases.",
    "The time limit begins again when a new incident takes place.",
    "A later complaint is accepted only if the person was ill.",
    "Nothing is refused unless the head of office agrees.",
    "Exceptions are for the head of office to make.",
    "It does not apply to complaints of sexual abuse.",
]
CARD = DocumentCard(
    **dict.fromkeys(("title", "issuer", "applies_to", "symbol", "published", "replaced_by", "official_url"), ""),
    id="rules", file="rules.pdf", language="en", status="in_force", sha256="0" * 64, pages=1,
)  # fmt: skip


@pytest.fixture
def quoted(tmp_path):
    """Quotes the sentences of these numbers of a paragraph that is made of these sentences."""
    stores = []

    def quote(sentences, numbers):
        pages = (Page(1, "1", " ".join(sentences) + "\n", language="en"),)
        read = tuple(read_sentences(pages, read_blocks(pages)))
        assert [sentence.text for sentence in read] == sentences
        path = tmp_path / f"{len(stores)}.sqlite"
        write_store(path, [ReadDocument(CARD, pages, read, ())])
        stores.append(Store(path))
        index = SimpleNamespace(store=stores[-1])
        made = make_quote(index, CARD, [read[number] for number in numbers], 0.7)
        assert verify(index, made)
        return made

    yield quote
    for store in stores:
        store.close()


@pytest.mark.parametrize("exception", BELONGING)
@pytest.mark.parametrize("number", [0, 1])
def test_a_rule_and_its_exception_are_never_cut_off_from_each_other(quoted, exception, number):
    assert quoted([RULE, exception, BESIDE], [number]).text == f"{RULE} {exception}"


def test_exceptions_follow_each_other(quoted):
    assert quoted([BESIDE, RULE, *BELONGING[:2]], [1]).text == " ".join([RULE, *BELONGING[:2]])


@pytest.mark.parametrize("number", [0, 1])
def test_sentences_that_stand_alone_are_quoted_alone(quoted, number):
    assert quoted([RULE, BESIDE], [number]).text == [RULE, BESIDE][number]


def test_a_sentence_that_leans_back_comes_with_the_one_before_it_but_not_the_other_way_round(quoted):
    leaning = "They are paid by the office."
    assert quoted([RULE, BESIDE, leaning], [2]).text == f"{BESIDE} {leaning}"
    assert quoted([RULE, BESIDE, leaning], [1]).text == BESIDE


def test_where_words_are_left_out_the_parts_show_it(quoted):
    quote = quoted([BESIDE, "Coffee is served in the hall of the building.", RULE], [0, 2])
    assert quote.parts == (BESIDE, RULE)
    assert quote.text == f"{BESIDE} {RULE}"
