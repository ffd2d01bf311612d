"""assistant.choices: what a person chose to say besides a question has its effect, by what is on file and no more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant import UnknownEntityError
from assistant.choices import (
    NOT_KNOWN,
    Choices,
    ForContracts,
    is_about_other,
    is_of_other,
    read_for_contracts,
    reports_elsewhere,
)
from assistant.gate import check
from assistant.referral import SYSTEM, Referral, read_contacts, reports
from assistant.wording import wording
from ingest.chosen import Chosen, ChosenError, problems_in
from tests.small_corpus import ROOT

CORPUS = ROOT / "corpus"
CONTACTS = read_contacts(CORPUS)
WORDS = wording("en", CORPUS)
AT_NIGHT = "Is there a confidential helpline at night?"
FRIEND = "Can a friend come to the interview as a support person?"
OTHERS = [entity.id for entity in CONTACTS.entities()]


def elsewhere(other, entity="undp", contacts=CONTACTS):
    return reports_elsewhere(contacts, WORDS, entity, Choices(other))


@pytest.mark.parametrize("other", OTHERS)
def test_where_the_other_works_only_places_to_report_on_its_files_are_shown(other):
    found = elsewhere(other, entity="")
    on_file = CONTACTS.referral(other, "").avenues
    assert all(reports(line) and line in on_file for line in found.avenues)
    assert [line for line in on_file if reports(line) and line.entity != SYSTEM] == [
        line for line in found.avenues if line.entity != SYSTEM
    ]
    nearer = any(line.entity != SYSTEM for line in found.avenues)
    assert found.text == WORDS.filled(
        "referral.other" if nearer else "referral.other_none",
        entity=f"{CONTACTS.files[other].name} ({CONTACTS.files[other].short_name})",
    )


def test_nothing_is_shown_twice_where_both_work_for_the_same_or_nothing_was_chosen():
    assert elsewhere("undp") is None and elsewhere("") is None
    assert [line.id for line in elsewhere("unfpa").avenues] == ["unfpa-oais"]


def test_where_it_is_not_known_the_place_that_the_files_name_for_that_is_shown():
    found = elsewhere(NOT_KNOWN)
    assert [line.id for line in found.avenues] == ["un-system-oios"]
    assert "do not know which entity" in found.avenues[0].who_may_use
    assert found.text == WORDS["referral.other_not_known"]


def test_an_unknown_organisation_is_an_error_and_broken_contacts_are_none():
    with pytest.raises(UnknownEntityError):
        elsewhere("no-such-entity")
    assert elsewhere("no-such-entity", contacts=replace(CONTACTS, files={})) is None


def test_the_documents_of_the_other_organisation_may_answer_and_are_told_apart(small_assistant):
    alone = small_assistant.ask(AT_NIGHT, entity="unicef")
    assert "programme" not in {quote.document for quote in alone.quotes} and alone.other is None
    both = small_assistant.ask(AT_NIGHT, entity="unicef", choices=Choices("undp"))
    quote = next(quote for quote in both.quotes if quote.document == "programme")
    assert is_of_other(quote.applies_to, small_assistant.contacts, "unicef", Choices("undp"))
    assert [line.id for line in both.other.avenues] == ["undp-oai"]
    for entity, choices in (("undp", Choices("unicef")), ("unicef", Choices()), ("", Choices("unicef"))):
        assert not is_of_other(quote.applies_to, small_assistant.contacts, entity, choices)


@pytest.mark.parametrize(
    "text, entity, other, about",
    [
        ("In UNICEF, an office called OIAI looks into it.", "undp", "unicef", True),
        ("In UNICEF, an office called OIAI looks into it.", "", "unicef", True),
        ("UNDP and UNICEF share an Ombudsman.", "undp", "unicef", False),
        ("You can report without your name.", "undp", "unicef", False),
        ("In UNICEF, an office called OIAI looks into it.", "undp", "not-known", False),
        ("In ITC-ILO, it goes to HRS.", "undp", "itc", False),
    ],
)
def test_a_guide_s_words_about_where_the_other_works_are_told_apart(text, entity, other, about):
    assert is_about_other(text, CONTACTS, entity, Choices(other)) is about


def test_the_gate_makes_the_places_elsewhere_again(small_assistant):
    answer = small_assistant.ask(AT_NIGHT, entity="unicef", choices=Choices("undp"))
    line = replace(answer.other.avenues[0], phone="+1 212 555 0199", name="Evil")
    lies = (
        replace(answer, other=replace(answer.other, avenues=(line,))),
        replace(answer, other=replace(answer.other, text="Tell everybody.")),
        replace(answer, other=None),
        replace(answer, other=Referral("unicef", "x")),
    )
    assert {check(lie, "unicef", small_assistant._sources).other for lie in lies} == {answer.other}
    unknown = replace(answer, choices=Choices("no-such-entity"))
    passed = check(unknown, "unicef", small_assistant._sources)
    assert passed.other is None and passed.quotes == answer.quotes  # it costs nothing else


def test_the_paragraph_for_a_contract_comes_last_and_only_where_the_guides_speak_of_help(small_assistant, monkeypatch):
    known = ForContracts(frozenset({"first-steps"}), {"intern": Chosen(("first-steps 2",))})
    monkeypatch.setitem(vars(small_assistant._files), "for_contracts", known)
    said = small_assistant.wording("en")["notice.for_contract"]
    plain = small_assistant.ask(FRIEND)
    mine = small_assistant.ask(FRIEND, choices=Choices(contract="intern"))
    assert mine.quotes[: len(plain.quotes)] == plain.quotes and said in mine.notices and said not in plain.notices
    assert [(q.document, q.paragraph) for q in mine.quotes[len(plain.quotes) :]] == [("first-steps", "2")]
    elsewhere = small_assistant.ask("Is there leave with full pay?", choices=Choices(contract="intern"))
    assert elsewhere.quotes and said not in elsewhere.notices
    unheard = small_assistant.ask(FRIEND, choices=Choices(contract="astronaut"))
    assert unheard.quotes == plain.quotes and said not in unheard.notices


def test_each_kind_of_contract_has_paragraphs_that_are_there_and_words():
    known = read_for_contracts(CORPUS)
    english = (CORPUS / "wording" / "en.toml").read_text(encoding="utf-8")
    assert list(known.chosen) == ["consultant", "intern", "volunteer", "partner", "former"]
    for contract in known.chosen:
        assert f"\ncontract_{contract} = " in english
        for entity in ("", *OTHERS):
            found = known.of(Choices(contract=contract), CONTACTS, entity)
            assert 1 <= len(found) <= 2 and all(name.startswith("non-staff ") for name in found)
    guide = (CORPUS / "guides" / "non-staff.md").read_text(encoding="utf-8")
    own = {
        name
        for chosen in known.chosen.values()
        for names in (chosen.paragraphs, *chosen.own.values())
        for name in names
    }
    assert all(f"\n{name.partition(' ')[2]}. " in guide for name in own)
    assert known.of(Choices(), CONTACTS, "undp") == ()
    assert known.of(Choices("unops", "partner"), CONTACTS, "") == ("non-staff 17", "non-staff 20")


def test_what_is_wrong_with_the_file_is_said_at_once(tmp_path):
    (tmp_path / "choices.toml").write_text('guides = "x"\n[intern]\nparagraphs = 1\n[extra]\nwrong = 1\n')
    with pytest.raises(ChosenError) as raised:
        read_for_contracts(tmp_path)
    said = "\n".join(raised.value.problems)
    assert "guides must be a list" in said and "[intern]" in said and "[extra]" in said
    text = (
        'guides = ["a"]\n[intern]\nabout = "x"\nparagraphs = ["non-staff 99"]\n[intern.own]\nmoon = ["non-staff 1"]\n'
    )
    (tmp_path / "choices.toml").write_text(text)
    told = list(problems_in(tmp_path, {("non-staff", "1")}, OTHERS))
    assert len(told) == 2 and "non-staff 99" in told[0] and "moon" in told[1]
