"""What a question asks for, thing by thing; each is answered where they stand far apart."""

from __future__ import annotations

import pytest

from assistant.several import needed_for_all, sentence_that_asks, things_asked


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("Where do I report?", ()),
        ("I saw it, and I said nothing. What can I do?", ()),
        ("Can I report, or not?", ()),
        (
            "I am an intern. Can I report, and who will know?",
            ("I am an intern. Can I report?", "I am an intern. who will know?"),
        ),
        ("if i stay anonymous, can they look into it? and how long do i have", (
            "if i stay anonymous, can they look into it?", "how long do i have?",
        )),
        (
            "To which office does a report go in ICAO, and within what time may I ask for protection?",
            ("To which office does a report go in ICAO?", "within what time may I ask for protection?"),
        ),
        (
            "Which policy forbids it? Does it bind partners too?",
            ("Which policy forbids it?", "Which policy forbids it? Does it bind partners too?"),
        ),
        ("In UNOPS: where do I report, and what must my manager do?", (
            "In UNOPS. where do I report?", "In UNOPS. what must my manager do?",
        )),
        ("He touched me. Who can I talk to, and does that stay between us?", (
            "He touched me. Who can I talk to?", "He touched me. Who can I talk to? does that stay between us?",
        )),
        ("He touched me. Who can I talk to, and will they help me?", (
            "He touched me. Who can I talk to?", "He touched me. will they help me?",
        )),
        ("who is it and what is it and where is it and when is it and why is it", ()),  # more than can be answered
        ("", ()),
    ],
)  # fmt: skip
def test_each_thing_is_looked_for_with_what_is_told_or_with_what_it_leans_on(question, things):
    assert things_asked(question) == things


@pytest.mark.parametrize(
    ("question", "needed"),
    [
        ("How long do I have?", True),
        ("Can a friend come?", False),
        ("How long do I have, and how many people will know?", True),
        ("How many times must I tell it, and can my friend sit with me?", False),
    ],
)
def test_a_number_is_needed_where_all_that_is_asked_asks_for_one(question, needed):
    assert bool(needed_for_all(question)) == needed


@pytest.mark.parametrize(
    ("question", "asking"),
    [
        ("He sent me pictures. What can I do?", "What can I do?"),
        ("he sent me pictures. what can i do", "what can i do?"),
        ("Is it over? And who decides that?", "who decides that?"),
        ("Is it over? what can i do", "Is it over?"),
        ("what happened is bad. who he is i dont say.", ""),
        ("He sent me pictures. Why", ""),
        ("what can i do", ""),
        ("What can I do?", ""),
        ("", ""),
    ],
)
def test_the_sentence_that_asks_is_found_with_or_without_its_mark(question, asking):
    assert sentence_that_asks(question) == asking
