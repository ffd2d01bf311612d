"""From asked.csv to a quote: a paragraph is found by questions in quite other words, which are never shown."""

from __future__ import annotations

import json
import shutil

import pytest

from assistant import selection
from assistant.quotes import verify
from ingest.build import BuildError, build, index_state
from ingest.folding import fold
from tests.pdfs import make_pdf
from tests.small_corpus import Built, copied, work_here

HOUSE = """
House rules

1.  The clinic on the ground floor is open on workdays. It has a bed.

2.  You can bring these things with you:
(a) the badge of your office;
(b) a letter from your physician.

3.  The canteen serves lunch for everybody who works in the house.
"""
ROWS = (
    "house,1,where does a nurse look after me when I feel ill", "house,1,I was hurt and want to see a doctor",
    "house,2,what papers should I carry along to my appointment", "house,3,where is there food to eat at noon",
    "house,9,is there a nowhere", "nobody,1,is there a nobody", "programme,1,which number do I dial when it is dark",
)  # fmt: skip
ILL = "I feel ill, will a nurse look after me?"
PAPERS = "Which papers must I carry to the appointment?"
NOON = "Is there food to eat at noon?"
DARK = "Which number do I dial when it is dark?"


def write_rows(folder, rows):
    (folder / "asked.csv").write_text("\n".join(("document,paragraph,question", *rows)) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def house(small_index, tmp_path_factory) -> Built:
    """The small corpus with house rules, and what people ask of them."""
    built = copied(small_index, tmp_path_factory.mktemp("house"))
    make_pdf(built.corpus / "documents" / "house.pdf", [HOUSE])
    with (built.corpus / "catalogue.csv").open("a", encoding="utf-8") as catalogue:
        catalogue.write("house,documents/house.pdf,House rules,Example,,,en,,in_force,,,,\n")
    with (built.corpus / "flags.csv").open("a", encoding="utf-8") as flags:
        flags.write("house,3,not_quoted,It is not for here.,A reviewer,2026-11-25\n")
    write_rows(built.corpus, ROWS)
    with pytest.MonkeyPatch.context() as patch:
        work_here(patch)
        report = build(built.settings)
    assert (report.built, report.unread) == (True, ())
    return built


@pytest.fixture(scope="module")
def assistant(house):
    assistant = house.assistant()
    assistant.ask(NOON)  # opens the index
    yield assistant
    assistant.close()


def test_a_paragraph_is_found_by_what_people_ask_in_quite_other_words_and_quoted_whole(assistant):
    (quote, *_) = assistant.ask(ILL).quotes
    assert quote.text == "The clinic on the ground floor is open on workdays. It has a bed."
    assert (quote.document, quote.paragraph) == ("house", "1")
    assert verify(assistant._opened.index, quote)


def test_a_list_is_quoted_whole_with_its_stem(assistant):
    (quote, *_) = assistant.ask(PAPERS).quotes
    items = "(a) the badge of your office; (b) a letter from your physician."
    assert fold(quote.text) == f"You can bring these things with you: {items}"
    assert quote.paragraph == "2, 2 (a), 2 (b)"


def test_a_part_of_a_question_is_enough_to_find_it(assistant):
    told = (
        "the conference was in a big hotel and everybody was there till late, I was hurt and want to see a doctor, "
        "the delegates went on with the dinner"
    )
    assert assistant.ask(told, urgent_seen=True).quotes[0].paragraph == "1"


def test_each_of_two_things_that_are_asked_gets_its_quote_in_their_order(assistant):
    asked = "Which papers must I carry to the appointment, and where can a nurse look after me when I feel ill?"
    assert [quote.paragraph for quote in assistant.ask(asked).quotes][:2] == ["2, 2 (a), 2 (b)", "1"]
    dark = "I am new. Which number do I dial when it is dark? Which papers should I carry along?"
    assert [quote.document for quote in assistant.ask(dark).quotes][:2] == ["programme", "house"]


@pytest.mark.parametrize(("flag", "quoted"), [("", ["1", "2, 2 (a), 2 (b)"]), ("alone", ["1"])])
def test_nothing_is_filled_in_beside_what_says_that_it_is_not_known(assistant, monkeypatch, flag, quoted):
    monkeypatch.setattr(selection, "_BESIDE", 0.0)
    monkeypatch.setitem(assistant._opened.index.store.documents["house"].flags, "1", flag)
    asked = (
        "I carry papers to my appointment. Does a nurse look after me when I feel ill? Can I see a doctor when hurt?"
    )
    assert [quote.paragraph for quote in assistant.ask(asked).quotes] == quoted


def test_of_several_things_that_are_asked_the_one_that_comes_nearest_says_how_near_people_ask(assistant, monkeypatch):
    heard = []
    monkeypatch.setattr(assistant, "hears", heard.append)
    asked = "I carry papers. Does a nurse look after me when I feel ill? Can I see a doctor when hurt?"
    assistant.ask(asked)
    monkeypatch.setattr(selection, "_for_each", lambda *given: [])
    assistant.ask(asked)
    each, whole = (signals.values["likeness"] for signals in heard)
    assert each > whole


def test_what_people_ask_is_never_shown(assistant):
    shown = json.dumps({**assistant.ask(ILL).to_json(), "question": ""})
    assert not any(row.split(",")[2] in shown for row in ROWS)


def test_nothing_of_a_question_and_what_was_read_for_it_is_remembered_after_its_answer(assistant, monkeypatch):
    index, during = assistant._opened.index, []
    likeness = index.asked.likeness

    def looking(vector):
        during.append(vector.tobytes() in index.asked._remembered)
        if len(during) == 2:
            raise OSError
        return likeness(vector)

    def remembered():
        begun = dict.fromkeys(index.asked._begun)
        return (
            begun | index.asked._remembered | index.embedder._remembered | index.store._remembered | index.store._pages
        )

    monkeypatch.setattr(index.asked, "likeness", looking)
    assert assistant.ask(ILL).quotes
    assert (during, remembered()) == ([True], {})
    assert assistant.ask(ILL).status == "error_internal"
    assert (during, remembered()) == ([True, True], {})
    assistant.side_by_side(ILL)
    assert remembered() == {}
    assert assistant.ask("I want to die").status == "referred_urgent"
    assert remembered() == {}


def test_from_the_second_answer_on_what_people_ask_for_is_kept_whatever_was_asked(house):
    asked, answers = house.assistant(), []
    for held in (set(), {"house", "programme"}, {"house", "programme"}):
        answers.append({**asked.ask(ILL).to_json(), "timings_ms": {}})
        assert asked._opened.index.store._held.keys() == held
    assert answers[0] == answers[1] == answers[2]
    asked.close()
    asked.hold()  # nothing is open


def test_a_question_for_a_paragraph_that_is_not_there_is_passed_over(assistant):
    assert {name for name, _ in assistant._opened.index.asked.sentences} == {"house", "programme"}


def test_a_paragraph_that_is_not_to_be_quoted_is_not_though_people_ask_for_it(assistant):
    assert "canteen" not in json.dumps(assistant.ask(NOON).to_json()["quotes"])


def test_a_paragraph_of_another_organisation_is_not_quoted_though_people_ask_for_it(assistant):
    assert assistant.ask(DARK, "undp").quotes[0].document == "programme"
    assert "programme" not in {quote.document for quote in assistant.ask(DARK, "un-secretariat").quotes}


def test_without_asked_csv_answers_come_from_the_words_of_the_documents_alone(small_assistant, assistant):
    assert small_assistant.ask(ILL).quotes == ()
    assert small_assistant._opened.index.asked.sentences == frozenset()
    question = "Can I make an anonymous complaint?"
    texts = [answer.quotes[0].text for answer in (small_assistant.ask(question), assistant.ask(question))]
    assert texts[0] == texts[1]


def test_an_index_is_not_today_s_when_what_people_ask_has_changed(house, tmp_path):
    own = Built(shutil.copytree(house.corpus, tmp_path / "corpus"), house.index)
    assert index_state(own.settings).name == "ready"
    write_rows(own.corpus, ROWS[:-1])
    assert index_state(own.settings).name == "stale"


def test_a_build_says_which_row_cannot_be_used(house, tmp_path):
    own = Built(shutil.copytree(house.corpus, tmp_path / "corpus"), shutil.copytree(house.index, tmp_path / "index"))
    write_rows(own.corpus, (*ROWS, "house,1,"))
    with pytest.raises(BuildError, match=r'asked\.csv, row 9: "question" is empty'):
        build(own.settings)


def test_a_mistake_in_a_word_does_not_keep_its_paragraph_from_being_found(assistant):
    quotes = assistant.ask("Which papers must I cary to the apointment?").quotes
    assert quotes[0].paragraph == "2, 2 (a), 2 (b)"
    assert assistant.ask("Which papers must I cary to the apointment?").question.endswith("cary to the apointment?")


def test_likeness_is_never_more_than_one(assistant):
    question = ROWS[1].split(",")[2]
    assistant.ask(question)  # opens the index
    index = assistant._opened.index
    vector = index.embedder.embed(question)
    assert next(index.asked.nearest(question, vector, vector)).likeness <= 1
