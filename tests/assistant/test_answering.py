"""assistant.answering: of a paragraph the sentences that probably answer, and nothing that must not be cut."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from assistant.answering import MOST_PAGES, MOST_QUOTES, sentences_that_answer
from assistant.candidates import Candidate
from assistant.intent import is_about_another
from ingest.pages import Span
from ingest.sentences import Sentence
from ingest.store import DocumentCard

QUESTION = "Who can I talk to in confidence?"
ANSWERING = "You can talk to the counsellor in confidence."
BESIDE = "The building was painted in green and white."


class Lexical:
    """Covers by the share of the question's words."""

    def coverage(self, question, text):
        asked = set(question.lower().strip("?").split())
        return len(asked & set(text.lower().strip(".").split())) / len(asked)


INDEX = SimpleNamespace(lexical=Lexical())


def candidate(texts, score, document="guide", start=0, flag="", heading=(), page=1):
    blank = dict.fromkeys(("issuer", "applies_to", "symbol", "published", "replaced_by", "official_url"), "")
    card = DocumentCard(
        id=document, file="f.pdf", title="A guide", language="en", status="guide", sha256="0" * 64, pages=9, **blank
    )
    sentences = tuple(
        Sentence(
            start + n, start, "sentence", text, text, (Span(page, "1", 100 * n, 100 * n + len(text)),), "1", heading
        )
        for n, text in enumerate(texts)
    )
    return Candidate(card, sentences, score, score, flag, whole_paragraph=True)


def quoted(*candidates, question=QUESTION):
    return [found.text for found in sentences_that_answer(INDEX, question, candidates[0], candidates)]


def test_a_sentence_that_does_not_answer_is_left_out_of_a_further_paragraph():
    further = "You can talk to the ombudsman in confidence."
    found = quoted(candidate([ANSWERING], 0.9), candidate([BESIDE, further, f"{BESIDE} 2"], 0.82, start=9))
    assert found == [ANSWERING, further]


@pytest.mark.parametrize("flag", ["alone", "not_first"])
def test_a_flagged_paragraph_stays_whole(flag):
    texts = [BESIDE, ANSWERING, *(f"{BESIDE} {n}" for n in range(4))]
    assert quoted(candidate(texts, 0.9, flag=flag))[0] == " ".join(texts)


def test_a_paragraph_that_says_that_something_is_not_known_stays_whole():
    texts = [BESIDE, ANSWERING, *(f"{BESIDE} {n}" for n in range(3)), "Avenues does not know the rule of your entity."]
    assert quoted(candidate(texts, 0.9))[0] == " ".join(texts)


def test_what_is_quoted_of_a_paragraph_holds_the_number_that_is_asked_for():
    texts = ["It is how long it takes that counts.", "The panel finishes within ninety days."]
    for found in quoted(candidate(texts, 0.9), question="How long does it take?"):
        assert "ninety days" in found


def test_quotes_are_few_and_what_is_far_from_the_best_is_left_out():
    others = [candidate([f"{ANSWERING} {n}"], 0.9, start=10 * n, page=n) for n in range(1, 9)]
    found = sentences_that_answer(INDEX, QUESTION, others[0], others)
    assert len(found) <= MOST_QUOTES and len({one.page for one in found}) <= MOST_PAGES
    assert quoted(candidate([ANSWERING], 0.9), candidate([BESIDE], 0.2, start=9)) == [ANSWERING]
    assert quoted(candidate([ANSWERING], 0.9), candidate([ANSWERING], 0.9, start=9)) == [ANSWERING]


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("my boss keeps touching me, who can i talk to", False),
        ("i saw it happen to a colleague, who can i talk to", True),
        ("is there a duty to talk", True),
    ],
)
def test_the_duty_of_another_role_is_quoted_only_to_who_is_in_it_or_asks_for_duties(question, shown):
    duty = "You must talk to the office about what you saw."
    of_bystanders = candidate([duty], 0.9, start=9, flag="not_first", heading=("If you saw or heard something",))
    assert (duty in quoted(candidate([ANSWERING], 0.9), of_bystanders, question=question)) is shown


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("my boss keeps touching me and i am afraid to say it", False),
        ("can i stay anonymous", False),
        ("I saw my director grab somebody", True),
        ("someone told me what happened to her", True),
        ("I am the manager of the person", True),
    ],
)
def test_who_asks_about_another_is_told_from_who_asks_for_oneself(question, about):
    assert is_about_another(question) is about
