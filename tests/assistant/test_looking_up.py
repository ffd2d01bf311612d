"""What is named is quoted as it stands, whole and alone; what is not here is said to be not here."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from assistant import looking_up
from assistant.candidate import Candidate
from assistant.candidates import _weighed
from assistant.names import Names
from assistant.organisations import names, serves
from assistant.pointers import replacing
from ingest.folding import fold
from ingest.pages import Span
from ingest.sentences import Sentence
from ingest.store import DocumentCard
from tests.assistant.test_pointers import BLANK, text

POLICY = "ST/AI/2099/1"


@pytest.mark.parametrize(
    ("question", "paragraphs", "begins", "ends"),
    [
        (f"{POLICY} section 4.1", "4.1", "Retaliation against", "misconduct."),
        (f"paragraph 2.2 (b) of {POLICY}", "2.2 (b)", "Support that is offered", "place of work;"),
        (f"2.3 of {POLICY}", "2.3", "The Ombudsman keeps", "no record of any visit."),
        ("section 5.2", "5.2", "The complainant is told", "investigation."),
        ("3.3", "3.3", "Anonymous complaints", "complaint."),
        (f'"has no exception" in {POLICY}', "3.2", "Managers who learn", "no exception."),
        ("“keeps no record of any visit”", "2.3", "The Ombudsman keeps", "no record of any visit."),
    ],
)
def test_the_answer_is_exactly_what_is_named(small_assistant, question, paragraphs, begins, ends):
    answer = small_assistant.ask(question)
    (quote,) = answer.quotes
    assert (answer.status, quote.document, quote.paragraph) == ("answered", "policy", paragraphs)
    assert fold(quote.text).startswith(begins) and fold(quote.text).endswith(ends)


def test_a_clause_comes_with_all_its_items(small_assistant):
    (quote,) = small_assistant.ask(f"{POLICY} 2.2").quotes
    assert all(word in quote.text for word in ("Leave with full pay", "reporting line", "free of charge"))


def test_where_more_is_named_than_is_quoted_it_is_said_to_go_on(small_assistant, monkeypatch):
    said = small_assistant.wording("en")["notice.clause_goes_on"]
    named = f"{POLICY} section 4.1 and section 2.3"
    whole = small_assistant.ask(named)
    monkeypatch.setattr(looking_up, "MOST_QUOTES", len(whole.quotes) - 1)
    cut = small_assistant.ask(named)
    assert len(cut.quotes) == len(whole.quotes) - 1 > 0
    assert said in cut.notices and said not in whole.notices


@pytest.mark.parametrize(
    "question", [f"{POLICY} section 9.9", "ST/SGB/2099/77 section 2.1", "ST/SGB/2099/77", "rule 7.7"]
)
def test_what_is_not_here_is_said_and_nothing_stands_in_its_place(small_assistant, question):
    answer = small_assistant.ask(question)
    assert (answer.status, answer.quotes) == ("unanswerable_not_in_documents", ())
    assert small_assistant.wording("en")["notice.clause_not_here"] in answer.notices


def test_a_missing_clause_of_a_document_that_is_here_points_to_that_document(small_assistant):
    (basis,) = small_assistant.ask(f"{POLICY} section 9.9").look_in
    assert POLICY in basis.document


def test_a_phrase_that_stands_nowhere_is_said_to(small_assistant):
    words = small_assistant.wording("en")
    answer = small_assistant.ask("Where does it say “anonymous complaints are burnt at once”?")
    assert words["notice.phrase_not_here"] in answer.notices
    asked = small_assistant.ask("My boss said “you look so good today”, is that harassment?")
    assert words["notice.phrase_not_here"] not in asked.notices


def test_a_clause_belongs_to_the_document_that_was_named_before(small_assistant):
    named = small_assistant.ask("and paragraph 1?", history=["Support in the Example Programme"])
    assert [quote.document for quote in named.quotes] == ["programme"]


def test_a_text_that_was_replaced_comes_with_what_replaced_it(small_assistant):
    old = small_assistant.ask("Where do I get a parking permit for my bicycle?")
    assert small_assistant.wording("en")["notice.superseded"] in old.notices
    assert [POLICY in basis.document for basis in old.look_in] == [True]


def test_a_row_of_editions_leads_to_the_newest():
    editions = [replace(text(f"e{n}", status="superseded"), replaced_by=f"e{n + 1}") for n in range(3)]
    editions.append(text("e3"))

    class Quoted:
        document = "e0"

    class NoCards:
        documents = MappingProxyType({})

    assert [basis.document for basis in replacing(NoCards(), editions, [Quoted()])] == ["e3"]
    round_about = [replace(editions[0], replaced_by="e1"), replace(editions[1], replaced_by="e0")]
    assert len(replacing(NoCards(), round_about, [Quoted()])) <= 1


def candidate(**known):
    card = DocumentCard(**BLANK | {"id": "one", "status": "in_force"} | known)
    sentence = Sentence(0, 0, "sentence", "A rule.", "A rule.", (Span(1, "1", 0, 7),), "1", ())
    return Candidate(card, (sentence,), 0.6, 0.6, "", whole_paragraph=False)


def test_own_documents_come_before_those_for_all_and_replaced_ones_behind():
    chosen = Names(documents=frozenset({"undp"}))
    own, system = (_weighed(candidate(applies_to=name), chosen) for name in ("undp; unfpa", "un-system"))
    old = _weighed(candidate(applies_to="undp", status="superseded"), chosen)
    assert own.score > system.score > old.score
    assert own.own and not system.own
    assert old.confidence == own.confidence


def test_the_rules_of_others_do_not_answer_whoever_names_an_organisation(small_assistant):
    contacts = small_assistant.contacts
    assert serves(contacts, "", "What must managers do?") is None
    assert "un-secretariat" not in serves(contacts, "", "What must managers of UNDP do?")
    assert {"undp", "unicef"} <= serves(contacts, "", "UNDP or UNICEF?")
    assert serves(contacts, "unicef", "And in UNDP?") == serves(contacts, "unicef") | serves(contacts, "undp")
    assert serves(contacts, "unicef", "How many days in UNDP?") == serves(contacts, "undp")
    assert "undp" in names(contacts, "", "What must managers of UNDP do?").documents
    answer = small_assistant.ask("Must managers of UNDP report sexual harassment that they learn of?")
    assert "policy" not in {found.document for found in (*answer.retrieved, *answer.quotes)}
