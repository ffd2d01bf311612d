"""assistant.options: what can be done, all five always, with exact quotes of one's own texts, or honest words."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from assistant import NEEDS, Assistant, Option, UnknownEntityError, UnknownNeedError
from assistant.gate import check
from assistant.options import around, differences_beside
from assistant.organisations import names
from assistant.situations import read_situations
from ingest.chosen import OPTIONS, ChosenError, read_options
from ingest.guide_text import guide_paragraphs
from tests.small_corpus import ROOT

CORPUS = ROOT / "corpus"
CHOSEN = read_options(CORPUS)
SITUATIONS = read_situations(CORPUS).by_name
GUIDES = {
    f"{path.stem} {paragraph.number}": paragraph.text
    for path in (CORPUS / "guides").glob("*.md")
    for paragraph in guide_paragraphs(path)
}


@pytest.fixture(scope="module")
def answer(small_assistant):
    """The options of an organisation whose own text speaks of two of them."""
    return small_assistant.need("happened", "un-secretariat")


def quoted(answer, name):
    (option,) = (one for one in answer.options if one.name == name)
    return [answer.quotes[place].text for place in option.quotes]


def test_all_options_stand_in_their_order_with_exact_words_of_ones_own_text_or_honest_ones(answer):
    assert tuple(option.name for option in answer.options) == OPTIONS
    assert quoted(answer, "talk") == ["Affected individuals may speak in confidence with the staff counsellor."]
    assert quoted(answer, "report") == [
        "A formal complaint may be made in writing to the Office of Internal Oversight Services at any time."
    ]
    silent = {option.name for option in answer.options if option.silent}
    assert silent == {option.name for option in answer.options if not option.quotes} >= {"informal", "nothing"}
    assert (answer.status, len(answer.quotes)) == ("answered", sum(len(option.quotes) for option in answer.options))


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("I was raped last night. What can I do?", "referred_answered"),
        ("I was raped last night.", "referred_urgent"),
        ("He follows me home from the office. What can I do?", "referred_urgent"),
    ],
)
def test_options_stand_beneath_urgent_words_where_somebody_asks_after_an_assault_alone(
    small_assistant, answer, monkeypatch, message, status
):
    monkeypatch.setattr(small_assistant, "_answer", lambda *_: answer)
    found = small_assistant.ask(message, "un-secretariat")
    assert (found.status, found.options) == (status, answer.options if status == "referred_answered" else ())


@pytest.mark.parametrize("entity", [None, "undp", "who"])
def test_the_rules_of_another_organisation_stand_beside_no_option(small_assistant, entity):
    options = small_assistant.need("options", entity)
    assert tuple(option.name for option in options.options) == OPTIONS
    assert options.quotes == ()
    assert all(option.silent for option in options.options)
    assert options.status == "unanswerable_not_in_documents"


def test_those_who_share_the_rules_of_an_organisation_see_its_texts(small_assistant, answer):
    assert small_assistant.need("happened", "ohchr").quotes == answer.quotes


@pytest.mark.parametrize("name", NEEDS)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_way_in_has_words_and_people_and_needs_no_typing(small_assistant, name, language):
    found = small_assistant.need(name, "undp", language)
    words = small_assistant.wording(language)
    assert (found.question, found.language) == (words[f"need.{name}"], language)
    assert found.referral == small_assistant.referral("undp", language)[0]
    assert bool(found.options) == (name in {"happened", "options"})
    assert {option.title for option in found.options} <= set(words.texts.values())


def test_a_way_in_or_organisation_that_is_none_is_named(small_assistant):
    with pytest.raises(UnknownNeedError, match=r'no need "evil".*happened, talk'):
        small_assistant.need("evil")
    with pytest.raises(UnknownEntityError):
        small_assistant.need("talk", "evil")


def test_without_an_index_a_way_in_leads_to_people(tmp_path):
    assistant = Assistant(CORPUS, tmp_path / "none")
    found = assistant.need("happened", "who")
    assert (found.status, found.options) == ("error_no_index", ())
    assert found.referral == assistant.referral("who")[0]


# The gate


LIES = {
    "another title": lambda option: replace(option, title="Call 555 0199"),
    "other words": lambda option: replace(option, said="We promise that nobody will know."),
    "silence beside a quote": lambda option: replace(option, silent="evil"),
    "a place of no quote": lambda option: replace(option, quotes=(*option.quotes, 99, -1)),
    "the same place twice": lambda option: replace(option, quotes=option.quotes * 3),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_in_an_option_is_taken_back(small_assistant, answer, lie):
    for place in range(len(OPTIONS)):
        options = list(answer.options)
        options[place] = LIES[lie](options[place])
        assert check(replace(answer, options=tuple(options)), "un-secretariat", small_assistant._sources) == answer


def test_options_that_are_left_out_added_or_put_in_another_order_are_all_there_again(small_assistant, answer):
    evil = Option("evil", "Keep silent", "It is better for you.", (0,))
    for options in (answer.options[::-1], (*answer.options, evil), (evil, *answer.options)):
        assert check(replace(answer, options=options), "un-secretariat", small_assistant._sources) == answer
    fewer = check(replace(answer, options=answer.options[1:]), "un-secretariat", small_assistant._sources)
    assert tuple(option.name for option in fewer.options) == OPTIONS
    assert fewer.options[0].quotes == ()
    assert fewer.options[0].silent


def test_the_places_follow_the_quotes_that_are_left(small_assistant, answer):
    spoiled = replace(answer, quotes=(replace(answer.quotes[0], text="You must."), *answer.quotes[1:]))
    passed = check(spoiled, "un-secretariat", small_assistant._sources)
    assert quoted(passed, "talk") == []
    assert quoted(passed, "report") == quoted(answer, "report")
    none = replace(answer, quotes=tuple(replace(quote, title="evil") for quote in answer.quotes))
    passed = check(none, "un-secretariat", small_assistant._sources)
    assert (passed.status, passed.quotes) == ("unanswerable_not_in_documents", ())
    assert all(option.silent for option in passed.options)


def test_what_is_no_answer_has_no_options(small_assistant, answer):
    for status in ("referred_urgent", "error_internal", "answered_nearest"):
        assert check(replace(answer, status=status), "un-secretariat", small_assistant._sources).options == ()


# Questions


@pytest.mark.parametrize(
    "message",
    ["my boss keeps touching me and i am afraid to say it", "He puts his hand on my knee. I freeze each time."],
)
def test_a_message_that_tells_opens_with_the_options(small_assistant, message):
    found = small_assistant.ask(message, "un-secretariat")
    assert found.lead == small_assistant.wording("en")["situation.happened"]
    assert around(len(found.quotes), found.options)[0] == ()
    assert len(found.options) == len(OPTIONS)


def test_words_of_danger_come_before_the_options(small_assistant):
    message = "my boss touches me every day and he is outside my door and wants to kill me"
    urgent = small_assistant.ask(message, "un-secretariat")
    assert (urgent.status, urgent.options) == ("referred_urgent", ())
    assert small_assistant.ask(message, "un-secretariat", urgent_seen=True).options


def test_a_question_after_the_options_is_answered_by_itself(small_assistant):
    history = ["Something happened to me", "my boss keeps touching me"]
    found = small_assistant.ask("Can I make an anonymous complaint?", history=history)
    assert found.options == ()
    assert "Anonymous complaints are accepted" in found.quotes[0].text


def test_options_are_in_the_json_and_their_places_are_those_of_the_quotes(answer):
    shown = json.loads(json.dumps(answer.to_json()))
    assert [option["name"] for option in shown["options"]] == list(OPTIONS)
    assert shown["quotes"][shown["options"][0]["quotes"][0]]["text"].startswith("Affected individuals may speak")
    assert set(shown["options"][0]) == {"name", "title", "said", "quotes", "silent"}


def test_quotes_that_no_option_holds_stand_around_them(answer):
    options = tuple(replace(option, quotes=(2, 4) if option.name == "talk" else ()) for option in answer.options)
    assert around(7, options) == ((0, 1), (3, 5, 6))
    assert around(3, ()) == ((0, 1, 2), ())


def test_two_quotes_that_are_not_shown_together_are_not_said_to_differ(small_assistant, answer):
    words = small_assistant.wording("en")
    ten = replace(answer.quotes[0], document="a", text="A report must be made within ten days.", parts=())
    thirty = replace(ten, document="b", text="A report must be made within thirty days.")
    apart = (Option("talk", "", "", (0,)), Option("report", "", "", (1,)))
    assert differences_beside((ten, thirty), (), words)
    assert differences_beside((ten, thirty), apart, words) == ()
    assert differences_beside((ten, thirty), (Option("talk", "", "", (0, 1)),), words)


# The data


@pytest.mark.parametrize("spoil", ["missing", "broken", "five no more"])
def test_a_corpus_without_usable_options_has_those_that_come_with_the_program(own_index, spoil):
    file = own_index.corpus / "options.toml"
    if spoil != "missing":
        text = (CORPUS / "options.toml").read_text(encoding="utf-8")
        file.write_text("[talk" if spoil == "broken" else text.replace("[nothing]", "[revenge]"), encoding="utf-8")
        with pytest.raises(ChosenError, match=r"options\.toml"):
            read_options(own_index.corpus)
    assert tuple(option.name for option in own_index.assistant().need("options").options) == OPTIONS


def lists():
    """Every list of paragraphs of the files, with whose it is and for which organisation."""
    entries = {f"option {name}": chosen for name, chosen in CHOSEN.of.items()}
    entries |= {name: found.chosen for name, found in SITUATIONS.items()}
    for name, chosen in entries.items():
        yield name, "", chosen.paragraphs
        for entity, paragraphs in chosen.own.items():
            yield name, entity, paragraphs


def test_no_paragraph_that_frightens_comes_first():
    flags = {
        f"{document} {paragraph}"
        for document, paragraph, flag, *_ in (
            line.split(",") for line in (CORPUS / "flags.csv").read_text(encoding="utf-8").splitlines()[1:]
        )
        if flag in {"not_first", "not_quoted"}
    }
    judged = {"meaning", "choices", "fair_process"}
    assert [
        (name, entity, paragraphs[0])
        for name, entity, paragraphs in lists()
        if paragraphs and paragraphs[0] in flags and name not in judged
    ] == []


def test_no_organisation_is_shown_what_holds_for_another_alone(small_assistant):
    """An organisation's own list names it, or nobody; the others are for all."""
    wrong = []
    for name, entity, paragraphs in lists():
        if not entity:
            continue
        known = names(small_assistant.contacts, entity, "")
        for paragraph in paragraphs:
            text = GUIDES[paragraph]
            foreign = [other for other in known.others if f" {other}" in text and other not in {"UN Tribunals"}]
            if foreign and not any(own in text for own in known.own) and "If you" not in text:
                wrong.append((name, entity, paragraph, foreign[:2]))
    assert wrong == []


def test_where_somebody_is_told_the_duty_to_pass_on_is_answered():
    for name, _, paragraphs in lists():
        if name in {"told", "manage", "saw"} and paragraphs:
            assert any("pass" in GUIDES[one] or "duty" in GUIDES[one] or "report" in GUIDES[one] for one in paragraphs)


def test_a_broken_choice_is_named_by_the_check(tmp_path):
    from ingest.chosen import problems_in

    for file in ("options.toml", "situations.toml"):
        shutil.copy2(CORPUS / file, tmp_path / file)
    assert list(problems_in(tmp_path, {tuple(name.split(" ")) for name in GUIDES}, small_entities())) == []
    text = (tmp_path / "options.toml").read_text(encoding="utf-8")
    spoiled = text.replace('"your-options 17"', '"your-options 170"').replace("\nundp = ", "\nundb = ", 1)
    (tmp_path / "options.toml").write_text(spoiled.replace("like = ", "likes = ", 1), encoding="utf-8")
    (tmp_path / "situations.toml").write_text("[meaning", encoding="utf-8")
    found = "\n".join(problems_in(tmp_path, {tuple(name.split(" ")) for name in GUIDES}, small_entities()))
    for told in ("[nothing] no guide has the paragraph your-options 170", "no contact file has the id undb",
                 "[talk] search must hold", "situations.toml: cannot be read"):  # fmt: skip
        assert told in found


def small_entities():
    return {path.stem for path in (CORPUS / "contacts").glob("*.toml")}
