"""The guides that are shipped, held against their facts and their PDFs."""

import re
from functools import cache
from pathlib import Path

import pypdf
import pytest

from evals.reading import reading_grade
from ingest.catalogue import read_catalogue
from ingest.check import check_corpus
from ingest.domains import link_problem, read_domains
from ingest.facts import read_facts, read_flags
from ingest.folding import fold
from ingest.guide_checks import guide_problems
from ingest.guide_text import read_guides
from ingest.guides import guide_paragraphs, rests_on
from ingest.layout import read_blocks
from ingest.pages import read_pages
from ingest.sentences import read_sentences

CORPUS = Path(__file__).parents[2] / "corpus"
GUIDES = sorted(path.stem for path in (CORPUS / "guides").glob("*.md"))
FACTS = read_facts(CORPUS)
FRIGHTENING = re.compile(r"duty to report|must report|must cooperate|dismissal|obliged|required to report")
GRADE = 8  # years of school that a guide may ask for


@cache
def paragraphs(guide):
    return guide_paragraphs(CORPUS / "guides" / f"{guide}.md")


@cache
def written():
    return {guide.id: guide for guide in read_guides(CORPUS, FACTS)}


@cache
def titles():
    return {document.id: document.title for document in read_catalogue(CORPUS).documents}


@cache
def raw_texts(guide):
    return [page.extract_text() for page in pypdf.PdfReader(CORPUS / "documents" / f"{guide}.pdf").pages]


def page_texts(guide):
    return [fold(text) for text in raw_texts(guide)]


def test_there_are_at_least_twenty_guides():
    assert len(GUIDES) >= 20


@pytest.mark.parametrize("guide", GUIDES)
def test_every_paragraph_stands_whole_on_one_page_after_its_number(guide):
    pages = page_texts(guide)
    for paragraph in paragraphs(guide):
        printed = fold(f"{paragraph.number}. {paragraph.text}")
        assert any(printed in page for page in pages), printed


@pytest.mark.parametrize("guide", GUIDES)
def test_every_paragraph_is_read_back_under_its_own_number(guide):
    pages = read_pages(CORPUS / "documents" / f"{guide}.pdf")
    texts = {}
    for sentence in read_sentences(pages, read_blocks(pages), "en"):
        number = sentence.paragraph.split(" ")[0]
        texts[number] = f"{texts.get(number, '')} {sentence.text}"
    for paragraph in paragraphs(guide):
        assert fold(texts.get(paragraph.number, "").strip()) == fold(paragraph.text), paragraph.number


@pytest.mark.parametrize("guide", GUIDES)
def test_no_line_of_a_page_ends_inside_a_word(guide):
    text = "".join(raw_texts(guide))
    assert not re.search(r"\w-\s*\n", text.split("Where to find the sources")[0])


@pytest.mark.parametrize("guide", GUIDES)
def test_the_first_page_says_that_the_guide_is_unofficial_and_when_it_was_reviewed(guide):
    first = page_texts(guide)[0]
    assert "This is an unofficial guide by Avenues." in first
    read = written()[guide]
    assert f"Reviewed on {read.reviewed.day} {read.reviewed:%B %Y}." in first
    assert "It rests on: " in first


@pytest.mark.parametrize("guide", GUIDES)
def test_every_page_has_its_footer_and_the_pdf_names_itself(guide):
    reader = pypdf.PdfReader(CORPUS / "documents" / f"{guide}.pdf")
    title = titles()[guide]
    assert reader.metadata.title == title
    assert reader.root_object["/Lang"] == "en"
    assert reader.outline[0].title == title and len(reader.outline[1]) >= 3
    for n, page in enumerate(page_texts(guide), 1):
        assert f"Avenues guide · unofficial · {title} · page {n}" in page


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_says_nothing_that_its_facts_do_not_carry(guide):
    assert list(guide_problems(written()[guide], FACTS)) == []


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_can_be_read_after_eight_years_of_school(guide):
    assert reading_grade("\n".join(paragraph.text for paragraph in paragraphs(guide))) <= GRADE


def test_facts_were_read_on_official_pages_only():
    for fact in FACTS.values():
        seed = "presentation of the Office, June 2023"
        assert fact.evidence == seed or link_problem(fact.official_url, read_domains(CORPUS)) == ""
        assert re.fullmatch(rf"official page, archived copy|official document, page.*|{seed}", fact.evidence)


def test_flags_name_paragraphs_that_exist():
    numbers = {(guide, paragraph.number) for guide in GUIDES for paragraph in paragraphs(guide)}
    flags = read_flags(CORPUS)
    assert set(flags) <= numbers
    assert {tuple(place.split(" ")) for flag in flags.values() for place in flag.known_in} <= numbers


def test_a_duty_or_a_sanction_is_never_the_first_thing_that_is_quoted():
    flags = read_flags(CORPUS)
    for guide in GUIDES:
        for paragraph in paragraphs(guide):
            if FRIGHTENING.search(paragraph.text):
                assert flags[guide, paragraph.number].flag == "not_first", (guide, paragraph.number)


def test_the_catalogue_lists_every_guide_under_its_title_and_no_official_document_is_shipped():
    catalogue = read_catalogue(CORPUS)
    guides = [document for document in catalogue.known if not document.official]
    assert [document.id for document in guides] == GUIDES
    assert catalogue.missing == ()
    assert {document.status for document in catalogue.not_here} <= {"in_force", "superseded", "not_known"}
    for document in guides:
        assert f"title: {document.title}\n" in (CORPUS / "guides" / f"{document.id}.md").read_text(encoding="utf-8")


def test_nothing_in_the_shipped_corpus_is_wrong():
    found = check_corpus(CORPUS)
    assert (found.problems, found.unused_facts) == ([], ())


def test_each_paragraph_names_what_it_rests_on():
    named = rests_on(CORPUS)
    assert set(named) == {(guide, paragraph.number) for guide in GUIDES for paragraph in paragraphs(guide)}
    basis = named[("what-sexual-harassment-is", "1")]
    assert basis[0].document.startswith("ST/SGB/2019/8")
    assert basis[0].official_url == "https://shknowledgehub.unwomen.org/en/about/faq"
