from __future__ import annotations

import contextlib
import copy
import json
import logging
import os
import threading

import pytest

import assistant.conversation
import assistant.danger
import assistant.passages
from assistant import Answer, Assistant, UncitedAnswerError, UnknownEntityError
from assistant.assistant import LONGEST_QUESTION, MOST_WAITING
from assistant.confidence import read_confidence
from assistant.gate import LAST_LEAD, LAST_URGENT
from assistant.question import LONGEST_LOOKED_AT
from assistant.wording import WordingError
from ingest.build import CORPUS_DIR
from ingest.folding import fold
from tests.small_corpus import QUESTIONS, copied, run

SECRET = "ZEBRA-QUAGGA my supervisor touched me at the harassment meeting"
FRENCH = "Comment puis-je signaler un harcèlement sexuel dans mon bureau ?"
OF_CAKE = "Comment faire un gâteau au chocolat avec trois œufs dans mon bureau ?"


def shown(answer):
    """Everything of an answer but its timings."""
    return {name: value for name, value in answer.to_json().items() if name != "timings_ms"}


def leads(small_assistant, answer):
    return small_assistant.wording(answer.language)[f"lead.{answer.status}"]


# What every answer has


STATUSES = {
    "answered": QUESTIONS[0],
    "unanswerable_not_in_documents": "How do I bake a chocolate cake with three eggs?",
    "unanswerable_language": OF_CAKE,
    "clarification_empty": " ",
    "clarification_bare": "ok",
    "clarification_help": "Help!",
    "clarification_too_long": "word " * 2000,
    "referred_urgent": "He is outside my door and he wants to kill me",
}


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_its_fixed_lead_and_the_same_referral(small_assistant, status):
    answer = small_assistant.ask(STATUSES[status])
    assert answer.status == status
    assert answer.lead == leads(small_assistant, answer)
    assert answer.referral == small_assistant.referral(None, answer.language)[0]
    assert answer.referral.avenues
    assert bool(answer.quotes) == (status == "answered")
    assert set(answer.timings_ms) == {"load", "retrieve", "quote", "total"}
    assert all(0 <= taken < 60_000 for taken in answer.timings_ms.values())


ODD = {
    "": "clarification_empty",
    " ": "clarification_empty",
    "\t\n\u2003": "clarification_empty",
    "?!…": "clarification_empty",
    "\x00\x07\x1b[": "clarification_empty",
    "\u200b\u202e\u2066": "clarification_empty",
    "\ud800": "clarification_empty",
    "\U0001f600": "clarification_empty",
    "****": "clarification_empty",
    "x" * LONGEST_QUESTION: "unanswerable_not_in_documents",
    "x" * (LONGEST_QUESTION + 1): "clarification_too_long",
    "Can I report anonymously? " * 400: "clarification_too_long",
}


@pytest.mark.parametrize("question", ODD, ids=range(len(ODD)))
def test_odd_questions_have_their_status_and_the_contacts(small_assistant, question):
    answer = small_assistant.ask(question)
    assert answer.status == ODD[question]
    assert answer.referral.avenues
    assert answer.question == question


@pytest.mark.parametrize(
    "question",
    [
        "Can I make an \x00anonymous\x1b \u202ecom\u2066plaint?\r\n",
        "Can I make an anonymous complaint?\ud800",
        "  Can I make\n\n an anonymous\tcomplaint? ",
        "**Can I** make an _anonymous_ `complaint`?",
        "<b>Can I make</b> an anonymous complaint?<script src='https://example.org/x.js'></script>",
        "Can I make an anonymous complaint? ![](https://example.org/p.png) [x](https://example.org)",
        "Can I make an anony\u00admous com\u200bplaint\ufeff?",
    ],
)
def test_what_is_around_the_words_of_a_question_does_not_change_its_answer(small_assistant, question):
    answer = small_assistant.ask(question)
    assert answer.status == "answered"
    assert answer.quotes[0].paragraph == "3.3"
    assert "example.org/" not in answer.lead


def test_ten_thousand_characters_that_tell_of_danger_are_urgent_first(small_assistant):
    assert small_assistant.ask("He wants to kill me. " * 500).status == "referred_urgent"


@pytest.mark.parametrize(
    "question",
    [
        "I was raped. Who can I speak with in confidence?",
        "J'ai été violée. À qui puis-je parler en toute confidentialité ?",
        "Me violaron. ¿Con quién puedo hablar en confianza?",
    ],
)
def test_what_was_asked_after_an_assault_is_answered_beneath_the_urgent_words(small_assistant, question):
    answer = small_assistant.ask(question)
    assert (answer.status, answer.urgent.kind, answer.lead) == (
        "referred_answered",
        "assault",
        leads(small_assistant, answer),
    )
    assert answer.quotes == small_assistant.ask(question, urgent_seen=True).quotes != ()
    assert answer.lead != small_assistant.wording(answer.language)["lead.answered"]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("I am 16. Can I make an anonymous complaint?", "minor"),
        ("Tengo 16 años. ¿Puedo hacer una denuncia anónima?", "minor"),
        ("He follows me home from the office. Who can I speak with in confidence?", "danger"),  # below the sum
    ],
)
def test_what_is_asked_for_a_child_or_where_little_speaks_of_danger_is_answered_beneath_the_urgent_words(
    small_assistant, question, kind
):
    answer = small_assistant.ask(question)
    assert (answer.status, answer.urgent.kind) == ("referred_answered", kind)
    assert answer.quotes == small_assistant.ask(question, urgent_seen=True).quotes != ()


@pytest.mark.parametrize(
    "question",
    [
        "My colleague raped me last night.",  # nothing is asked
        "I am 16. I want to make an anonymous complaint.",
        "He follows me home from the office. I want to speak with somebody in confidence.",
        "J'ai été violée. Je veux faire une plainte anonyme.",
        "Me violaron y quiero una denuncia anónima.",
        "I was raped. What is the capital of Peru?",  # nothing is found
        "I want to die. Who can I speak with in confidence?",  # nothing shall stand before the contacts
        "He is outside my door with a knife. Who can I speak with in confidence?",
    ],
)
def test_urgent_words_stand_alone_where_nothing_is_asked_or_found_or_where_more_would_keep_from_help(
    small_assistant, question
):
    answer = small_assistant.ask(question)
    assert (answer.status, answer.quotes, answer.options) == ("referred_urgent", (), ())
    assert answer.lead == leads(small_assistant, answer)


def test_urgent_words_come_first_and_the_answer_when_the_person_goes_on(small_assistant):
    question = "He is outside my door with a knife. Who can I speak with in confidence?"
    first = small_assistant.ask(question)
    assert (first.status, first.urgent.kind, first.quotes) == ("referred_urgent", "danger", ())
    then = small_assistant.ask(question, urgent_seen=True)
    assert then.urgent is None
    assert then.status != "referred_urgent"


# Exactness and what may be said


def test_an_answer_without_a_quote_cannot_be_made(small_assistant):
    referral = small_assistant.referral()[0]
    with pytest.raises(UncitedAnswerError):
        Answer("question", "answered", "en", "lead", referral)
    Answer("question", "unanswerable_not_in_documents", "en", "lead", referral)


@pytest.mark.parametrize("question", QUESTIONS)
def test_scores_lie_between_zero_and_one_and_the_best_passages_come_first(small_assistant, question):
    answer = small_assistant.ask(question)
    scores = [passage.score for passage in answer.retrieved]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in (*scores, *(quote.score for quote in answer.quotes)))
    assert len(answer.retrieved) <= 10
    assert len(answer.quotes) <= 4
    assert len({(quote.document, quote.page) for quote in answer.quotes}) <= 3


@pytest.mark.parametrize("question", [*QUESTIONS, "What is the capital of Peru?", "Who runs the Zorblax Institute?"])
def test_there_are_quotes_exactly_when_the_confidence_is_enough(small_assistant, question):
    answer = small_assistant.ask(question)
    known = read_confidence(CORPUS_DIR)
    assert 0 <= answer.confidence <= 1
    assert (answer.status == "answered") == (
        answer.confidence >= known.nearest_plain
    )  # all of it is near by its own measure
    assert bool(answer.quotes) == (answer.confidence >= known.nearest_plain)


def test_what_is_only_near_is_marked_and_quoted_at_most_twice(small_assistant, monkeypatch):
    whole = small_assistant.ask(QUESTIONS[0])
    monkeypatch.setattr("assistant.confidence._ALIKE", 2.0)
    answer = small_assistant.ask(QUESTIONS[0])
    assert (answer.status, answer.lead) == ("answered_nearest", leads(small_assistant, answer))
    assert answer.quotes == whole.quotes[:2]
    assert (answer.confidence, answer.referral) == (whole.confidence, whole.referral)


def test_a_question_for_a_number_is_never_met_with_what_is_only_near(small_assistant, monkeypatch):
    question = "Within how many days must managers report sexual harassment to the head of office?"
    assert small_assistant.ask(question).status == "answered"
    monkeypatch.setattr("assistant.confidence._ALIKE", 2.0)
    answer = small_assistant.ask(question)
    assert (answer.status, answer.quotes) == ("unanswerable_not_in_documents", ())


def test_where_nothing_was_looked_for_there_is_no_confidence(small_assistant):
    assert small_assistant.ask("").confidence is None
    assert small_assistant.ask("I want to kill myself").confidence is None


def test_each_page_that_was_looked_at_is_listed_once(small_assistant):
    for question in QUESTIONS:
        pages = [(passage.document, passage.page) for passage in small_assistant.ask(question).retrieved]
        assert len(pages) == len(set(pages))


def test_words_of_a_guide_and_of_a_replaced_document_are_marked(small_assistant):
    words = small_assistant.wording("en")
    guide = small_assistant.ask("Can a friend come to the interview as a support person?")
    assert not guide.quotes[0].official
    assert words["notice.guide_quotes"] in guide.notices
    old = small_assistant.ask("Where do I get a parking permit for my bicycle?")
    assert old.quotes[0].document_status == "superseded"
    assert words["notice.superseded"] in old.notices
    policy = small_assistant.ask("Can I make an anonymous complaint?")
    assert policy.quotes[0].official
    assert not {words["notice.guide_quotes"], words["notice.superseded"]} & set(policy.notices)


# Organisation, language, history


def test_only_documents_that_hold_for_the_chosen_organisation_answer(small_assistant):
    question = "Is there a confidential helpline at night?"
    assert small_assistant.ask(question, "undp").quotes[0].document == "programme"
    elsewhere = small_assistant.ask(question, "un-secretariat")
    documents = {passage.document for passage in elsewhere.retrieved}
    assert "programme" not in documents | {quote.document for quote in elsewhere.quotes}
    assert {"policy", "old-circular", "first-steps"} <= documents  # its own, everybody's, the system's
    assert "policy" not in {passage.document for passage in small_assistant.ask(question, "undp").retrieved}


def test_the_referral_is_that_of_the_chosen_organisation(small_assistant):
    answer = small_assistant.ask(QUESTIONS[0], "undp")
    assert answer.referral.entity == "undp"
    assert answer.referral == small_assistant.referral("undp")[0]
    assert answer.referral.avenues != small_assistant.ask(QUESTIONS[0]).referral.avenues


def test_an_unknown_organisation_is_refused_with_those_that_are_known(small_assistant):
    with pytest.raises(UnknownEntityError, match="undp"):
        small_assistant.ask(QUESTIONS[0], "atlantis")
    assert small_assistant.ask(QUESTIONS[0], "").referral.entity == ""


def test_a_french_question_of_unknown_words_is_met_with_french_words_and_the_contacts(small_assistant):
    answer = small_assistant.ask(OF_CAKE)
    french = small_assistant.wording("fr")
    assert (answer.language, answer.status) == ("fr", "unanswerable_language")
    assert (
        answer.lead
        == french["lead.unanswerable_language"]
        != small_assistant.wording("en")["lead.unanswerable_language"]
    )
    assert answer.referral.text == french["referral.text_no_entity"]


OTHER_TONGUES = (
    "nani anaweza kunisaidia",
    "Naweza kuripoti bila jina?",
    "quem pode me ajudar",
    "não quero perder o emprego",
    "ho paura di parlare",
    "kan ik anoniem melden",
    "kime şikayet edebilirim",
    "tôi có thể báo cáo ẩn danh không",
    "kya main shikayat kar sakti hoon",
    "NINAOGOPA BOSI WANGU",
)


@pytest.mark.parametrize("question", OTHER_TONGUES)
def test_who_asks_in_words_that_nobody_knows_is_told_so_and_not_that_the_documents_do_not_say(
    small_assistant, question
):
    answer = small_assistant.ask(question)
    assert (answer.status, answer.quotes, answer.look_in) == ("unanswerable_language", (), ())
    assert answer.lead == small_assistant.wording("en")["lead.unanswerable_language"]
    assert answer.referral.avenues


@pytest.mark.parametrize(
    "question",
    [
        "hw long do i hav to rport",
        "UNFPA GBV SOP Kowalski?",
        "Who is Kowalski Petrov Nakamura?",
        "weather tomorrow",
        "my bos shouts",
    ],
)
def test_names_slips_and_other_matters_are_still_told_that_the_documents_do_not_say(small_assistant, question):
    assert small_assistant.ask(question).status == "unanswerable_not_in_documents"


def test_where_no_document_holds_for_an_organisation_that_is_told_and_nothing_breaks(small_index, monkeypatch):
    monkeypatch.setattr("assistant.organisations.serves", lambda *known: {"nobody"})
    with contextlib.closing(small_index.assistant()) as assistant:
        for history in ((), (QUESTIONS[0],)):
            answer = assistant.ask("How long do I have to report?", "undp", history=history)
            assert (answer.status, answer.quotes) == ("unanswerable_not_in_documents", ())


def test_an_answer_in_documents_is_never_taken_away_for_words_that_nobody_knows(small_assistant, monkeypatch):
    monkeypatch.setattr("assistant.answering.few_words_known", lambda index, question: True)
    assert small_assistant.ask(QUESTIONS[0]).status == "answered"
    assert small_assistant.ask(STATUSES["unanswerable_not_in_documents"]).status == "unanswerable_language"


def test_a_french_question_is_answered_as_its_english_words_are_and_says_so_in_french(small_assistant):
    answer, french = small_assistant.ask(FRENCH), small_assistant.wording("fr")
    assert (answer.language, answer.status, answer.lead) == ("fr", "answered", french["lead.answered"])
    assert answer.quotes == small_assistant.ask("how can I report sexual harassment in my office?").quotes
    assert {french["notice.word_by_word"], french["notice.quotes_other_language"]} <= set(answer.notices)
    assert answer.question == FRENCH
    assert "how can" not in json.dumps(shown(answer))
    english = small_assistant.ask(QUESTIONS[0], language="fr")
    assert french["notice.word_by_word"] not in english.notices


def test_a_short_french_question_is_understood_after_the_one_before_it(small_assistant):
    before = "Puis-je déposer une plainte anonyme ?"
    assert small_assistant.ask("Et comment ?").status == "unanswerable_not_in_documents"
    assert small_assistant.ask("Et comment ?", history=[before]).quotes[0].paragraph == "3.3"


def test_the_fixed_words_follow_the_language_that_is_set(small_assistant):
    answer = small_assistant.ask(QUESTIONS[0], language="fr")
    assert answer.lead == small_assistant.wording("fr")["lead.answered"]
    assert small_assistant.wording("fr")["notice.quotes_other_language"] in answer.notices
    assert answer.quotes == small_assistant.ask(QUESTIONS[0]).quotes
    assert small_assistant.ask(QUESTIONS[0], language="xx").lead == small_assistant.wording("en")["lead.answered"]


def test_a_short_question_is_understood_after_the_one_before_it(small_assistant):
    before = "Can I make an anonymous complaint?"
    assert small_assistant.ask("And how?").status == "unanswerable_not_in_documents"
    assert small_assistant.ask("And how?", history=[QUESTIONS[14], before]).quotes[0].paragraph == "3.3"


def test_a_question_that_says_enough_is_answered_alone(small_assistant):
    alone = small_assistant.ask(QUESTIONS[11])
    assert shown(small_assistant.ask(QUESTIONS[11], history=[QUESTIONS[14]])) == shown(alone)
    assert shown(small_assistant.ask(QUESTIONS[0], history=[])) == shown(small_assistant.ask(QUESTIONS[0]))


# When something breaks


class PanicException(BaseException):
    """As Chroma's core raises it: no Exception."""


@pytest.mark.parametrize("error", [ValueError, MemoryError, PanicException])
def test_whatever_breaks_the_contacts_are_shown_and_the_question_is_in_no_log(
    small_index, monkeypatch, caplog, capfd, error
):
    def breaks(index, question, *rest, **options):
        raise error(f"failed on {question}")

    monkeypatch.setattr(assistant.passages, "retrieve", breaks)
    caplog.set_level(logging.DEBUG)
    answer = small_index.assistant().ask(SECRET)
    assert (answer.status, answer.quotes) == ("error_internal", ())
    assert answer.lead == Assistant.wording(small_index.assistant(), "en")["lead.error_internal"]
    assert answer.referral.avenues
    printed = capfd.readouterr()
    records = [record.getMessage() + repr(record.exc_info) + repr(record.args) for record in caplog.records]
    assert any(error.__name__ in record for record in records)
    assert "ZEBRA" not in "".join((*records, printed.out, printed.err))


def test_a_person_who_stops_the_program_is_obeyed(small_index, monkeypatch):
    def stops(*rest, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(assistant.passages, "retrieve", stops)
    with pytest.raises(KeyboardInterrupt):
        small_index.assistant().ask(QUESTIONS[0])


def test_after_an_error_the_next_question_is_answered(small_index, monkeypatch):
    asked = small_index.assistant()
    with monkeypatch.context() as patch:
        patch.setattr(assistant.passages, "retrieve", None)
        assert asked.ask(QUESTIONS[0]).status == "error_internal"
    assert asked.ask(QUESTIONS[0]).status == "answered"


def test_no_log_record_of_any_level_holds_a_word_of_a_question(small_index, caplog):
    caplog.set_level(logging.DEBUG)
    small_index.assistant().ask(SECRET)
    assert "ZEBRA" not in caplog.text


def test_contacts_that_cannot_be_read_are_said_and_the_fixed_text_stands(own_index):
    asked = own_index.assistant()
    for path in (own_index.corpus / "contacts").glob("*.toml"):
        path.write_text("[[[", encoding="utf-8")
    answer = asked.ask(QUESTIONS[0], "undp")
    words = asked.wording("en")
    assert answer.status == "answered"
    assert answer.referral.text == words["referral.text_none"]
    assert words["notice.contacts_unreadable"] in answer.notices


# The same again


def test_many_threads_may_ask_one_assistant(small_index):
    asked, answers = small_index.assistant(), {}
    threads = [
        threading.Thread(target=lambda q=question: answers.update({q: shown(asked.ask(q))}))
        for question in QUESTIONS[:6]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {question: shown(asked.ask(question)) for question in QUESTIONS[:6]}


@pytest.mark.long
def test_the_same_questions_have_the_same_answers_to_the_byte_in_another_process(small_index, tmp_path):
    batch = tmp_path / "questions.jsonl"
    lines = [{"id": n, "question": question} for n, question in enumerate((*QUESTIONS, *STATUSES.values()))]
    batch.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    printed = []
    for seed in ("0", "4242"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        done = run("-m", "assistant", *small_index.options, "--batch", str(batch), env=environment)
        assert done.returncode == 0, done.stderr.decode()
        answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
        for answer in answers:
            del answer["timings_ms"]
        printed.append([json.dumps(answer) for answer in answers])
    assert printed[0] == printed[1]
    assert len(printed[0]) == len(lines)


def test_an_answer_cannot_be_changed(small_assistant):
    answer = small_assistant.ask(QUESTIONS[0])
    for found in (answer, answer.quotes[0], answer.referral, answer.referral.avenues[0], answer.retrieved[0]):
        with pytest.raises(AttributeError):
            found.text = "other"
    assert fold(copy.deepcopy(answer).quotes[0].text) == fold(answer.quotes[0].text)


# What names a person


def test_names_and_numbers_are_left_out_of_the_search_and_of_the_answer_and_that_is_said_once(small_assistant):
    plain = "Does this count: my boss in Geneva writes to me at night?"
    personal = "Mr Alfred Quagga in Geneva (a.quagga@example.org, +41 22 917 00 99)"
    asked = plain.replace("in Geneva", personal)
    answer = small_assistant.ask(asked)
    assert answer.question == "Does this count: my boss Mr […] in Geneva ([…], […]) writes to me at night?"
    assert not any(word in json.dumps(answer.to_json()) for word in ("Quagga", "quagga", "917"))
    assert answer.afterwords == (small_assistant.wording("en")["notice.personal_left_out"],)
    assert small_assistant.ask(plain).afterwords == ()
    again = small_assistant.ask("and Mr Quagga?", history=[answer.question])
    assert again.afterwords == () and again.question == "and Mr […]?"


def test_what_is_left_out_is_not_searched_for(small_assistant, monkeypatch):
    searched = []
    real = assistant.conversation.question_vector
    monkeypatch.setattr(
        assistant.conversation, "question_vector", lambda index, text: searched.append(text) or real(index, text)
    )
    small_assistant.ask("and by e-mail to x@quagga.example.org?", history=["Mr Quagga wrote to me"])
    assert searched and "uagga" not in "".join(searched)


# Many at once


def test_when_too_many_wait_the_next_is_told_so_at_once_with_the_referral(small_assistant):
    taken = [small_assistant._places.acquire(blocking=False) for _ in range(MOST_WAITING)]
    try:
        answer = small_assistant.ask(QUESTIONS[0])
    finally:
        small_assistant._places.release(len(taken))
    assert all(taken)
    assert (answer.status, answer.lead) == ("error_busy", small_assistant.wording("en")["lead.error_busy"])
    assert answer.referral == small_assistant.referral()[0] and answer.referral.avenues
    assert small_assistant.ask(QUESTIONS[0]).status == "answered"


def test_who_waits_too_long_is_told_so(small_assistant, monkeypatch):
    monkeypatch.setattr("assistant.assistant._PATIENCE_S", 0.05)
    with small_assistant._lock:
        assert small_assistant.ask(QUESTIONS[0]).status == "error_busy"
    assert small_assistant.ask(QUESTIONS[0]).status == "answered"


def test_a_flood_is_answered_or_told_so_and_each_has_the_referral(small_assistant):
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(small_assistant.ask(QUESTIONS[0]))) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 100
    assert {answer.status for answer in answers} <= {"answered", "error_busy"}
    assert all(answer.referral.avenues for answer in answers)
    assert sum(answer.status == "answered" for answer in answers) >= MOST_WAITING


def test_of_a_book_the_two_ends_are_looked_at_for_words_of_danger_so_that_nobody_waits_for_it(
    small_assistant, monkeypatch
):
    looked_at, real = [], assistant.danger.heard
    monkeypatch.setattr("assistant.danger.heard", lambda text, *given: looked_at.append(text) or real(text, *given))
    assert LONGEST_LOOKED_AT == 20_000  # as the field of the page
    monkeypatch.setattr("assistant.question.LONGEST_LOOKED_AT", 400)
    book = "word " * 500
    for question in (f"I want to kill myself. {book}", f"{book} I want to kill myself."):
        assert small_assistant.ask(question).status == "referred_urgent"
    assert small_assistant.ask(book).status == "clarification_too_long"
    assert max(map(len, looked_at)) <= 403


# What is broken


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_link_that_leads_nowhere_such_as_an_editors_lock_costs_nobody_an_answer(small_index, tmp_path):
    built = copied(small_index, tmp_path)
    for folder in ("contacts", "wording"):
        (built.corpus / folder).mkdir(exist_ok=True)
        (built.corpus / folder / ".#en.toml").symlink_to("somebody@a-computer.123")
    asked = built.assistant()
    assert asked.ask(QUESTIONS[0]).status == "answered"
    asked.close()


@pytest.mark.parametrize("question", ["Can I stay anonymous?", "I want to kill myself tonight"])
def test_without_any_fixed_words_there_are_urgent_words_and_contacts_all_the_same(small_index, monkeypatch, question):
    asked = small_index.assistant()

    def broken(*_):
        raise WordingError(["wording/en.toml: cannot be read"])

    monkeypatch.setattr("assistant.corpus_files.wording", broken)
    answer = asked.ask(question)
    assert answer.status == "error_internal" and answer.lead == LAST_LEAD
    assert (answer.urgent.text if answer.urgent else "") == (LAST_URGENT if "kill" in question else "")
    assert answer.referral.avenues
