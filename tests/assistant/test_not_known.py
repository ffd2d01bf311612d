"""assistant.not_known: what an organisation says of something else is no answer to what is not known."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest

from assistant import candidates
from assistant.names import Names
from assistant.not_known import asked_of_any
from ingest.asked import AskedParagraph
from ingest.build import build
from tests.pdfs import make_pdf
from tests.small_corpus import Built, copied, work_here

GUIDE = """
How to report

1.  How long do you have to report? This guide does not know the rule of your entity, so it names no time limit.

2.  In WHO, a report has no deadline, says a page of WHO. Ask WHO about the footnote.

3.  In UNDP, an investigation of a report is to end in 90 days. Ask how long it takes.

4.  In UNDP, a report goes to an office called OAI. The office takes reports by telephone.

5.  In UNDP, managers must report what they see to the office OAI without delay.

6.  Do you have to report what happened to you? This guide found no page that says so, and says neither yes nor no.

7.  How long does an investigation take? This guide does not know the deadlines of most entities.

8.  Harassment can happen to a man as well. It counts in the same way, whoever does it.

9.  This guide does not know the rule of each entity for managers. Ask the office what you pass on, and how soon.
"""
POLICY = """
Policy of UNFPA

1.  In UNFPA, a report of sexual harassment is made within eleven months, which is the time limit to report.
"""
COLUMNS = "id,file,title,issuer,applies_to,symbol,language,published,status,replaced_by,official_url,checked_on"
ROWS = (
    "reports,documents/reports.pdf,How to report,Avenues,un-system,,en,2026-11-22,guide,,,,",
    "policy,documents/policy.pdf,Policy of UNFPA,UNFPA,unfpa,,en,2099,in_force,,,,",
)
ASKED = (
    "reports,1,how long do I have to report",
    "reports,1,is it too late to report",
    "reports,2,does WHO have a deadline to report",
    "reports,2,how long do I have to report in WHO",
    "reports,3,how long does UNDP take for a report",
    "reports,3,how long does an investigation take in UNDP",
    "reports,4,where do I report in UNDP",
    "reports,5,do managers in UNDP have to report",
    "reports,6,do I have to report",
    "reports,6,must I report what happened to me",
    "reports,7,how long does an investigation take",
    "reports,8,is it harassment for a man too",
    "reports,8,I am a man does it count",
    "reports,9,how soon must a manager report",
    "reports,9,I am a manager within how many hours must I report",
)
FLAGS = (
    "reports,1,alone,Not known.,A reviewer,2026-11-22,reports 2",
    "reports,5,not_first,A duty.,A reviewer,2026-11-22,",
    "reports,6,alone,Not known.,A reviewer,2026-11-22,",
    "reports,7,alone,Not known.,A reviewer,2026-11-22,reports 3",
    "reports,9,alone,Not known.,A reviewer,2026-11-22,reports 5",
)


@pytest.fixture(scope="module")
def ask(small_index, tmp_path_factory):
    built: Built = copied(small_index, tmp_path_factory.mktemp("not_known"))
    shutil.rmtree(built.corpus / "documents")
    (built.corpus / "documents").mkdir()
    make_pdf(built.corpus / "documents" / "reports.pdf", [GUIDE])
    make_pdf(built.corpus / "documents" / "policy.pdf", [POLICY])
    for name, rows in (
        ("catalogue.csv", (f"{COLUMNS},licence_note", *ROWS)),
        ("asked.csv", ("document,paragraph,question", *ASKED)),
        ("flags.csv", ("document,paragraph,flag,reason,reviewed_by,reviewed_on,known_in", *FLAGS)),
    ):
        (built.corpus / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        work_here(patch)
        assert build(built.settings).built
    assistant = built.assistant()
    yield lambda question, entity=None: [(q.document, q.paragraph) for q in assistant.ask(question, entity).quotes]
    assistant.close()


@pytest.mark.parametrize(
    ("question", "entity"),
    [
        ("How long do I have to report?", None),
        ("How long do I have to report in UNDP?", None),
        ("In UNDP: how long do I have to report?", None),
        ("how long do i have to report at undp", None),
        ("How long do I have to report?", "undp"),
        ("Is it too late to report in UNDP?", None),
    ],
)
def test_a_time_that_an_organisation_has_for_something_else_is_no_time_limit_to_report(ask, question, entity):
    found = ask(question, entity)
    assert found[0] == ("reports", "1") and ("reports", "3") not in found


def test_its_own_paragraph_on_what_is_not_known_of_others_answers_for_it(ask):
    assert ask("How long do I have to report in WHO?") == [("reports", "2")]
    assert ask("How long do I have to report?", "who") == [("reports", "2")]
    assert ask("How long does an investigation take in UNDP?")[0] == ("reports", "3")


def test_what_is_known_of_one_of_two_is_not_known_of_both(ask):
    found = ask("How long do I have to report in UNDP or in WHO?")
    assert found[0] == ("reports", "1") and ("reports", "2") in found and ("reports", "3") not in found


def test_a_duty_of_its_managers_is_none_of_the_person_who_asks(ask):
    found = ask("Do I have to report it in UNDP?")
    assert found[0] == ("reports", "6") and ("reports", "5") not in found
    assert ask("Must managers in UNDP report?")[0] == ("reports", "5")


@pytest.mark.parametrize(
    "question",
    [
        "Within how many hours must a manager report?",  # of UNDP alone a time is known, for something else
        "I am a manager in UNICEF, within how many hours must I report?",
        "As a manager in UNICEF, how soon do I have to report?",
    ],
)
def test_how_soon_a_manager_must_report_is_told_by_no_other_time(ask, question):
    assert ask(question) == [("reports", "9")]


def test_what_is_known_is_asked_of_it_as_before(ask):
    assert ask("Where do I report in UNDP?")[0] == ("reports", "4")


def test_an_official_text_of_the_organisation_is_never_left_out(ask):
    assert ("policy", "1") in ask("How long do I have to report in UNFPA?")


@pytest.mark.parametrize(
    ("question", "bare"),
    [
        ("In UNDP: how long do I have to report?", "how long do I have to report?"),
        ("UNDP: how long do I have?", "how long do I have?"),
        ("in the United Nations Development Programme how long do I have?", "how long do I have?"),
        ("how long do i have to report at undp", "how long do i have to report"),
        ("My boss at UNDP texts me. Is it too late?", "My boss texts me. Is it too late?"),
        ("Does UNDP have a deadline?", "Does my organisation have a deadline?"),
        ("What is UNDP's time limit?", "What is my organisation time limit?"),
        ("How long do I have under the UNDP policy?", "How long do I have?"),
        ("How long do I have under UNDP's rules?", "How long do I have?"),
        ("How long do contracts for UNDP staff last?", "How long do contracts for my organisation staff last?"),
        ("How long do I have in UNICEF?", "How long do I have in UNICEF?"),
    ],
)
def test_a_question_is_asked_without_the_name_of_the_organisation(question, bare):
    assert Names(own=("UNDP", "United Nations Development Programme")).without_own(question) == bare


@pytest.mark.parametrize(
    ("question", "bare"),
    [
        ("As a manager in UNDP, how soon do I have to report?", "As a manager, how soon do I have to report?"),
        ("Do I have to report it in UNDP?", "Do I have to report it?"),
        ("As a manager in UNDP, do I have to report it?", ""),  # what its managers must do is known
        ("Where do I report in UNDP?", ""),
    ],
)
def test_a_time_is_asked_without_the_name_whoever_asks_and_a_duty_for_the_person_alone(question, bare):
    assert asked_of_any(question, Names(own=("UNDP",))) == bare


def test_a_name_that_is_a_word_in_small_letters_stays_one():
    assert Names(own=("WHO",)).without_own("Who decides how long I have in WHO?") == "Who decides how long I have?"
    assert Names().without_own("How long do I have?") == "How long do I have?"


def test_an_organisation_that_is_named_by_the_way_does_not_draw_its_own_paragraphs(ask):
    assert ask("I work in UNDP and I am a man, is it harassment for a man too?")[0] == ("reports", "8")


@pytest.mark.parametrize(
    ("own", "other", "foreign", "first"),
    [
        (0.2, 0.7, 0.0, ("other", 0.7)),  # its own is hardly near without the name, and another is
        (0.5, 0.7, 0.0, ("own", 0.6)),  # its own is on the matter
        (0.2, 0.5, 0.0, ("own", 0.6)),  # nothing else is near enough
        (0.2, 0.5, 0.7, ("own", 0.6)),  # but what is another organisation's
    ],
)
def test_without_its_name_others_come_sooner_where_its_own_are_hardly_near(monkeypatch, own, other, foreign, first):
    texts = {"own": "In UNDP, staff may.", "other": "Everybody may.", "foreign": "In WHO, staff may."}
    without = [AskedParagraph(n, (0,), s, 0.0) for n, s in (("own", own), ("other", other), ("foreign", foreign))]
    asked = SimpleNamespace(nearest=lambda *given: sorted(without, key=lambda one: -one.score))
    index = SimpleNamespace(asked=asked, asked_first={(n, (0,)): SimpleNamespace(text=t) for n, t in texts.items()})
    monkeypatch.setattr(candidates, "question_vector", lambda *given: SimpleNamespace(asked=None, whole=None))
    found = [AskedParagraph(n, (0,), s, 0.0) for n, s in (("own", 0.6), ("other", 0.3), ("foreign", 0.1))]
    best = candidates._whoever_asks(index, "may I?", found, Names(own=("UNDP",), others=("WHO",)))[0]
    assert (best.document, best.score) == first
