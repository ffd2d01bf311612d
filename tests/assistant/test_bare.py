"""assistant.bare: where nothing is asked, nothing is looked for; a call for help gets the people first."""

from __future__ import annotations

import pytest

from assistant.bare import GREETING, HELP, bare

CALLS = {
    "en": ("help", "HELP!!", "please help me", "can someone help me?", "I need help"),
    "fr": ("aide", "à l'aide !", "au secours", "J'ai besoin d'aide"),
    "es": ("ayuda", "¡Ayuda por favor!", "necesito ayuda"),
    "ru": ("помогите", "мне нужна помощь"),
    "ar": ("مساعدة", "أحتاج مساعدة"),
    "zh": ("救命", "我需要帮助", "请帮帮我"),
}
GREETINGS = {
    "en": ("ok", "b", "Thanks", "thank you very much", "hello", "hi there", "42", "ok 👍"),
    "fr": ("merci beaucoup", "bonjour"),
    "es": ("gracias", "¡hola!"),
    "ru": ("спасибо", "здравствуйте"),
    "ar": ("شكرا", "السلام عليكم"),
    "zh": ("你好", "谢谢"),
}
QUESTIONS = (
    "who can help me at undp", "help with a report", "pep", "oai", "who", "how", "can you", "I need you", "i want some",
    "thank you for telling me who?", "no one believes me", "is it ok", "can anyone see me", "我能举报吗",
    "أين المساعدة القانونية",
    "please " * 9, "", "…",
)  # fmt: skip


@pytest.mark.parametrize("language", CALLS)
def test_a_call_for_help_alone_is_understood_in_each_language(language):
    assert {bare(said) for said in CALLS[language]} == {(HELP, language)}


@pytest.mark.parametrize("language", GREETINGS)
def test_a_greeting_or_thanks_is_no_question(language):
    assert {bare(said) for said in GREETINGS[language]} == {(GREETING, language)}


@pytest.mark.parametrize("question", QUESTIONS)
def test_whatever_asks_something_is_looked_for(question):
    assert bare(question) is None


def test_the_answer_to_a_bare_word_points_to_people_and_quotes_nothing(small_assistant):
    for said, status, language in (("help", HELP, "en"), ("ayuda", HELP, "es"), ("ok", GREETING, "en")):
        for history in ((), ("Can I make an anonymous complaint?",)):
            answer = small_assistant.ask(said, history=history)
            assert (answer.status, answer.language, answer.quotes) == (status, language, ())
            assert answer.lead == small_assistant.wording(language)[f"lead.{status}"]
            assert answer.referral.avenues and answer.confidence is None


def test_the_words_for_a_call_for_help_begin_with_the_people_and_name_no_ways_to_search_before(small_assistant):
    said = small_assistant.ask("help").lead
    assert said.index("people below") < said.index("emergency") < said.index("ask here")
