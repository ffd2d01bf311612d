"""`python -m assistant contacts`, every command through the command line, on a corpus of its own."""

from __future__ import annotations

import io
import re
import shutil
import sys
import tomllib
from datetime import date, timedelta

import pytest

from assistant import Assistant, contacts_command
from assistant import __main__ as command
from assistant.contact_text import avenue_lines
from assistant.contacts_adding import ROLE_WORDS
from assistant.referral import read_contacts
from assistant.wording import wording
from ingest.avenues import ROLES
from ingest.contacts import read_contact_files
from ingest.overlay_writing import changing
from tests.small_corpus import ROOT

TODAY = date.today().isoformat()
SECRET = "ZEBRA-QUAGGA"
BY = ("--by", "Focal office")
INTERFACE = (ROOT / "docs" / "public-interface.md").read_text(encoding="utf-8")
OMBUDSMAN = "+1 646 781 4083"


@pytest.fixture
def corpus(tmp_path):
    for name in ("contacts", "wording", "triage"):
        shutil.copytree(ROOT / "corpus" / name, tmp_path / name, ignore=shutil.ignore_patterns("local"))
    return tmp_path


class Keyboard(io.StringIO):
    """Standard input that says it is a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def contacts(corpus, monkeypatch):
    """Run the command in this process: contacts(*words, typed=None) → (code, output, errors).

    typed stands for what is typed at a terminal; without it, nobody can be asked.
    """

    def runs(*typed_words, typed=None, corpus_dir=corpus):
        words = [str(word) for word in typed_words]
        words += ["--corpus", str(corpus_dir)] if words and not words[-1].startswith("-h") else []
        monkeypatch.setattr(sys, "stdin", io.StringIO() if typed is None else Keyboard(typed))
        monkeypatch.setattr(sys, "argv", ["python -m assistant", "contacts", *words])
        monkeypatch.setattr("builtins.input", lambda prompt="": asked(prompt))
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True))
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True))

        def asked(prompt):
            print(prompt)
            line = sys.stdin.readline()
            if not line:
                raise EOFError
            return line.rstrip("\n")

        try:
            code = command.main()
        except SystemExit as stopped:
            code = stopped.code
        return code, *(stream.buffer.getvalue().decode() for stream in (sys.stdout, sys.stderr))

    return runs


def overlay(corpus):
    """Every file of the overlay but its lock by name, as bytes."""
    paths = sorted((corpus / "contacts" / "local").glob("*"))
    return {path.name: path.read_bytes() for path in paths if path.name != "lock"}


def line(corpus, name):
    reading = read_contact_files(corpus)
    assert reading.problems == []
    return reading.lines()[name]


def flat(text):
    return " ".join(text.split())


def upgrade(corpus, name, old, new):
    """Replace a shipped file, as a newer version of Avenues does."""
    path = corpus / "contacts" / f"{name}.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_without_a_command_the_help_is_shown(contacts, monkeypatch):
    code, out, err = contacts()
    assert (code, err) == (0, "")
    for name in ("list", "show", "check", "confirm", "correct", "add", "withdraw", "restore", "sheet"):
        assert re.search(rf"^ +{name} ", out, re.M), name


def test_every_command_is_documented():
    (commands,) = (a for a in contacts_command.parser()._actions if a.choices)
    documented = set(re.findall(r"^\| `contacts ([a-z]+)", INTERFACE, re.M))
    assert documented == set(commands.choices)
    for name, found in commands.choices.items():
        (row,) = re.findall(rf"^\| `contacts {name}[ `].*$", INTERFACE, re.M)
        for action in found._actions:
            for option in action.option_strings:
                assert option in ("-h", "--help", "--corpus") or f"`{option}" in row or f" {option}" in row, (
                    name,
                    option,
                )


@pytest.mark.parametrize(
    "typed", [("what", SECRET), (SECRET,), ("show", "undp", SECRET), ("list", f"--{SECRET}"), ("add", "--role", SECRET)]
)
def test_what_is_no_command_is_refused_and_not_repeated(contacts, typed):
    code, out, err = contacts(*typed)
    assert (code, out) == (2, "")
    assert "--help" in err
    assert SECRET not in err


def test_a_question_on_the_command_line_is_still_refused(corpus, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["python -m assistant", "--corpus", str(corpus), "who", "are", "my", "contacts"])
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True))
    assert command.main() == 2
    assert sys.stderr.buffer.getvalue().decode().strip() == wording("en", corpus)["cli.argument_refused"]


def test_a_corpus_without_contacts_is_refused(contacts, tmp_path):
    code, out, err = contacts("list", corpus_dir=tmp_path / "none")
    assert (code, out) == (2, "")
    assert "Give the corpus with --corpus." in err


def test_the_list_names_every_entity_with_how_many_lines_it_has(contacts, corpus):
    code, out, _ = contacts("list")
    rows = {row.split()[0]: row.split()[1:4] for row in out.splitlines()[1:]}
    known = read_contacts(corpus)
    assert code == 0
    assert set(rows) == {"un-system", *(entity.id for entity in known.entities())}
    for name, (own, every, confirmed) in rows.items():
        lines = known.referral(name, "").avenues
        assert [int(own), int(every), int(confirmed)] == [sum(each.entity == name for each in lines), len(lines), 0]


def test_show_says_for_every_entity_what_a_person_reads_in_that_order_with_ids(contacts, corpus):
    known, words = read_contacts(corpus), wording("en", corpus)
    for entity in known.entities():
        code, out, _ = contacts("show", entity.id)
        referral = known.referral(entity.id, "")
        place = -1
        for avenue in referral.avenues:
            found = out.index(f"[{avenue.id}]")
            assert found > place
            place = found
            assert all(f"    {said}" in out for said in avenue_lines(avenue, words))
            assert avenue.source_url in out
        for text in (referral.passing_on, referral.entity_note):
            assert flat(text) in flat(out)
        assert code == 0
        if not referral.avenues:
            assert flat(words["referral.text_none"]) in flat(out)
            assert "Nothing is on file here" in referral.entity_note


def test_show_all_has_every_entity_and_who_chooses_none(contacts, corpus):
    _, out, _ = contacts("show", "all")
    assert "[when no entity is chosen]\n" in out
    assert all(f" [{entity.id}]\n=" in out for entity in read_contacts(corpus).entities())


def test_show_sets_lines_for_communities_apart(contacts, corpus):
    outside = ("--scope", "exploitation_and_abuse", "--role", "report", "--name", "For residents", "--phone", "555 01")
    assert contacts("add", "--entity", "undp", *outside, *BY)[0] == 0
    _, out, _ = contacts("show", "undp")
    heading = flat(out).index(flat(wording("en", corpus)["notice.for_communities"]))
    assert flat(out).index("[local-report-for-residents]") > heading
    assert "local-report-for-residents" not in [each.id for each in read_contacts(corpus).referral("undp", "").avenues]


def test_show_speaks_another_language_or_says_which_there_are(contacts, corpus):
    assert flat(wording("fr", corpus)["referral.text"]) in flat(contacts("show", "undp", "--language", "fr")[1])
    code, _, err = contacts("show", "undp", "--language", "de")
    assert (code, err.strip()) == (2, 'There are no fixed words in "de". Use one of: ar, en, es, fr, ru, zh.')


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        (("show", "unicfe"), "unicef"),
        (("sheet", "unicfe"), "unicef"),
        (("check", "--entity", "unicfe"), "unicef"),
        (("confirm", "undp-oia", "--yes", *BY), "undp-oai"),
        (("correct", "undp-oia", "--phone", "1", *BY), "undp-oai"),
        (("withdraw", "undp-oia", "--reason", "x", *BY), "undp-oai"),
        (("restore", "undp-oia"), "undp-oai"),
        (("add", "--entity", "unicfe", "--role", "medical", "--name", "C", "--phone", "555", *BY), "unicef"),
    ],
)
def test_a_wrong_id_is_answered_with_those_near_it_and_changes_nothing(contacts, corpus, typed, near):
    code, out, err = contacts(*typed)
    assert (code, out) == (2, "")
    assert re.search(rf"Did you mean .*\b{near}\b", err)
    assert overlay(corpus) == {}


def test_a_confirmed_line_says_by_whom_and_when_everywhere(contacts, corpus):
    code, out, _ = contacts("confirm", "fp-ombudsman", "--yes", *BY)
    assert code == 0
    assert OMBUDSMAN in out.split("is confirmed by")[0]
    avenue = line(corpus, "fp-ombudsman")
    assert (avenue.verified_by, avenue.verified_on) == ("Focal office", TODAY)
    assert f"    Confirmed by Focal office on {TODAY}" in contacts("show", "unicef")[1]


def test_a_confirmation_repeats_how_the_line_is_reached(contacts, corpus):
    contacts("confirm", "fp-ombudsman", "--yes", "--on", "2026-01-15", *BY)
    (content,) = overlay(corpus).values()
    assert tomllib.loads(content.decode()) == {
        "id": "un-funds-and-programmes",
        "confirmed": [
            {
                "id": "fp-ombudsman",
                "phone": OMBUDSMAN,
                "email": "ombudsmediation@fpombudsman.org",
                "url": "https://fpombudsman.org/",
                "telling_is_a_report": "no",
                "verified_on": "2026-01-15",
                "verified_by": "Focal office",
            }
        ],
    }


def test_at_a_terminal_each_line_is_shown_before_it_is_asked_about(contacts, corpus):
    code, out, _ = contacts("confirm", "fp-ombudsman", "undp-oai", *BY, typed="perhaps\nn\ny\n")
    assert code == 1
    assert out.index(OMBUDSMAN) < out.index("Is this what the official page says today? (y/n)")
    assert "fp-ombudsman was not confirmed" in out
    assert not line(corpus, "fp-ombudsman").confirmed
    assert line(corpus, "undp-oai").confirmed


def test_where_nobody_can_be_asked_nothing_is_confirmed_without_yes(contacts, corpus):
    code, _, err = contacts("confirm", "fp-ombudsman", *BY)
    assert code == 2
    assert "add --yes" in err
    assert overlay(corpus) == {}


def test_whoever_stops_at_the_question_has_changed_nothing(contacts, corpus):
    code, _, err = contacts("confirm", "fp-ombudsman", *BY, typed="")
    assert (code, "Traceback" in err, overlay(corpus)) == (1, False, {})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--on", "2026-02-30", *BY), "not a date"),
        (("--on", (date.today() + timedelta(1)).isoformat(), *BY), "a day to come"),
        (("--by", ""), "--by is empty"),
        (("--by", "me@example.org"), "holds a number or an e-mail"),
        (("--by", "Office\u202e"), "direction-changing"),
    ],
)
def test_a_confirmation_that_may_not_be_shown_is_refused(contacts, corpus, options, said):
    code, _, err = contacts("confirm", "fp-ombudsman", "--yes", *options)
    assert code == 2
    assert said.replace("--by", '"--by"') in err or said in err
    assert overlay(corpus) == {}


def test_a_new_confirmation_takes_the_place_of_the_old_one(contacts, corpus):
    contacts("confirm", "fp-ombudsman", "--yes", "--on", "2026-01-15", *BY)
    contacts("confirm", "fp-ombudsman", "--yes", *BY)
    assert line(corpus, "fp-ombudsman").verified_on == TODAY
    (content,) = overlay(corpus).values()
    assert len(tomllib.loads(content.decode())["confirmed"]) == 1


def test_another_line_with_the_same_number_is_named(contacts):
    _, out, _ = contacts("confirm", "un-system-oios", "--yes", *BY)
    assert "un-secretariat-oios has the same phone or e-mail" in flat(out)


def test_a_page_gets_a_number_when_it_is_corrected(contacts, corpus):
    code, out, _ = contacts("correct", "undp-ethics", "--phone", "+1 212 555 0100", *BY)
    avenue = line(corpus, "undp-ethics")
    assert code == 0
    assert (avenue.show, avenue.phone, avenue.verified_on, avenue.verified_by) == (
        "number",
        "+1 212 555 0100",
        TODAY,
        "Focal office",
    )
    assert avenue.confidential == "Calls itself a confidential resource."
    assert 'phone: was "", is now "+1 212 555 0100".' in out
    assert "+1 212 555 0100" in contacts("show", "undp")[1]


def test_a_number_can_be_taken_away_and_the_rest_stays(contacts, corpus):
    assert contacts("correct", "fp-ombudsman", "--phone", "", *BY)[0] == 0
    avenue = line(corpus, "fp-ombudsman")
    assert (avenue.show, avenue.phone, avenue.email) == ("number", "", "ombudsmediation@fpombudsman.org")
    assert contacts("correct", "fp-ombudsman", "--email", "", *BY)[0] == 0
    assert line(corpus, "fp-ombudsman").show == "page_only"
    assert OMBUDSMAN not in contacts("show", "undp")[1]


def test_every_field_can_be_corrected(contacts, corpus):
    new = {
        "--phone": "+1 212 555 0111",
        "--email": "office@example.org",
        "--url": "https://example.org/",
        "--name": "New name",
        "--hours": "Mornings",
        "--note": "New note.",
        "--who-may-use": "All.",
        "--confidential": "Some.",
        "--anonymous": "No.",
        "--telling": "may become one",
        "--source": "https://example.org/source",
    }
    assert contacts("correct", "fp-ombudsman", *(word for pair in new.items() for word in pair), *BY)[0] == 0
    avenue = line(corpus, "fp-ombudsman")
    assert [
        avenue.phone, avenue.email, avenue.url, avenue.name, avenue.hours, avenue.note, avenue.who_may_use,
        avenue.confidential, avenue.anonymous, avenue.telling_is_a_report, avenue.source_url,
    ] == list(new.values())  # fmt: skip


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--phone", "call me"), '"phone" is "call me"'),
        (("--email", "nobody"), '"email" is "nobody"'),
        (("--url", "javascript:alert(1)"), '"url" is'),
        (("--name", ""), '"name" is empty'),
        (("--note", "Or 212 555 0199"), "holds a number"),
        (("--name", "Office\u202e"), "direction-changing"),
        (("--phone", "", "--email", "", "--url", ""), "no way to reach it"),
        (("--name", "a" * 301), "more than 300"),
        ((), "Nothing to correct was given"),
    ],
)
@pytest.mark.parametrize("there", [True, False])
def test_a_correction_that_the_rules_refuse_says_why_and_changes_nothing(contacts, corpus, options, said, there):
    if there:
        contacts("confirm", "undp-oai", "--yes", *BY)
    before = overlay(corpus)
    code, _, err = contacts("correct", "fp-ombudsman", *options, *BY)
    assert code == 2
    assert said in err
    assert overlay(corpus) == before


def test_a_correction_outlives_an_upgrade_and_check_says_that_the_line_changed(contacts, corpus):
    contacts("correct", "fp-ombudsman", "--phone", "+1 212 555 0100", *BY)
    upgrade(corpus, "un-funds-and-programmes", OMBUDSMAN, "+1 212 555 0122")
    assert line(corpus, "fp-ombudsman").phone == "+1 212 555 0100"
    code, out, _ = contacts("check")
    assert code == 0
    assert "No longer matches." in out
    assert "fp-ombudsman: the line that it corrects has changed since" in flat(out)
    assert contacts("confirm", "fp-ombudsman", "--yes", *BY)[0] == 0
    assert "No longer matches." not in contacts("check")[1]
    assert line(corpus, "fp-ombudsman").phone == "+1 212 555 0100"


def test_a_confirmation_does_not_outlive_an_upgrade_that_changes_the_number(contacts, corpus):
    contacts("confirm", "fp-ombudsman", "--yes", *BY)
    upgrade(corpus, "un-funds-and-programmes", OMBUDSMAN, "+1 212 555 0122")
    avenue = line(corpus, "fp-ombudsman")
    assert (avenue.phone, avenue.confirmed) == ("+1 212 555 0122", False)
    code, out, _ = contacts("check")
    assert (code, "confirmed fp-ombudsman: the line has changed since" in flat(out)) == (0, True)
    shown = contacts("show", "undp")[1]
    assert flat(wording("en", corpus)["notice.contacts_unreadable"]) not in flat(shown)


def test_a_corrected_line_that_was_confirmed_before_is_confirmed_once(contacts, corpus):
    contacts("confirm", "fp-ombudsman", "--yes", "--on", "2026-01-15", *BY)
    contacts("correct", "fp-ombudsman", "--phone", "+1 212 555 0100", *BY)
    (content,) = overlay(corpus).values()
    assert "confirmed" not in tomllib.loads(content.decode())
    assert line(corpus, "fp-ombudsman").verified_on == TODAY


def test_an_emergency_line_is_for_everybody_and_needs_no_page(contacts, corpus):
    code, out, _ = contacts("add", "--role", "emergency", "--name", "Police", "--phone", "999", *BY)
    assert code == 0
    assert "local-emergency-police" in out
    avenue = line(corpus, "local-emergency-police")
    assert (avenue.entity, avenue.source_url, avenue.telling_is_a_report) == ("un-system", "", "")
    for entity in ("undp", "world-bank"):
        assert "999" in contacts("show", entity)[1]
    assert "No local emergency line" not in contacts("check")[1]


def test_what_is_missing_is_asked_for_at_a_terminal(contacts, corpus):
    typed = "9\nfocal point\nundp\nFocal point for gender\n\ngfp@example.org\n\nMornings\n\n\nFocal office\n"
    code, out, _ = contacts("add", typed=typed.removeprefix("9\n"))
    assert code == 0
    for role, words in ROLE_WORDS.items():
        assert f"{role}: {words}." in out
    avenue = line(corpus, "local-focal-point-for-gender")
    assert (avenue.entity, avenue.role, avenue.email, avenue.hours, avenue.telling_is_a_report, avenue.verified_by) == (
        "undp",
        "focal_point",
        "gfp@example.org",
        "Mornings",
        "",
        "Focal office",
    )


def test_at_a_terminal_an_answer_that_cannot_be_used_is_asked_for_again_at_once(contacts, corpus):
    typed = ["security", "nobody", "UNDP", "", "Desk", "call me", "0800 123 456 ext 12", "me", "", "here.org", ""]
    typed += ["All day, 555 123 4567", "All day", "", "perhaps", "no", "a@example.org", "Security office"]
    code, out, _ = contacts("add", typed="\n".join(typed) + "\n")
    assert code == 0
    for said in ('no entity "nobody"', '"name" is empty', '"phone" is "call me"', '"email" is "me"', '"url" is'):
        assert said in out
    for said in ('"hours" holds a number', '"telling_is_a_report" is "perhaps"', '"--by" holds'):
        assert said in out
    added = line(corpus, "local-security-desk")
    assert (added.entity, added.phone, added.hours, added.verified_by) == (
        "undp",
        "0800 123 456 ext 12",
        "All day",
        "Security office",
    )


def test_at_a_terminal_a_way_to_reach_it_is_asked_for_until_there_is_one(contacts, corpus):
    typed = ["Clinic", "", "", "", "555", "", "", "", "", "", "Clinic"]
    code, out, _ = contacts("add", "--role", "medical", "--entity", "undp", typed="\n".join(typed) + "\n")
    assert (code, "There is no way to reach it yet." in out) == (0, True)
    assert line(corpus, "local-medical-clinic").phone == "555"


def test_an_option_that_cannot_be_used_is_told_before_anything_is_asked(contacts, corpus):
    code, out, err = contacts("add", "--phone", "call me", "--by", "a@example.org", typed="1\n")
    assert (code, out, overlay(corpus)) == (2, "", {})
    assert '"phone" is "call me"' in err and "like 999, 0800 123 456 or 0800 123 456 ext 12." in err
    assert '"--by" holds' in err


def test_ids_are_found_whatever_the_case_of_their_letters(contacts, corpus):
    assert "undp-oai" in contacts("show", "UNDP")[1]
    assert contacts("confirm", "UNDP-OAI", "--yes", *BY)[0] == 0
    assert contacts("restore", "Undp-Oai")[0] == 0
    assert contacts("check", "--entity", "UNDP")[0] == 0
    added = ("add", "--entity", "UNDP", "--role", "medical", "--name", "Clinic", "--phone", "555", *BY)
    assert contacts(*added)[0] == 0
    assert line(corpus, "local-medical-clinic").entity == "undp"
    assert "All ids: python -m assistant contacts list" in contacts("show", "nobody")[2]
    assert "All ids: python -m assistant contacts show all" in contacts("restore", "nobody")[2]


def test_of_two_commands_at_once_the_second_is_told_and_changes_nothing(contacts, corpus):
    added = ("add", "--role", "emergency", "--name", "Police", "--phone", "999", *BY)
    with changing(corpus):
        code, _, err = contacts(*added)
        assert (code, overlay(corpus)) == (1, {})
        assert "Another command is changing contacts/local at this moment." in err
        assert contacts("show", "undp")[0] == 0
    assert contacts(*added)[0] == 0


def test_the_home_folder_can_be_written_as_a_tilde(contacts, corpus, monkeypatch):
    monkeypatch.setenv("HOME", str(corpus.parent))
    monkeypatch.setenv("USERPROFILE", str(corpus.parent))
    assert contacts("list", corpus_dir=f"~/{corpus.name}")[0] == 0


def test_a_role_can_be_chosen_by_its_number(contacts, corpus):
    assert contacts("add", *BY, typed="99\n1\nAmbulance\n112\n\n\n\n\n")[0] == 0
    assert line(corpus, "local-emergency-ambulance").phone == "112"


def test_every_role_can_be_added_and_is_explained():
    assert set(ROLE_WORDS) == set(ROLES)


def test_where_nobody_can_be_asked_what_is_missing_is_said(contacts, corpus):
    for typed in (("--name", "Clinic"), ("--role", "medical", "--name", "Clinic", "--phone", "555", *BY)):
        code, _, err = contacts("add", *typed)
        assert (code, "Give " in err, overlay(corpus)) == (2, True, {})


@pytest.mark.parametrize(
    ("role", "telling"), [("counsellor", "no"), ("medical", ""), ("security", ""), ("focal_point", "")]
)
def test_local_lines_for_all_are_shown_to_who_chooses_nothing_and_to_each_who_inherits(contacts, corpus, role, telling):
    added = contacts("add", "--entity", "un-system", "--role", role, "--name", "Here", "--phone", "555 01",
                     "--telling", telling, *BY)  # fmt: skip
    assert added[0] == 0
    known = read_contacts(corpus)
    for entity in (None, "who", "undp"):
        lines = known.referral(entity, "").avenues
        (place,) = (n for n, each in enumerate(lines) if each.role == role and each.phone == "555 01")
        reports = [n for n, each in enumerate(lines) if each.role == "report"]
        assert place < min(reports)
    assert known.referral(None, "").avenues[0].phone == "555 01"
    assert known.referral(None, "").starts_in_confidence == (telling == "no")
    assert not known.referral("world-bank", "").avenues


def test_two_lines_of_one_name_get_two_ids(contacts, corpus):
    for phone in ("555 01", "555 02"):
        contacts("add", "--entity", "undp", "--role", "security", "--name", "Security desk", "--phone", phone, *BY)
    assert line(corpus, "local-security-desk").phone == "555 01"
    assert line(corpus, "local-security-desk-2").phone == "555 02"


def test_a_name_in_another_script_gets_an_id_too(contacts, corpus):
    assert contacts("add", "--entity", "undp", "--role", "medical", "--name", "Клиника", "--phone", "103", *BY)[0] == 0
    assert line(corpus, "local-medical").name == "Клиника"


def test_a_line_that_is_hidden_behind_another_with_the_same_contact_is_said_to_be(contacts):
    _, out, _ = contacts("add", "--entity", "undp", "--role", "report", "--name", "Other", "--email",
                         "reportmisconduct@undp.org", *BY)  # fmt: skip
    assert "undp-oai" not in out.split("Note:")[0]
    _, out, _ = contacts("add", "--entity", "un-system", "--role", "report", "--name", "Third", "--email",
                         "reportmisconduct@undp.org", *BY)  # fmt: skip
    assert "Note: it is not shown" not in out


def test_a_withdrawn_line_is_shown_to_nobody_until_it_is_restored(contacts, corpus):
    code, _, _ = contacts("withdraw", "fp-ombudsman", "--reason", "Nobody answers.", *BY)
    assert code == 0
    for entity in ("undp", "unicef"):
        shown = contacts("show", entity)[1]
        assert OMBUDSMAN not in shown
        assert "[Withdrawn, not shown: fp-ombudsman. Nobody answers.]" in flat(shown)
    code, out, _ = contacts("check")
    assert (code, f"fp-ombudsman: since {TODAY}, by Focal office: Nobody answers." in flat(out)) == (0, True)
    for typed in (("confirm", "fp-ombudsman", "--yes", *BY), ("correct", "fp-ombudsman", "--phone", "", *BY)):
        code, _, err = contacts(*typed)
        assert (code, "contacts restore fp-ombudsman" in err) == (2, True)
    assert contacts("restore", "fp-ombudsman")[0] == 0
    assert OMBUDSMAN in contacts("show", "undp")[1]


def test_a_withdrawal_needs_a_reason_that_may_be_shown(contacts, corpus):
    for reason in ("", "ask a@example.org", "x\u202e"):
        assert contacts("withdraw", "fp-ombudsman", "--reason", reason, *BY)[0] == 2
    assert overlay(corpus) == {}


def test_restore_undoes_one_thing_at_a_time(contacts, corpus):
    contacts("correct", "fp-ombudsman", "--phone", "+1 212 555 0100", *BY)
    contacts("withdraw", "fp-ombudsman", "--reason", "x", *BY)
    assert contacts("restore", "fp-ombudsman")[0] == 0
    assert line(corpus, "fp-ombudsman").phone == "+1 212 555 0100"
    assert contacts("restore", "fp-ombudsman")[0] == 0
    avenue = line(corpus, "fp-ombudsman")
    assert (avenue.phone, avenue.confirmed) == (OMBUDSMAN, False)
    code, _, err = contacts("restore", "fp-ombudsman")
    assert (code, "nothing to undo" in err) == (2, True)


def test_restore_takes_back_a_confirmation_and_a_line_of_ones_own(contacts, corpus):
    contacts("confirm", "fp-ombudsman", "--yes", *BY)
    contacts("add", "--role", "emergency", "--name", "Police", "--phone", "999", *BY)
    assert contacts("restore", "fp-ombudsman")[0] == 0
    code, out, _ = contacts("restore", "local-emergency-police")
    assert (code, "999" in out) == (0, True)
    assert not line(corpus, "fp-ombudsman").confirmed
    assert read_contact_files(corpus).emergency == ()


def test_restore_clears_what_speaks_of_a_line_that_is_gone(contacts, corpus):
    contacts("confirm", "undp-oai", "--yes", *BY)
    upgrade(corpus, "undp", 'id = "undp-oai"', 'id = "undp-new"')
    assert "no such line is on file any more" in flat(contacts("check")[1])
    assert contacts("restore", "undp-oai")[0] == 0
    assert "No longer matches." not in contacts("check")[1]


def test_check_tells_what_is_normal_from_what_is_wrong(contacts, corpus):
    code, out, _ = contacts("check")
    assert code == 0
    assert "not confirmed: undp-oai" in flat(out)
    assert "A line that nobody has confirmed is normal" in flat(out)
    assert "No local emergency line is on file" in flat(out)
    assert contacts("check", "--strict")[0] == 1
    (corpus / "contacts" / "local").mkdir()
    (corpus / "contacts" / "local" / "undp.toml").write_text("id = \n", encoding="utf-8")
    code, out, _ = contacts("check")
    assert code == 1
    assert "contacts/local/undp.toml: is not valid TOML" in flat(out)


def test_check_groups_lines_by_file_and_can_look_at_one_entity(contacts, corpus):
    out = contacts("check")[1]
    place = out.index("contacts/undp.toml:\n")
    assert place < out.index("undp-oai") < out.index("contacts/unep.toml:\n")
    one = contacts("check", "--entity", "undp")[1]
    assert "undp-oai" in one and "fp-ombudsman" in one and "un-system-oios" in one
    assert "unicef" not in one


@pytest.mark.parametrize(("today", "days", "old"), [("2026-07-14", 180, False), ("2026-07-15", 180, True),
                                                    ("2026-01-26", 10, True), ("2026-01-14", 180, True)])  # fmt: skip
def test_a_confirmation_grows_old(contacts, today, days, old):
    contacts("confirm", "fp-ombudsman", "--yes", "--on", "2026-01-15", *BY)
    out = contacts("check", "--today", today, "--days", days)[1]
    assert ("fp-ombudsman" in out) == old


def test_strict_passes_when_all_is_confirmed_and_an_emergency_line_is_there(contacts, corpus):
    names = [each.id for name in ("un-system",) for each in read_contacts(corpus).files[name].avenues]
    contacts("confirm", *names, "--yes", *BY)
    assert contacts("check", "--entity", "un-system", "--strict")[0] == 1
    contacts("add", "--role", "emergency", "--name", "Police", "--phone", "999", *BY)
    assert contacts("check", "--entity", "un-system", "--strict")[0] == 0


@pytest.mark.parametrize(
    "typed",
    [
        ("confirm", "fp-ombudsman", "--yes", *BY),
        ("correct", "fp-ombudsman", "--phone", "", *BY),
        ("withdraw", "fp-ombudsman", "--reason", "x", *BY),
        ("restore", "fp-ombudsman"),
        ("add", "--role", "emergency", "--name", "Police", "--phone", "999", *BY),
    ],
)
def test_beside_a_file_that_cannot_be_parsed_nothing_is_written(contacts, corpus, typed):
    (corpus / "contacts" / "local").mkdir()
    (corpus / "contacts" / "local" / "mine.toml").write_text("id = \n", encoding="utf-8")
    before = overlay(corpus)
    code, _, err = contacts(*typed)
    assert code == 1
    assert "contacts/local/mine.toml: is not valid TOML" in err
    assert "Traceback" not in err
    assert overlay(corpus) == before


HOSTILE = 'id = "undp"\n"\\u001b[31mred\\u202e" = 1\n[[avenues]]\nid = "x"\nrole = "\\u001b]0;owned\\u0007"\n'


@pytest.mark.parametrize("typed", [("check",), ("sheet", "undp", "--text"), ("show", "undp")])
def test_nothing_in_a_file_steers_the_terminal(contacts, corpus, typed):
    (corpus / "contacts" / "local").mkdir()
    (corpus / "contacts" / "local" / "a\x1b[2J\u202e.toml").write_text(HOSTILE, encoding="utf-8")
    _, out, err = contacts(*typed)
    assert out + err
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", out + err)


def test_no_command_ever_touches_a_shipped_file(contacts, corpus):
    shipped = {path: path.read_bytes() for path in (corpus / "contacts").glob("*.toml")}
    contacts("confirm", "fp-ombudsman", "--yes", *BY)
    contacts("correct", "undp-oai", "--phone", "+1 212 555 0100", *BY)
    contacts("add", "--entity", "undp", "--role", "medical", "--name", "Clinic", "--phone", "555 01", *BY)
    contacts("withdraw", "undp-ethics", "--reason", "x", *BY)
    contacts("restore", "undp-ethics")
    assert len(overlay(corpus)) == 2
    assert {path: path.read_bytes() for path in (corpus / "contacts").glob("*.toml")} == shipped


def notices(corpus, entity):
    """The keys of the notices with the contacts of an entity."""
    words = wording("en", corpus)
    name = read_contacts(corpus).files[entity].short_name if entity else ""
    texts = {words.filled(key, entity=name): key for key in words.texts if key.startswith("notice.")}
    return [texts[said] for said in Assistant(corpus).referral(entity)[1]]


def test_an_entity_without_lines_of_its_own_is_told_so_by_name(corpus):
    assert notices(corpus, "ocha") == ["notice.entity_nothing_on_file", "notice.unconfirmed_contacts"]
    assert "on file for OCHA." in Assistant(corpus).referral("ocha")[1][0]
    assert notices(corpus, "undp") == ["notice.unconfirmed_contacts"]
    assert notices(corpus, None) == ["notice.unconfirmed_contacts"]


def test_an_entity_with_no_lines_at_all_is_told_so_and_nothing_is_said_of_lines(corpus):
    referral = Assistant(corpus).referral("world-bank")[0]
    assert notices(corpus, "world-bank") == []
    assert referral.text == wording("en", corpus)["referral.text_none"]
    assert referral.entity_note.startswith("Nothing is on file here")


def test_the_notice_on_confirmation_is_true_at_every_stage(contacts, corpus):
    names = [each.id for each in read_contacts(corpus).referral(None, "").avenues]
    contacts("confirm", names[0], "--yes", *BY)
    assert notices(corpus, None) == ["notice.some_unconfirmed_contacts"]
    contacts("confirm", *names, "--yes", *BY)
    assert notices(corpus, None) == []


def test_what_has_lapsed_never_makes_the_contacts_unreadable(contacts, corpus):
    contacts("confirm", "undp-oai", "fp-ombudsman", "--yes", *BY)
    contacts("correct", "undp-ethics", "--phone", "+1 212 555 0100", *BY)
    for old in ('id = "undp-oai"', 'id = "undp-ethics"'):
        upgrade(corpus, "undp", old, old.replace("undp", "renamed"))
    upgrade(corpus, "un-funds-and-programmes", OMBUDSMAN, "+1 212 555 0122")
    assert len(read_contact_files(corpus).lapsed) == 3
    assert "notice.contacts_unreadable" not in notices(corpus, "undp")


def test_urgent_words_come_with_the_emergency_lines_of_the_office_whatever_is_chosen(contacts, corpus):
    contacts("add", "--role", "emergency", "--name", "Police", "--phone", "999", *BY)
    contacts("add", "--entity", "undp", "--role", "emergency", "--name", "Duty officer", "--phone", "555 01", *BY)
    for entity, order in ((None, ["Police", "Duty officer"]), ("undp", ["Duty officer", "Police"]),
                          ("world-bank", ["Police", "Duty officer"])):  # fmt: skip
        answer = Assistant(corpus, corpus / "no index").ask("He wants to kill me", entity)
        assert [each.name for each in answer.urgent.avenues] == order


def test_without_an_emergency_line_urgent_words_stand_alone(corpus):
    urgent = Assistant(corpus, corpus / "no index").ask("He wants to kill me", "undp").urgent
    assert urgent.avenues == ()
    assert not re.search(r"\d", urgent.text)
