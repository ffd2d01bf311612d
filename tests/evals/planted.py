"""Questions, and answers to them in which nothing is wrong, for faults to be planted in."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

Row = dict[str, Any]

HELPED, ASKED = "The office helps.", "You can ask them."
NAMED = [
    {"id": "a", "topic": "help", "kind": "answer", "question": "Who helps?",
     "evidence": [{"document": "one", "text": HELPED}, {"document": "two", "text": "They help."}]},
    {"id": "b", "topic": "ask", "kind": "pointer", "question": "May I ask?",
     "evidence": [{"document": "one", "text": ASKED}]},
]  # fmt: skip
OPEN = [{"id": "n", "topic": "limit", "question": "How many days do I have?"}]
REFERRAL = {"text": "It is your choice.", "avenues": [{"id": "x"}]}
POINTED = [{"document": "A bulletin", "url": "https://undocs.org/X"}]


def quote(text: str, document: str = "one", paragraph: str = "1") -> Row:
    """What an answer shows of one paragraph."""
    return {"document": document, "paragraph": paragraph, "text": text}


def answers() -> list[Row]:
    """The right answer to each question on what the presentation names."""
    said = ([quote(f"{HELPED} It is there."), quote("More.", "two")], [quote(ASKED, paragraph="2")])
    found = [{"id": q["id"], "question": q["question"], "status": "answered", "quotes": quotes, "look_in": [],
              "referral": REFERRAL} for q, quotes in zip(NAMED, said, strict=True)]  # fmt: skip
    return deepcopy(found)


def silent() -> list[Row]:
    """The right answer to the open question: none, and where to look."""
    return deepcopy([{**OPEN[0], "status": "unanswerable_not_in_documents", "quotes": [], "look_in": POINTED,
                      "referral": REFERRAL}])  # fmt: skip
