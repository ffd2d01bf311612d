"""What a question names, by its words alone: documents, clauses, phrases."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from assistant.clauses import named


@dataclass(frozen=True)
class Text:
    id: str
    title: str
    symbol: str = ""
    issuer: str = ""


KNOWN = (
    Text("eight", "Addressing discrimination and harassment", "ST/SGB/2019/8", "Secretary-General"),
    Text("old", "Protection against retaliation", "ST/SGB/2017/2", "Secretary-General"),
    Text("new", "Protection against retaliation", "ST/SGB/2017/2/Rev.1", "Secretary-General"),
    Text("managers", "Guide for Managers: Prevention in the Workplace", issuer="Chief Executives Board"),
    Text("undp", "Policy on Harassment", issuer="UNDP"),
    Text("rules", "Staff Regulations and Rules of the United Nations", issuer="United Nations"),
    Text("parity", "Make parity a reality: Guidelines", issuer="UN Women"),
)


@pytest.mark.parametrize(
    ("question", "document", "clauses"),
    [
        ("ST/SGB/2019/8 section 6.1", "eight", ["6.1"]),
        ("st/sgb/2019/8, para. 4 (a)", "eight", ["4 (a)"]),
        ("2.4(b)(ii) of ST/SGB/2019/8", "eight", ["2.4 (b) (ii)"]),
        ("What does ST/SGB/2017/2/Rev.1 say in its § 7?", "new", ["7"]),
        ("paragraph 2 of ST / SGB / 2017 / 2", "old", ["2"]),
        ("paragraph 4 of the guide for managers", "managers", ["4"]),
        ("section 4 of the UNDP policy", "undp", ["4"]),
        ("Staff Rule 1.2(c)", "rules", ["1.2 (c)"]),
        ("paragraphs 4-6 and 9 of ST/SGB/2019/8", "eight", ["4", "5", "6", "9"]),
        ("annex II of ST/SGB/2019/8", "eight", ["II"]),
        ("ST/SGB/2019/8 4 (b)", "eight", ["4 (b)"]),
    ],
)
def test_a_clause_is_read_with_its_document(question, document, clauses):
    found = named(question, KNOWN)
    assert found.documents == (document,)
    assert [clause.label for clause in found.clauses] == clauses
    assert not found.strange


@pytest.mark.parametrize(
    "question",
    [
        "article 8 of the European Convention on Human Rights",
        "ST/SGB/2099/77 section 2",
        "section 3 of the Ruritanian Handbook",
    ],
)
def test_a_text_that_nobody_knows_is_strange(question):
    assert named(question, KNOWN).strange


@pytest.mark.parametrize(
    "question",
    [
        "I report to him, in part 2 of the meeting he touched me",
        "UNFPA cases took 27.56 months on average",
        "Must PEP be taken within 72 hours?",
        "he touched me at 10 (ten) and at 12 (noon)",
        "we work 24/7 and he/she is a P4/P5",
        'my boss said "you look so good today", is this harassment?',
        "Does the protection afforded by ST/SGB/2017/2/Rev.1 extend to interns?",
        "What is the policy on harassment?",
        'field guidelines "make parity a reality"',
    ],
)
def test_whoever_asks_something_names_nothing_to_look_up(question):
    found = named(question, KNOWN)
    assert not (found.phrase or found.strange or found.alone)
    assert not found.clauses or found.rest


def test_a_symbol_or_title_alone_is_a_document_to_look_up():
    for question in ("ST/SGB/2019/8", "Show me the full text of ST/SGB/2019/8, please", "Policy on Harassment"):
        assert named(question, KNOWN).alone, question
    assert named("Protection against retaliation", KNOWN).documents == ("old", "new")
    assert not named("What is the Policy on Harassment?", KNOWN).alone


def test_words_in_quotation_marks_are_looked_for_where_somebody_looks_for_them():
    assert named("“zero tolerance for inaction”", KNOWN).phrase == "zero tolerance for inaction"
    assert named('Which document says "up to ten working days"?', KNOWN).phrase == "up to ten working days"
    assert named('"good faith" in ST/SGB/2019/8', KNOWN).phrase == "good faith"
    assert named('What does "ClearCheck" do?', KNOWN).phrase == ""
