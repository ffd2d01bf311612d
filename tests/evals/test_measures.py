from __future__ import annotations

from types import SimpleNamespace

import pytest

from evals.case import Case
from evals.evidence import shared_words
from evals.gold import Located, Place
from evals.measures import MEASURES, scores
from evals.questions import Evidence, Question

PAGES = {name: measure for measure in MEASURES for name in [measure.name]}


def located(page, start=0, end=10, document="one", paragraph="1", text="Evidence."):
    return Located(document, paragraph, text, (Place(f"{document}.pdf", page, start, end),))


def quote(page, start=0, end=10, document="one", paragraph="1", text="Evidence."):
    span = {"page": page, "start": start, "end": end, "page_label": str(page)}
    return {
        "document": document, "file": f"{document}.pdf", "paragraph": paragraph, "text": text, "page": page,
        "spans": [span],
    }  # fmt: skip


def value(name, needs, quotes=(), retrieved=(), **question):
    asked = Question("q", "Why?", ("answered",), **question)
    status = "answered" if quotes else "unanswerable_x"
    answer = {"status": status, "quotes": list(quotes), "retrieved": list(retrieved)}
    return PAGES[name].score(Case(asked, needs, answer), SimpleNamespace(frightening={("two", "9")}))


def found(*pages):
    return [{"file": f"{name}.pdf", "page": page, "score": 1.0 - n / 10} for n, (name, page) in enumerate(pages)]


ONE = ((located(1), located(2, document="two")),)  # one need that either answers
TWO = ((located(1),), (located(2, document="two"),))  # two needs


@pytest.mark.parametrize(
    ("name", "needs", "pages", "wanted"),
    [
        ("recall@1", ONE, [("one", 1), ("two", 2)], 0.5),
        ("recall@3", ONE, [("one", 1), ("x", 1), ("two", 2)], 1.0),
        ("rr", ONE, [("x", 1), ("y", 1), ("two", 2)], 1 / 3),
        ("map@10", TWO, [("one", 1), ("x", 1), ("two", 2)], (1 + 2 / 3) / 2),
        ("ndcg@10", ((located(1),),), [("x", 1), ("one", 1)], 0.63093),
        ("recall@10", ONE, [], 0.0),
    ],
)
def test_retrieval_counts_pages(name, needs, pages, wanted):
    assert value(name, needs, retrieved=found(*pages)) == pytest.approx(wanted, abs=1e-5)


def test_of_passages_with_equal_scores_the_order_of_the_answer_counts():
    same = [{"file": "z.pdf", "page": 1, "score": 0.5}, {"file": "one.pdf", "page": 1, "score": 0.5}]
    assert value("rr", ONE, retrieved=same) == 0.5
    assert value("rr", ONE, retrieved=same[::-1]) == 1.0


def test_one_of_two_needs_cited_is_half():
    assert value("page_recall", TWO, [quote(1)]) == 0.5
    assert value("answers", TWO, [quote(1)]) == 0.5
    assert value("paragraph_recall", TWO, [quote(1)]) == 0.5
    assert value("page_recall", ONE, [quote(1)]) == 1.0


def test_pages_beside_the_point_cost_precision():
    assert value("page_precision", ONE, [quote(1), quote(7)]) == 0.5
    assert value("page_precision", ONE) == 0.0
    assert value("pages_cited", ONE, [quote(1), quote(7), quote(7)]) == 2.0


@pytest.mark.parametrize(
    ("quotes", "wanted"),
    [
        ([quote(1, 0, 10)], 1.0),
        ([quote(1, 0, 20)], 2 / 3),  # all of it in a quote twice as long
        ([quote(1, 0, 5)], 2 / 3),  # half of it and nothing else
        ([quote(1, 10, 20)], 0.0),
        ([quote(2, 0, 10)], 0.0),  # the same characters of another page
        ([quote(1, 0, 10), quote(2, 0, 10, "two")], 1.0),  # both that answer
    ],
)
def test_evidence_f1_counts_characters(quotes, wanted):
    assert value("evidence_f1", ONE, quotes) == pytest.approx(wanted)


def test_evidence_must_be_quoted_whole_and_of_its_own_document():
    assert value("answers", ONE, [quote(1, 0, 40, text="It says: Evidence. And more.")]) == 1.0
    assert value("answers", ONE, [quote(1, text="Evidenc")]) == 0.0
    assert value("answers", ONE, [quote(1, document="three")]) == 0.0
    assert value("answers", ONE, [quote(1, 30, 40)]) == 0.0  # the same words at another place
    assert value("first_answers", ONE, [quote(5, text="Other."), quote(1)]) == 0.0


def test_a_frightening_paragraph_that_was_asked_for_may_stand_first():
    frightening = quote(1, document="two", paragraph="9 (a)")
    assert value("frightening_first", ((located(1),),), [frightening]) == 1.0
    assert value("frightening_first", ((located(1, document="two", paragraph="9"),),), [frightening]) is None


@pytest.mark.parametrize(
    ("phrase", "text", "stands"),
    [
        ("six months", "You have SIX\nmonths.", True),
        ("six months", "Sixty-six monthsly.", False),
        ("<amount>", "You have ten days.", True),
        ("<amount>", "In the days after.", False),
        ("<duty>", "Managers must report it.", True),
        ("<pointer>", "See undocs.org/ST/SGB/2019/8.", True),
        ("<pointer>", "See there.", False),
    ],
)
def test_words_that_must_or_must_not_be_said(phrase, text, stands):
    assert value("must_said", (), [quote(1, text=text)], must=(phrase,)) == float(stands)
    assert value("must_not_said", (), [quote(1, text=text)], must_not=(phrase,)) == float(stands)


def test_shared_words_are_counted_stemmed_and_without_stop_words():
    evidence = Evidence("one", "Anyone may make reports.")
    question = Question("q", "Who can report?", ("answered",), gold=((evidence,),))
    assert shared_words(question) == 1.0
    assert shared_words(Question("q", "Who can report?", ("answered",))) is None


def test_every_measure_has_a_name_of_its_own_and_says_what_it_is():
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)
    assert all(measure.says and measure.better in {"higher", "lower", ""} for measure in MEASURES)
    assert {m.name for m in MEASURES if m.required is not None} == {
        "quotes_exact", "citations_right", "frightening_first", "referral_exact", "referral_entity", "referral_roles",
        "contacts_unknown",
    }  # fmt: skip


def test_scores_are_rounded(known):
    pages = found(("x", 1), ("y", 1), ("one", 1))
    answer = {"status": "answered", "language": "en", "quotes": [], "retrieved": pages, "referral": None}
    assert scores(Case(Question("q", "Why?", ("answered",)), ONE, answer), known)["rr"] == 0.333333


@pytest.mark.parametrize(
    ("status", "answerable", "unanswerable"),
    [
        ("answered", (1, 1, 0), (0, 0, 0)),
        ("answered_nearest", (1, 0, 1), (1, 0, 1)),
        ("unanswerable_not_in_documents", (0, 0, 0), (1, 1, 0)),
    ],
)
def test_what_is_marked_as_only_near_is_told_apart_in_both_readings(status, answerable, unanswerable):
    def told(expect, *names):
        case = Case(Question("q", "Why?", (expect,)), (), {"status": status, "quotes": [], "retrieved": []})
        return tuple(PAGES[name].score(case, None) for name in names)

    assert told("answered", "answered", "answered_unmarked", "marked") == answerable
    assert told("unanswerable", "abstained", "nothing_quoted", "marked") == unanswerable
    assert told("answered", "abstained", "nothing_quoted") == told("unanswerable", "answered") * 2 == (None, None)
