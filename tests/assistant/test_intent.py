from __future__ import annotations

import pytest

from assistant.intent import (
    asks_for_a_place,
    asks_for_rules,
    asks_for_time,
    asks_several,
    asks_whether_i_must,
    holds,
    names_a_stranger,
    needed_number,
    wants_certainty,
)

TIME = (
    "How long do I have to report?",
    "how soon will they answer me",
    "Is there a DEADLINE for a formal complaint?",
    "What is the time limit?",
    "How many days do I have?",
    "How many working days does the panel have?",
    "how much time is left",
    "What is the number of calendar days for an appeal?",
    "Can I still report after six months?",
    "How old can an incident be?",
    "Do they have to answer within ten days or not?",
)
NO_TIME = (
    "Who can I talk to?",
    "How many focal points are there?",
    "I have not slept for days. Who can I talk to?",
    "How do I report?",
    "He has been at it for a long time",
    "",
)
RULES = (
    "Is there a duty to report?",
    "What are my obligations?",
    "Can I be punished for lying?",
    "Will he be dismissed?",
    "What disciplinary sanctions are there?",
    "I want to know which sanctions there are.",
    "What are the consequences of a false report?",
    "Does my manager have to report it?",
    "If I tell her, will she have to pass it on?",
    "Will the ombudsman have to tell anybody?",
    "Do they have to tell my boss?",
    "Must managers report what they hear?",
    "Is a colleague required to report?",
    "WHAT ARE THE CONSEQUENCES OF MISCONDUCT?",
    "Someone in my team told me that she was touched. Do I have to report it?",
)
NO_RULES = (
    "If I tell, will they say I am lying?",
    "They will think that im a liar. Who helps me?",
    "I told her in May. Do they not have to tell me what became of it?",
    "Does the office have to keep me informed?",
    "Two years and no word. Do they not have to tell the victim how it ended?",
    "Someone will interview me. Do I have to be in the same room as him?",
    "If they cannot prove it, will I be in trouble for a false report?",
    "People say that if you complain you are punished. Is this so?",
    "I get no more shifts since I said no. Is this punishment and who protects me from it?",
    "what if i understood wrong and nothing happened, do i get punish",
    "If they find no proof, I will be punished for it?",
    "Can they sanction me if nobody believes me?",
    "After a year, has she not the right to know which punishment he gets?",
    "Will I be told what sanction the man received?",
    "Am I going to be disciplined for speaking up?",
    "Do I must go by my chief, and must it be in writing?",
    "Do I have to report?",
    "Must I report it formally?",
    "Should I report?",
    "Who can I talk to in confidence?",
    "I believe that he will do it again",
    "What support can I get?",
    "Can staff still report such misconduct, or did I wait too long?",
    "How many times must it happen?",
    "How often must it have happened?",
)
CERTAIN = (
    "Do I have to report?",
    "must i tell my boss",
    "Should I report it?",
    "Am I obliged to?",
    "Need I? I mean, do I need to?",
    "Is the course mandatory?",
    "Can they force me? Am I forced to?",
    "How long do I have?",
)
OPEN = ("Who can I talk to?", "Can I report without my name?", "I want to talk to somebody", "What is mustard?")


@pytest.mark.parametrize("question", TIME)
def test_a_question_for_how_long_or_by_when_asks_for_time(question):
    assert asks_for_time(question)
    assert wants_certainty(question)


@pytest.mark.parametrize("question", NO_TIME)
def test_a_question_that_only_speaks_of_time_does_not_ask_for_it(question):
    assert not asks_for_time(question)


@pytest.mark.parametrize("question", RULES)
def test_a_question_for_duties_sanctions_or_what_others_must_do_asks_for_rules(question):
    assert asks_for_rules(question)


@pytest.mark.parametrize("question", NO_RULES)
def test_a_person_who_asks_for_themselves_or_for_help_does_not_ask_for_rules(question):
    assert not asks_for_rules(question)


@pytest.mark.parametrize("question", CERTAIN)
def test_whether_one_must_and_by_when_want_certainty(question):
    assert wants_certainty(question)


@pytest.mark.parametrize("question", OPEN)
def test_a_question_for_help_wants_no_certainty(question):
    assert not wants_certainty(question)


PLACES = (
    "Where do I report?",
    "Which policy holds for me?",
    "what policies are there",
    "HOW LONG do I have?",
    "Who do I report to?",
    "how do i make a complaint",
    "who can i talk to",
)
NO_PLACE = (
    "What is sexual harassment?",
    "Can I report without my name?",
    "Is it elsewhere?",
    "who reads my report",
    "",
)


@pytest.mark.parametrize("question", [*PLACES, *NO_PLACE])
def test_a_question_for_a_place_a_policy_or_a_time_asks_for_what_each_organisation_has_of_its_own(question):
    assert asks_for_a_place(question) == (question in PLACES)


# Numbers

HOLDS = {
    "within seven days": {"time": True, "many": True},
    "at once": {"time": True, "many": False},
    "There is no deadline.": {"time": True, "many": False},
    "It takes one year.": {"time": True, "many": False},
    "There are 650 of them.": {"time": False, "many": True},
    "Counselling is free of charge.": {"time": False, "many": True},
    "As ST/SGB/2019/8 says": {"time": False, "many": False},
    "It began in 2019.": {"time": False, "many": False},
    "In 2019, 12 were named.": {"time": False, "many": True},
    "Somebody will help.": {"time": False, "many": False},
    "Days of rest": {"time": True, "many": False},
    "Twofold, freely, todays": {"time": False, "many": False},
}


@pytest.mark.parametrize("text", HOLDS)
def test_only_a_text_with_the_kind_of_number_that_is_asked_for_holds_it(text):
    found = {"time": holds(text, needed_number(TIME[0])), "many": holds(text, needed_number("How many are there?"))}
    assert found == HOLDS[text]


@pytest.mark.parametrize("text", HOLDS)
def test_any_text_will_do_when_no_number_is_asked_for(text):
    assert needed_number("Who can I talk to?") is None
    assert holds(text, None)


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("How much may I say, and to whom?", False),
        ("how much can I tell my own director", False),
        ("how much of the story do I need to hear", False),
        ("As focal point, how much detail should I request?", False),
        ("how much to tell her", False),
        ("how much money must I say I lost", True),
        ("how much can the court give me", True),
        ("how much of my time may I use for this", True),
        ("how many people must I tell", True),
    ],
)
def test_how_much_may_be_said_or_asked_is_no_number(question, number):
    assert (needed_number(question) is not None) == number


def test_how_many_days_asks_for_a_time_and_not_for_any_number():
    needed = needed_number("How many days do I have?")
    assert holds("within a week", needed) and not holds("There are 650 of them.", needed)
    assert holds("There are 650 of them.", needed_number("How much does it cost?"))


@pytest.mark.parametrize(
    "question, mine",
    [
        ("My supervisor keeps touching me. Do I have to report it?", True),
        ("Must I complain?", True),
        ("am I obliged to tell anybody", True),
        ("Are victims of sexual harassment under a duty to report it?", True),
        ("is a victim obliged to tell somebody", True),
        ("Are managers under a duty to report it to help victims?", False),
        ("A colleague told me. Must I report it?", False),
        ("Does my manager have to pass it on?", False),
        ("Can I report it?", False),
    ],
)
def test_whether_i_must_is_asked_for_oneself(question, mine):
    assert asks_whether_i_must(question) == mine


# Strangers


class Lexical:
    """Holds a few words, as an index of documents does."""

    def holds(self, word):
        return word.casefold() in {"unicef", "ombudsman", "geneva"}


class Asked:
    """Holds a word that people say and no document does."""

    def holds(self, word):
        return word == "WhatsApp"


class FewWords:
    lexical = Lexical()
    asked = Asked()


STRANGERS = {
    "Can I report it in Atlantis?": True,
    "Is there an office in Geneva or in Atlantis?": True,
    "Is there an Ombudsman in Geneva?": False,
    "He writes on WhatsApp": False,
    "Atlantis has an office?": False,  # the first word of a sentence is capital whatever it is
    "I was there. Atlantis is far.": False,
    "ATLANTIS has an office?": True,
    "is there an office in atlantis": False,
    "I am at HQ": False,
    "": False,
}


@pytest.mark.parametrize("question", STRANGERS)
def test_a_name_that_no_document_holds_is_a_stranger_unless_it_begins_a_sentence_as_a_word(question):
    assert names_a_stranger(FewWords(), question) == STRANGERS[question]


@pytest.mark.parametrize(
    "question",
    [
        "Within what period must I complain?",
        "What is the time frame for a complaint?",
        "Is there a statute of limitations?",
        "What is the time-limit?",
        "By when can I report?",
        "Within how many hours must a manager report?",
        "How many working hours do they have?",
    ],
)
def test_other_words_for_a_time_limit_ask_for_time_too(question):
    assert asks_for_time(question)


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Who can I talk to, and what do they write down?", True),
        ("What is ClearCheck? Who sees it?", True),
        ("where do i report and how long have i got", True),
        ("Which office hears the appeal, and within what period may it be made?", True),
        ("Which office is it and in London too?", False),
        ("Can I report without my name or must I sign", True),
        ("Who can report and get help?", False),
        ("My boss touched me and laughed. Who can I talk to?", False),
    ],
)
def test_two_questions_in_one_ask_for_several_things(question, several):
    assert asks_several(question) == several
