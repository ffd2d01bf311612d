"""Each fault is planted alone in a corpus that is otherwise sound, and must be told alone, with its place."""

from __future__ import annotations

import shutil

import pytest

from ingest.check import check_corpus
from ingest.guides import build_guides
from ingest.official import Record, write_record
from ingest.pages import sha256_of
from tests.ingest.sound_corpus import TEXTS, change, corpus

__all__ = ["corpus"]


def problems(corpus):
    return check_corpus(corpus).problems


def test_a_sound_corpus_has_no_problem(corpus):
    found = check_corpus(corpus)
    assert (found.problems, found.unlisted, found.not_here, found.unused_facts) == ([], (), 1, ())


# Each fault: the file, what is changed in it, and the place and words of the one problem

SECOND = "guides/one.md, paragraph 2: "
IN_GUIDES = {
    "a number": ("30 days", "90 days", SECOND + 'none of its facts says "90"'),
    "a month": ("June", "May", SECOND + 'none of its facts says "May"'),
    "a number word": ("The office", "The three offices", SECOND + 'none of its facts says "three"'),
    "a symbol": ("2019/8.", "2017/2.", SECOND + 'none of its facts says "ST/SGB/2017/2"'),
    "a mail address": ("your choice", "help@un.org", "guides/one.md, paragraph 1: it holds a phone number"),
    "blame": ("your choice", "an alleged case", 'guides/one.md, paragraph 1: it says "alleged"'),
}


@pytest.mark.parametrize("old, new, said", IN_GUIDES.values(), ids=IN_GUIDES)
def test_what_a_guide_says_without_its_facts_or_as_it_must_not_is_told_with_its_paragraph(corpus, old, new, said):
    change(corpus, "guides/one.md", old, new)
    build_guides(corpus)
    (problem,) = problems(corpus)
    assert problem.startswith(said)


def test_a_phone_number_in_a_guide_is_told(corpus):
    change(corpus, "guides/one.md", "your choice", "+41 22 555 01 00")
    assert any("paragraph 1: it holds a phone number" in problem for problem in problems(corpus))


SHIPPED, FACTS, COUNSEL = "catalogue.csv, row 2", "facts.csv, row 2", "contacts/un-system.toml, avenue counsel: "
WORDS = "lexicon/fr.csv"
OFF = "evil.com is not on the list of official domains"
ELSEWHERE = {
    "an unknown fact": ("guides/one.md", "F001", "F009", "one.md, paragraph 2: no such fact: F009"),
    "a guide that is no guide": ("guides/one.md", "2. The", "3. The", "one.md: the paragraphs are numbered 1, 3"),
    "another title": ("catalogue.csv", "First steps", "Steps", 'guides/one.md: its title is "First steps", in'),
    "a text that its PDF has not": ("guides/one.md", "an office", "offices", "documents/one.pdf: it is not made from"),
    "a fact that its PDF has not": ("facts.csv", "read", "heard", "documents/one.pdf: it is not made from"),
    "an off-list link": ("catalogue.csv", "undocs.org/ST", "evil.com/ST", f"catalogue.csv, row 3 (sgb): {OFF}"),
    "an off-list PDF": ("catalogue.csv", "undocs.org/sgb", "evil.com/sgb", "sgb: its pdf_url cannot be fetched: evil"),
    "a provider's PDF": ("catalogue.csv", "undocs.org/sgb", "forms.com/sgb", "sgb: its pdf_url cannot be fetched"),
    "a flag": ("flags.csv", "not_first", "first", 'flags.csv, row 2: "flag" is "first"'),
    "a flag for no document": ("flags.csv", "one,2", "two,2", 'flags.csv, row 2: no document has the id "two"'),
    "what is known in no paragraph": (
        "flags.csv",
        "one,2,not_first,It is a rule.,A reviewer,2026-11-25,",
        "one,2,alone,It is a rule.,A reviewer,2026-11-25,one 3",
        "flags.csv, row 2: the guide one has no paragraph 3",
    ),
    "a flag for no paragraph": ("flags.csv", "one,2", "one,3", "flags.csv, row 2: the guide one has no paragraph 3"),
    "a question for no document": ("asked.csv", "one,2", "two,2", 'asked.csv, row 3: no document has the id "two"'),
    "a question for no paragraph": ("asked.csv", "one,2", "one,9", "asked.csv, row 3: the guide one has no paragraph"),
    "a question twice": (
        "asked.csv", "how long does it take", "Who can I talk to", 'asked.csv, row 3: question "Who can I talk to"',
    ),
    "a question for nothing": ("asked.csv", "one,2", "one,", 'asked.csv, row 3: "paragraph" is empty'),
    "a place for no document": ("questions.csv", "one 2", "two 2", "questions.csv, row 2: no document has the id"),
    "a place for no paragraph": ("questions.csv", "one 2", "one 9", "questions.csv, row 2: the guide one has no"),
    "a place that is none": ("questions.csv", "one 2", "one2", 'questions.csv, row 2: "paragraphs" is "one 1; one2"'),
    "an open quotation mark": ("asked.csv", "how", '"how', "asked.csv, row 3: "),
    "a word said twice": (WORDS, "le,", "Bureau,", f'{WORDS}, row 3: said "Bureau" stands in row 2 already'),
    "a word for nothing": (WORDS, "le,", ",the", f'{WORDS}, row 3: "said" is empty. Fill it in.'),
    "English that is none": (WORDS, "office", "bürö", f'{WORDS}, row 2: "english" holds "bürö". Write English'),
    "a sentence for a word": (WORDS, "le,", "je ne le sais pas du tout,", f'{WORDS}, row 3: "said" has more than 6'),
    "a word without letters": (WORDS, "le,", "…,", f'{WORDS}, row 3: "said" is "…", which holds no words'),
    "an unknown kind of domain": ("domains.csv", "provider", "friend", 'domains.csv, row 4: "kind" is "friend"'),
    "broken TOML": ("contacts/un-system.toml", "[[avenues]]", "[[avenues", "contacts/un-system.toml: is not valid"),
    "an off-list contact": ("contacts/un-system.toml", "www.un.org/counsel", "un.org.evil.com", COUNSEL),
    "an off-list source": ("contacts/un-system.toml", "www.un.org/page", "evil.com", COUNSEL + OFF),
    "a bad contact": ("contacts/un-system.toml", "+1 212", "212", COUNSEL + '"phone" is'),
}  # fmt: skip


@pytest.mark.parametrize("name, old, new, said", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_fault_is_told_alone_and_with_its_place(corpus, name, old, new, said):
    change(corpus, name, old, new)
    (problem,) = problems(corpus)
    assert problem.startswith(said)


def test_a_fact_that_rests_on_an_off_list_page_is_told_with_its_row(corpus):
    change(corpus, "facts.csv", "undocs.org", "undocs.org.evil.com")
    build_guides(corpus)
    assert problems(corpus) == [
        f"{FACTS} (F001): undocs.org.evil.com is not on the list of official domains (domains.csv): "
        "https://undocs.org.evil.com/ST/SGB/2019/8"
    ]


def test_a_link_to_a_provider_s_form_and_one_that_the_office_answers_for_are_no_fault(corpus):
    change(corpus, "contacts/un-system.toml", "www.un.org/counsel", "forms.com/counsel")
    assert problems(corpus) == []
    change(corpus, "contacts/un-system.toml", "forms.com", "local.example")
    confirmed = 'show = "number"\nverified_on = "2026-11-25"\nverified_by = "Our office"\n'
    change(corpus, "contacts/un-system.toml", 'show = "number"\n', confirmed)
    assert problems(corpus) == []


def test_a_guide_that_the_catalogue_does_not_list_is_told(corpus):
    change(corpus, "guides/one.md", "title: First steps", "title: More")
    change(corpus, "guides/one.md", "# First steps", "# More")
    (corpus / "guides" / "one.md").rename(corpus / "guides" / "two.md")
    (corpus / "guides" / "one.md").write_text(TEXTS["guides/one.md"], encoding="utf-8")
    build_guides(corpus)
    assert problems(corpus) == ["guides/two.md: catalogue.csv has no row for it. Add one, with status guide."]


@pytest.mark.parametrize("status, said", [("in_force", 1), ("superseded", 1), ("withdrawn", 0)])
def test_a_guide_whose_row_calls_it_policy_is_told(corpus, status, said):
    change(corpus, "catalogue.csv", ",guide,", f",{status},")
    found = problems(corpus)
    assert len(found) == said
    assert all(f'guides/one.md: its row has status "{status}". Write guide' in problem for problem in found)


def test_a_pdf_address_without_https_is_told_with_its_row(corpus):
    change(corpus, "catalogue.csv", "https://undocs.org/sgb", "http://undocs.org/sgb")
    assert 'catalogue.csv, row 3: "pdf_url" must begin with https://. Leave it empty.' in problems(corpus)


def test_a_shipped_file_that_is_gone_is_told_with_its_row(corpus):
    (corpus / "documents" / "one.pdf").unlink()
    assert f"{SHIPPED}: documents/one.pdf is not there. Put it there, or remove the row." in problems(corpus)


def test_an_official_file_must_be_the_one_that_was_taken_in(corpus):
    pdf = corpus / "official" / "sgb.pdf"
    pdf.parent.mkdir()
    pdf.write_bytes(b"%PDF-1.4 the bulletin")
    assert problems(corpus) == []  # put there by hand: nothing is known of it
    write_record(corpus, "sgb", Record(sha256=sha256_of(pdf), date="2026-11-20"))
    assert problems(corpus) == []
    pdf.write_bytes(b"%PDF-1.4 another text")
    (problem,) = problems(corpus)
    assert problem.startswith("official/sgb.pdf: it is not the file that was taken in on 2026-11-20.")
    assert "fetch sgb --again" in problem


def test_a_word_list_of_another_language_is_told(corpus):
    (corpus / "lexicon" / "de.csv").write_text("said,english\nbüro,office\n", encoding="utf-8")
    (problem,) = problems(corpus)
    assert problem.startswith(
        "lexicon/de.csv: no question is looked up with it. Name it one of ar.csv, es.csv, fr.csv,"
    )


def test_faults_of_several_files_are_all_told_at_once(corpus):
    for name in ("an off-list link", "a flag for no paragraph", "a question for no document", "an off-list source"):
        change(corpus, *ELSEWHERE[name][:3])
    change(corpus, "guides/one.md", *IN_GUIDES["a number"][:2])
    assert [problem.split(",")[0].split(":")[0] for problem in problems(corpus)] == [
        "catalogue.csv", "guides/one.md", "documents/one.pdf", "flags.csv", "asked.csv", "contacts/un-system.toml",
    ]  # fmt: skip


def test_what_nobody_has_fetched_and_what_no_guide_uses_are_said_and_no_fault(corpus):
    change(corpus, "guides/one.md", "F001", "none")
    for words in ("began on 4 June 2023", "within 30 days", ". So says ST/SGB/2019/8"):
        change(corpus, "guides/one.md", words, "")
    build_guides(corpus)
    shutil.copy(corpus / "documents" / "one.pdf", corpus / "more.pdf")
    found = check_corpus(corpus)
    assert (found.problems, found.not_here, found.unused_facts) == ([], 1, ("F001",))
    assert found.unlisted == (corpus / "more.pdf",)
