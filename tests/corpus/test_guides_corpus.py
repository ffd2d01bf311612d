"""The guides that are shipped, held against their facts and their PDFs."""

import re
from pathlib import Path

import pypdf
import pytest

from ingest.catalogue import read_catalogue
from ingest.facts import read_facts, read_flags
from ingest.folding import fold
from ingest.guides import build_guides, guide_paragraphs, rests_on

CORPUS = Path(__file__).parents[2] / "corpus"
GUIDES = sorted(path.stem for path in (CORPUS / "guides").glob("*.md"))
FACTS = read_facts(CORPUS)
OFFICIAL = (
    *("un.org", "unwomen.org", "unsceb.org", "unhcr.org", "undp.org", "unhabitat.org", "fpombudsman.org"),
    *("unfccc.int", "unicef.org", "unops.org", "unrwa.org", "who.int", "iaea.org", "icao.int", "unfpa.org"),
    *("unv.org", "undocs.org", "unmissions.org"),
)
FRIGHTENING = re.compile(r"duty to report|must report|must cooperate|dismissal|obliged|required to report")
NUMBER = re.compile(r"[A-Z/]*[0-9](?:[0-9A-Za-z/.\-+]*[0-9A-Za-z])?")


def paragraphs(guide):
    return guide_paragraphs(CORPUS / "guides" / f"{guide}.md")


def page_texts(guide):
    pages = pypdf.PdfReader(CORPUS / "documents" / f"{guide}.pdf").pages
    return [fold(page.extract_text()) for page in pages]


def test_there_are_at_least_six_guides():
    assert len(GUIDES) >= 6


def test_the_shipped_pdfs_are_what_the_sources_make_byte_for_byte(tmp_path):
    (tmp_path / "guides").mkdir()
    for path in [*(CORPUS / "guides").glob("*.md"), CORPUS / "facts.csv"]:
        (tmp_path / path.relative_to(CORPUS)).write_bytes(path.read_bytes())
    made = {path.name: path.read_bytes() for path in build_guides(tmp_path)}
    assert made == {path.name: path.read_bytes() for path in (CORPUS / "documents").glob("*.pdf")}


@pytest.mark.parametrize("guide", GUIDES)
def test_every_paragraph_stands_whole_on_one_page_after_its_number(guide):
    pages = page_texts(guide)
    for paragraph in paragraphs(guide):
        printed = fold(f"{paragraph.number}. {paragraph.text}")
        assert any(printed in page for page in pages), printed


@pytest.mark.parametrize("guide", GUIDES)
def test_no_line_of_a_page_ends_inside_a_word(guide):
    for page in pypdf.PdfReader(CORPUS / "documents" / f"{guide}.pdf").pages:
        assert not re.search(r"\w-\s*\n", page.extract_text().split("Where to find the sources")[0])


@pytest.mark.parametrize("guide", GUIDES)
def test_the_first_page_says_that_the_guide_is_unofficial_and_when_it_was_reviewed(guide):
    first = page_texts(guide)[0]
    assert "This is an unofficial guide by Avenues." in first
    assert "Reviewed on 22 November 2026." in first
    assert "It rests on: " in first


@pytest.mark.parametrize("guide", GUIDES)
def test_every_page_has_its_footer_and_the_pdf_names_itself(guide):
    reader = pypdf.PdfReader(CORPUS / "documents" / f"{guide}.pdf")
    title = next(d.title for d in read_catalogue(CORPUS).documents if d.id == guide)
    assert reader.metadata.title == title
    assert reader.root_object["/Lang"] == "en"
    assert reader.outline[0].title == title and len(reader.outline[1]) >= 3
    for n, page in enumerate(page_texts(guide), 1):
        assert f"Avenues guide · unofficial · {title} · page {n}" in page


@pytest.mark.parametrize("guide", GUIDES)
def test_a_number_date_or_symbol_of_a_paragraph_stands_in_one_of_its_facts(guide):
    for paragraph in paragraphs(guide):
        carried = " ".join(f"{FACTS[f].statement} {FACTS[f].document}" for f in paragraph.facts)
        found = set(NUMBER.findall(re.sub(r"undocs\.org/", "", paragraph.text)))
        assert found <= set(NUMBER.findall(carried)), (guide, paragraph.number)


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_holds_no_phone_number_and_no_mail_address(guide):
    text = (CORPUS / "guides" / f"{guide}.md").read_text(encoding="utf-8").split("---", 2)[2]
    words = re.sub(r"<!--.*?-->", "", text)
    assert "@" not in words
    assert not re.search(r"\+\s?[0-9]|[0-9](?:[ .()-]?[0-9]){6,}", words)


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_does_not_doubt_or_question_the_person(guide):
    text = " ".join(paragraph.text.casefold() for paragraph in paragraphs(guide))
    for word in (
        "alleged ",
        "claims to",
        "false report",
        "how to prove",
        "tell us what happened",
        "you must report",
    ):
        assert word not in text


def test_facts_were_read_on_official_pages_only():
    for fact in FACTS.values():
        host = re.sub(r"https?://(?:[^/@]*@)?([^/]+).*", r"\1", fact.official_url)
        seed = "presentation of the Office, June 2023"
        assert fact.evidence == seed or any(host == o or host.endswith("." + o) for o in OFFICIAL), fact
        assert re.fullmatch(rf"official page, archived copy|official document, page.*|{seed}", fact.evidence)


def test_flags_name_paragraphs_that_exist():
    numbers = {(guide, paragraph.number) for guide in GUIDES for paragraph in paragraphs(guide)}
    assert set(read_flags(CORPUS)) <= numbers


def test_a_duty_or_a_sanction_is_never_the_first_thing_that_is_quoted():
    flags = read_flags(CORPUS)
    for guide in GUIDES:
        for paragraph in paragraphs(guide):
            if FRIGHTENING.search(paragraph.text):
                assert flags.get((guide, paragraph.number)) == "not_first", (guide, paragraph.number)


def test_the_catalogue_lists_every_guide_and_only_guides():
    catalogue = read_catalogue(CORPUS)
    assert [document.id for document in catalogue.documents] == GUIDES
    assert not any(document.official for document in catalogue.documents)
    assert catalogue.missing == ()
    for document in catalogue.documents:
        assert f"title: {document.title}\n" in (CORPUS / "guides" / f"{document.id}.md").read_text(encoding="utf-8")


def test_each_paragraph_names_what_it_rests_on():
    named = rests_on(CORPUS)
    assert set(named) == {(guide, paragraph.number) for guide in GUIDES for paragraph in paragraphs(guide)}
    basis = named[("what-sexual-harassment-is", "1")]
    assert basis[0].document.startswith("ST/SGB/2019/8")
    assert basis[0].official_url == "https://shknowledgehub.unwomen.org/en/about/faq"
