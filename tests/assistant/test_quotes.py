from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from assistant.names import Names
from assistant.quotes import verify
from assistant.selection import MOST_PAGES, MOST_QUOTES, _beside, _best_of_each, _nearest, _opening, _quieter, _usable
from ingest.folding import fold
from ingest.pages import Page
from tests.small_corpus import QUESTIONS

DUTY = "Managers who learn of sexual harassment must report it"


@pytest.fixture(scope="module")
def opened(small_index):
    assistant = small_index.assistant()
    assert assistant.ask(QUESTIONS[0]).status == "answered"
    yield assistant
    assistant.close()


@pytest.fixture
def asked(opened):
    """An assistant whose documents a test may give other flags."""
    documents = opened._opened.index.store.documents
    before = dict(documents)
    yield opened
    documents.clear()
    documents.update(before)


@pytest.fixture
def index(asked):
    return asked._opened.index


@pytest.fixture
def quote(asked):
    return asked.ask("Can I make an anonymous complaint?").quotes[0]


def altered(index, monkeypatch, change):
    """Let the store give pages with another text."""
    page = index.store.page

    def other(document, number):
        found = page(document, number)
        return found and Page(found.number, found.label, change(found.raw))

    monkeypatch.setattr(index.store, "page", other)


def test_a_quote_of_the_page_is_exact(index, quote):
    assert verify(index, quote)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Anonymous complaints are refused, and they are assessed like any other complaint."},
        {"text": "Anonymous complaints are accepted, and they are assessed like any other complaint"},
        {"text": ""},
        {"spans": ()},
        {"document": "programme"},
        {"document": "no such document"},
    ],
)
def test_a_quote_that_says_more_less_or_other_than_the_page_is_not_exact(index, quote, change):
    assert not verify(index, replace(quote, **change))


@pytest.mark.parametrize("change", [{"start": 0}, {"end": 10**6}, {"start": -5}, {"page": 99}, {"page": 0}, {"end": 0}])
def test_a_quote_whose_span_is_not_where_it_says_is_not_exact(index, quote, change):
    assert not verify(index, replace(quote, spans=(replace(quote.spans[0], **change), *quote.spans[1:])))


def test_white_space_and_ligatures_make_no_difference(index, quote, monkeypatch):
    altered(index, monkeypatch, lambda raw: raw.replace(" and", "\n and").replace("fi", "ﬁ")[: len(raw)])
    end = quote.spans[0].end + 1
    assert verify(index, replace(quote, spans=(replace(quote.spans[0], end=end),)))


def test_a_quote_whose_page_was_altered_is_not_shown(asked, index, monkeypatch):
    question = "Can I make an anonymous complaint?"
    assert asked.ask(question).quotes[0].text.startswith("Anonymous complaints are accepted")
    altered(index, monkeypatch, lambda raw: raw.replace("are accepted", "are rejected"))
    answer = asked.ask(question)
    assert not any("Anonymous complaints" in quote.text for quote in answer.quotes)
    assert answer.referral.avenues


def test_a_list_item_comes_with_the_sentence_that_it_hangs_on(asked):
    (quote, *_) = asked.ask("Is there leave with full pay?").quotes
    assert quote.text == (
        "Support that is offered to affected individuals includes the following measures: "
        "(a) Leave with full pay of up to ten working days;"
    )
    assert quote.paragraph == "2.2 (a)"


def test_a_quote_names_everything_that_is_needed_to_find_it_again(quote, small_index):
    assert (quote.document, quote.title, quote.issuer) == (
        "policy", "Addressing sexual harassment", "Example Secretariat",
    )  # fmt: skip
    assert (quote.symbol, quote.applies_to, quote.document_status, quote.url) == (
        "ST/AI/2099/1", "un-secretariat", "in_force", "https://example.org/policy",
    )  # fmt: skip
    assert (quote.page, quote.page_label, quote.paragraph, quote.official) == (2, "ii", "3.3", True)
    assert (small_index.corpus / quote.file).is_file()


ABOUT_COMPLAINTS = "What happens with a formal complaint of sexual harassment to the head of office?"


def test_a_flagged_paragraph_never_stands_first_unless_it_is_asked_for(asked, index):
    wanted = "Who reports sexual harassment to the head of office within seven days?"
    card = index.store.documents["policy"]
    index.store.documents["policy"] = replace(card, flags={})
    assert asked.ask(wanted).quotes[0].text.startswith(DUTY)
    index.store.documents["policy"] = card
    quotes = asked.ask(wanted).quotes
    assert not quotes or not quotes[0].text.startswith(DUTY)
    assert (
        asked.ask("Is there a duty: who reports sexual harassment to the head of office?")
        .quotes[0]
        .text.startswith(DUTY)
    )


def test_a_flagged_list_item_does_not_come_first_by_standing_before_its_neighbour(asked, index):
    question = "Is there leave with pay, or a change of the reporting line or of the place of work?"
    texts = [quote.text for quote in asked.ask(question).quotes]
    assert "(a) Leave" in texts[0]
    assert "(b) A change" in texts[0]
    index.store.documents["policy"] = replace(index.store.documents["policy"], flags={"2.2 (a)": "not_first"})
    first = asked.ask(question).quotes[0]
    assert "(a) Leave" not in first.text
    assert "(b) A change" in first.text


def test_the_flag_of_a_paragraph_holds_for_its_list_items(asked, index):
    question = "Is there leave with full pay?"
    index.store.documents["policy"] = replace(index.store.documents["policy"], flags={"2.2": "not_first"})
    quotes = asked.ask(question).quotes
    assert not quotes or not quotes[0].paragraph.startswith("2.2")


def test_a_paragraph_that_says_what_is_not_known_is_quoted_whole_and_by_itself(asked, index):
    question = "What is the deadline for a formal complaint, and must a manager report it?"
    assert len(asked.ask(question).quotes) > 1
    card = index.store.documents["policy"]
    index.store.documents["policy"] = replace(card, flags={**card.flags, "3.1": "alone"})
    (quote,) = asked.ask(question).quotes
    assert quote.paragraph == "3.1"
    assert "may be made in writing" in quote.text and "There is no deadline" in quote.text


@pytest.mark.parametrize(
    "score, question, first, told",
    [
        (0.8, "do I have to", "unknown", True),
        (0.8, "may I", "best", True),
        (0.6, "do I have to", "best", True),
        (0.95, "who did", "unknown", True),
        (0.8, "who did", "best", True),
        (0.8, "who did", "unknown", False),
    ],
)
def test_what_fits_the_question_comes_before_what_scores_higher_where_it_is_near(score, question, first, told):
    card = SimpleNamespace(title="Rules")
    opens = SimpleNamespace(text="best" if question != "who did" else "In WHO, it is so.", heading=())
    common = {"confidence": 0.9, "not_first": False, "page": 1, "card": card, "first": opens, "own": False}
    best = SimpleNamespace(text="best", score=1.0, flag="", place=("guide", 1), **common)
    unknown = SimpleNamespace(text="unknown", score=score, flag="alone", place=("guide", 2), **common)
    ranked = [best, unknown]
    unknown.first = SimpleNamespace(text="unknown", heading=())
    assert (
        _opening(ranked, ranked, question, Names(elsewhere=("WHO",)), {("guide", 1)} if told else set()).text == first
    )


def a_candidate(number, score, *, not_first=False):
    return SimpleNamespace(place=("guide", number), score=score, not_first=not_first)


@pytest.mark.parametrize(
    ("quiet", "question", "told", "may_open"),
    [
        (0.55, "Will he know it was me?", True, [1, 2, 3]),
        (0.65, "Will he know it was me?", True, [2, 3]),
        (0.55, "Will he know it was me?", False, [2, 3]),
        (0.65, "Is there a duty?", False, [1, 2, 3, 4]),
    ],
)
def test_what_would_frighten_opens_only_what_asks_for_it_by_its_words_or_as_for_nothing_else(
    quiet, question, told, may_open
):
    ranked = [
        a_candidate(1, 0.8, not_first=True), a_candidate(2, quiet), a_candidate(3, 0.4),
        a_candidate(4, 0.3, not_first=True),
    ]  # fmt: skip
    usable = _usable(ranked, question, {("guide", 1), ("guide", 4)} if told else set())
    assert [c.place[1] for c in usable] == may_open


@pytest.mark.parametrize(
    ("document", "score", "stands"),
    [("guide", 0.4, True), ("guide", 0.3, False), ("another", 0.7, False)],
)
def test_beside_what_frightens_stands_what_does_not_of_the_same_document_where_it_is_near(document, score, stands):
    def of(card, score, *, not_first=False):
        first = SimpleNamespace(text="It is confidential.", heading=())
        common = {"text": first.text, "flag": "", "own": False, "score": score, "not_first": not_first}
        return SimpleNamespace(card=SimpleNamespace(id=card, title="A guide"), first=first, **common)

    frightens, quiet = of("guide", 0.9, not_first=True), of(document, score)
    assert list(_quieter(frightens, [frightens, quiet], "Will he know?", Names())) == ([quiet] if stands else [])


@pytest.mark.parametrize(("whole", "first"), [(0.7, 2), (0.1, 1)])
def test_an_answer_to_several_things_opens_with_the_best_for_one_that_is_near_the_whole_too(whole, first):
    each = [a_candidate(1, 0.8), a_candidate(2, 0.6)]
    ranked = [a_candidate(3, 0.45), a_candidate(2, whole)]
    assert _best_of_each(each, ranked[0], ranked).place[1] == first


def test_an_answer_to_several_things_opens_with_what_the_whole_asks_for_where_that_is_nearest():
    ranked = [a_candidate(3, 0.9), a_candidate(1, 0.3)]
    assert _best_of_each([a_candidate(1, 0.8), a_candidate(2, 0.6)], ranked[0], ranked).place[1] == 3


@pytest.mark.parametrize("question", QUESTIONS)
def test_there_are_few_quotes_and_none_twice(asked, question):
    quotes = asked.ask(question).quotes
    assert 1 <= len(quotes) <= MOST_QUOTES
    assert len({(quote.document, quote.page) for quote in quotes}) <= MOST_PAGES
    assert len({fold(quote.text) for quote in quotes}) == len(quotes)


def test_a_part_of_a_sentence_that_a_page_cuts_is_never_quoted(asked):
    quotes = asked.ask("Does it agree to share it, and keep no record of any visit?").quotes
    assert [quote.text for quote in quotes if quote.text.startswith("agrees")] == []


def test_only_what_scores_nearly_as_much_as_the_best_stands_beside_it():
    common = {"flag": "", "page": 1, "own": False}
    ranked = [SimpleNamespace(text=f"{score}", score=score, **common) for score in (1.0, 0.9, 0.89, 0.5)]
    assert [c.score for c in _nearest("Who?", ranked[0], ranked, 0.9)] == [1.0, 0.9]
    assert [c.score for c in _nearest("Who?", ranked[0], ranked, 0.5)] == [1.0, 0.9, 0.89, 0.5]


@pytest.mark.parametrize(
    ("place", "question", "best", "told", "share"),
    [
        (("guide", 4), "Who can I talk to?", 0.6, False, 0.87),
        (("guide", 4), "Who can I talk to, and how do I find them?", 0.6, False, 0.75),
        (("guide", 4), "Who can I talk to?", 1.0, True, 0.92),  # the surer the best, the nearer another must be
        (("guide", 4), "Who can I talk to?", 0.6, True, 0.72),
        (("guide", 4), "Who can I talk to, and how do I find them?", 1.0, True, 0.70),
        (("policy", 4), "Who can I talk to?", 1.0, False, 0.75),
    ],
)
def test_beside_what_people_ask_for_less_is_quoted_unless_they_ask_several_things(place, question, best, told, share):
    index = SimpleNamespace(asked=SimpleNamespace(sentences=frozenset({("guide", 4)})))
    assert _beside(index, question, SimpleNamespace(place=place), best, told=told) == pytest.approx(share)
