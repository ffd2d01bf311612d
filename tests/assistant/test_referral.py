"""Who is offered to whom, and in which order, over the committed contact files."""

import json
import shutil
import subprocess
import sys
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest

from assistant.referral import Avenue, Contacts, Referral, UnknownEntityError, read_contacts
from ingest.contacts import ContactFile, inherited

ROOT = Path(__file__).parents[2]
OIOS = "+1 212 963 1111"
NOT_SERVED_BY_OIOS = ("world-bank", "imf", "imo", "upu", "ctbto", "opcw")
# fmt: off
WITH_OWN_LINES = [
    "un-secretariat", "un-women", "undp", "unicef", "unhcr", "unfpa", "unops", "wfp", "fao", "who",
    "iom", "unrwa", "icao", "ilo", "unesco", "iaea", "wipo", "unido", "itc", "paho",
]
PUBLIC_FIELDS = [
    "id", "role", "name", "scope", "who_may_use", "telling_is_a_report", "phone", "email", "url",
    "hours", "anonymous", "confidential", "note", "source_url", "source_page_date", "verified_on",
]
# fmt: on


@pytest.fixture(scope="module")
def contacts(tmp_path_factory):
    """The committed contacts, without any overlay that this checkout may have."""
    folder = tmp_path_factory.mktemp("corpus") / "contacts"
    shutil.copytree(ROOT / "corpus" / "contacts", folder, ignore=shutil.ignore_patterns("local"))
    return read_contacts(folder.parent)


def entity_ids():
    paths = sorted((ROOT / "corpus" / "contacts").glob("*.toml"))
    return [path.stem for path in paths if path.stem not in ("un-system", "un-funds-and-programmes")]


every_entity = pytest.mark.parametrize("entity", entity_ids())


def avenue(name, **changes):
    blank = dict.fromkeys((field.name for field in fields(Avenue)), "")
    return Avenue(
        **blank
        | {"id": name, "role": "report", "scope": ("sexual_harassment",), "url": f"https://x.org/{name}"}
        | changes
    )


def chosen(*lines):
    file = ContactFile("un-system", "System", "System", avenues=lines)
    return [line.id for line in Contacts({"un-system": file}).referral(None, "").avenues]


def test_at_least_twenty_entities_have_lines_of_their_own(contacts):
    for entity in WITH_OWN_LINES:
        assert contacts.files[entity].avenues, entity


@pytest.mark.parametrize("entity", NOT_SERVED_BY_OIOS)
def test_oios_is_not_offered_where_it_is_not_known_to_serve(contacts, entity):
    referral = contacts.referral(entity, "Words.")
    assert not [line for line in referral.avenues if line.phone == OIOS or "oios.un.org" in line.url]
    assert "intranet" in referral.entity_note
    assert "OIOS" in referral.entity_note


@pytest.mark.parametrize("entity", [name for name in NOT_SERVED_BY_OIOS if name != "imf"])
def test_where_nothing_is_on_file_the_referral_says_so_and_offers_nobody(contacts, entity):
    referral = contacts.referral(entity, "Words.")
    assert (referral.avenues, referral.first, referral.text) == ((), 0, "Words.")
    assert referral.entity_note.startswith("Nothing is on file")


@pytest.mark.parametrize("entity", ["un-secretariat", "un-women", "icao", "itc", "un-missions", "ocha"])
def test_oios_is_offered_once_where_it_takes_the_reports(contacts, entity):
    lines = [line for line in contacts.referral(entity, "").avenues if line.phone == OIOS]
    assert len(lines) == 1
    assert lines[0].entity != "un-system"


@every_entity
def test_no_contact_is_listed_twice(contacts, entity):
    lines = contacts.referral(entity, "").avenues
    for marks in (
        [line.id for line in lines],
        [line.phone for line in lines if line.phone],
        [line.email for line in lines if line.email],
        [(line.url, line.role) for line in lines if line.url],
    ):
        assert len(marks) == len(set(marks))


@every_entity
def test_confidence_comes_before_reporting_and_retaliation_last(contacts, entity):
    lines = contacts.referral(entity, "").avenues
    general = [line for line in lines if line.scope != ("retaliation",)]
    assert list(lines[: len(general)]) == general
    told = [0 if line.telling_is_a_report == "no" else 1 for line in general]
    assert told == sorted(told)
    people = [line for line in general if line.role != "information"]
    assert [line.role == "report" for line in people] == sorted(line.role == "report" for line in people)


@every_entity
def test_at_most_six_come_first_and_a_place_to_report_is_among_them(contacts, entity):
    referral = contacts.referral(entity, "")
    assert referral.first == min(6, len(referral.avenues))
    if any(line.role == "report" for line in referral.avenues):
        assert any(line.role == "report" for line in referral.avenues[: referral.first])


@every_entity
def test_the_own_office_comes_before_the_fallback(contacts, entity):
    reports = [line.entity for line in contacts.referral(entity, "").avenues if line.role == "report"]
    assert "un-system" not in reports[:-1]


@every_entity
def test_a_line_for_community_members_only_is_not_offered(contacts, entity):
    for line in contacts.referral(entity, "").avenues:
        assert {"sexual_harassment", "retaliation"} & set(line.scope)


def test_a_channel_for_exploitation_and_abuse_alone_is_left_out():
    assert chosen(avenue("a", scope=("exploitation_and_abuse",)), avenue("b")) == ["b"]


def test_lines_are_ordered_by_what_telling_them_means():
    assert chosen(
        avenue("retaliation", scope=("retaliation",), role="ethics", telling_is_a_report="no"),
        avenue("report", telling_is_a_report="yes"),
        avenue("unknown", role="victim_support"),
        avenue("maybe", role="ethics", telling_is_a_report="may become one"),
        avenue("keeps", role="ombudsman", telling_is_a_report="no"),
    ) == ["keeps", "unknown", "maybe", "report", "retaliation"]


@pytest.mark.parametrize(
    "twin",
    [
        {"phone": "+1-212-555-0100"},
        {"email": "A@EXAMPLE.ORG"},
        {"url": "https://x.org/first/"},
    ],
)
def test_the_same_phone_email_or_link_is_shown_once(twin):
    first = avenue("first", phone="+1 212 555 0100", email="a@example.org")
    assert chosen(first, avenue("second", **twin)) == ["first"]


def test_one_link_may_serve_two_roles():
    assert chosen(avenue("a", url="https://x.org"), avenue("b", url="https://x.org", role="ethics")) == [
        "b",
        "a",
    ]


@pytest.mark.parametrize("entity", [None, ""])
def test_without_an_entity_only_system_wide_lines_are_offered(contacts, entity):
    referral = contacts.referral(entity, "Words.")
    assert (referral.entity, referral.entity_note) == ("", "")
    assert [line.id for line in referral.avenues] == [
        "un-system-hub-list",
        "un-system-hub-support",
        "un-system-oios",
    ]


def test_an_unknown_entity_is_refused_with_the_known_ones(contacts):
    with pytest.raises(UnknownEntityError, match=r'no entity "atlantis".*undp \(UNDP\)'):
        contacts.referral("atlantis", "")


def test_entities_are_sorted_by_name_and_leave_the_shared_files_out(contacts):
    names = [entity.name.casefold() for entity in contacts.entities()]
    assert names == sorted(names)
    assert {entity.id for entity in contacts.entities()} == set(entity_ids())


def files(**inherits):
    """One file for each name, with what it inherits and one line whose id is the name."""
    return {
        name: ContactFile(
            name, name, name, tuple(parents.split()), avenues=(avenue(name, entity=name),), passing_on=f"{name} must."
        )
        for name, parents in inherits.items()
    }


def ids(lines):
    return [line.id for line in lines]


@pytest.mark.parametrize(
    ("inherits", "order"),
    [
        ({"a": "b c", "b": "", "c": ""}, ["a", "b", "c"]),
        ({"a": "c b", "b": "", "c": ""}, ["a", "c", "b"]),
        ({"a": "b", "b": "c", "c": "d", "d": ""}, ["a", "b", "c", "d"]),
        ({"a": "b c", "b": "d", "c": "d", "d": ""}, ["a", "b", "c", "d"]),
        ({"a": "c b", "b": "d", "c": "d", "d": ""}, ["a", "c", "b", "d"]),
        ({"a": "b c", "b": "d", "c": "e", "d": "", "e": ""}, ["a", "b", "d", "c", "e"]),
    ],
)
def test_own_lines_come_first_then_what_is_inherited_in_the_order_written(inherits, order):
    assert ids(Contacts(files(**inherits)).referral("a", "").avenues) == order


@pytest.mark.parametrize("entity", ["uncdf", "unv"])
def test_lines_that_come_through_three_files_keep_their_order(contacts, entity):
    assert inherited(contacts.files, entity) == (entity, "undp", "un-funds-and-programmes", "un-system")
    lines = contacts.referral(entity, "").avenues
    assert lines[0].id == "fp-ombudsman"
    reports = [line.entity for line in lines if line.role == "report"]
    assert reports == sorted(reports, key=["undp", "un-funds-and-programmes", "un-system"].index)


def test_who_must_pass_on_what_they_hear_is_said_by_the_entitys_own_file():
    assert Contacts(files(a="b", b="")).referral("a", "").passing_on == "a must."


def test_who_must_pass_on_what_they_hear_is_said_by_the_first_file_that_knows():
    known = files(a="b", b="c", c="")
    known["a"] = replace(known["a"], passing_on="")
    assert Contacts(known).referral("a", "").passing_on == "b must."
    known["b"] = replace(known["b"], passing_on="")
    assert Contacts(known).referral("a", "").passing_on == "c must."
    known["c"] = replace(known["c"], passing_on="")
    assert Contacts(known).referral("a", "").passing_on == ""


def test_each_committed_entity_says_what_its_own_file_knows_of_passing_on(contacts):
    said = {name: file.passing_on for name, file in contacts.files.items() if file.passing_on}
    assert len(said) > 5
    for entity, words in said.items():
        assert contacts.referral(entity, "").passing_on == words


@pytest.mark.parametrize("entity", ["world-bank", "imo", "upu", "ctbto", "opcw", "imf", None])
def test_nothing_is_said_of_passing_on_where_nothing_is_known(contacts, entity):
    assert contacts.referral(entity, "").passing_on == ""


def test_lines_for_communities_are_listed_apart_and_each_once():
    outside = {"scope": ("exploitation_and_abuse",)}
    lines = (
        avenue("people", phone="+1 212 555 0100", **outside),
        avenue("again", phone="+1 212 555 0100", **outside),
        avenue("both", scope=("sexual_harassment", "exploitation_and_abuse")),
    )
    known = {"a": ContactFile("a", "A", "A", ("b",)), "b": ContactFile("b", "B", "B", avenues=lines)}
    assert ids(Contacts(known).for_communities("a")) == ["people"]
    assert ids(Contacts(known).referral("a", "").avenues) == ["both"]


@every_entity
def test_every_line_of_an_entity_is_offered_to_personnel_or_to_communities_and_never_to_both(contacts, entity):
    offered, outside = contacts.referral(entity, "").avenues, contacts.for_communities(entity)
    assert not set(ids(offered)) & set(ids(outside))
    assert all(line.scope == ("exploitation_and_abuse",) for line in outside)
    own = {line.id for line in contacts.files[entity].avenues}
    assert own <= {*ids(offered), *ids(outside)}


def test_an_unknown_entity_has_no_lines_for_communities(contacts):
    with pytest.raises(UnknownEntityError):
        contacts.for_communities("atlantis")


def test_emergency_lines_are_offered_whichever_file_they_stand_in_the_nearest_first_and_once():
    police = replace(avenue("p", phone="112", entity="un-system"), name="Police")
    twin = replace(police, id="q", name="police", phone="1 12")
    ambulance = replace(avenue("r", phone="112", entity="other"), name="Ambulance")
    near = replace(avenue("s", phone="555", entity="a"), name="Duty officer")
    known = {
        "a": ContactFile("a", "A", "A"),
        "other": ContactFile("other", "O", "O"),
        "un-system": ContactFile("un-system", "S", "S"),
    }
    contacts = Contacts(known, (police, twin, ambulance, near))
    assert ids(contacts.emergency("a")) == ["s", "p", "r"]
    assert ids(contacts.emergency()) == ["p", "r", "s"]


def test_a_line_that_an_office_confirmed_wins_over_one_of_the_same_file_with_the_same_contact():
    old = avenue("old", phone="+1 212 555 0100")
    sure = avenue("sure", phone="+1 212 555 0100", verified_on="2026-01-15", verified_by="Office")
    assert chosen(old, sure) == ["sure"]
    assert chosen(sure, old) == ["sure"]


def test_one_switchboard_may_serve_a_clinic_and_a_guard():
    same = {"phone": "+1 212 555 0100", "telling_is_a_report": ""}
    assert chosen(avenue("guard", role="security", **same), avenue("clinic", role="medical", **same)) == [
        "guard",
        "clinic",
    ]


def test_local_lines_stand_where_their_meaning_puts_them():
    said = chosen(
        avenue("report", telling_is_a_report="yes"),
        avenue("security", role="security", telling_is_a_report=""),
        avenue("focal", role="focal_point", telling_is_a_report=""),
        avenue("focal-reports", role="focal_point", telling_is_a_report="yes"),
        avenue("counsellor", role="counsellor", telling_is_a_report="no"),
        avenue("clinic", role="medical", telling_is_a_report=""),
    )
    assert said == ["counsellor", "security", "focal", "clinic", "report", "focal-reports"]


def test_a_referral_knows_whether_it_has_lines_of_the_entitys_own(contacts):
    assert contacts.referral("undp", "").has_own
    assert not contacts.referral("ocha", "").has_own
    assert not contacts.referral("world-bank", "").has_own


def test_the_same_entity_gives_the_same_referral_at_every_reading(contacts, tmp_path):
    ignore = shutil.ignore_patterns("local")
    again = read_contacts(shutil.copytree(ROOT / "corpus" / "contacts", tmp_path / "contacts", ignore=ignore).parent)
    for entity in contacts.entities():
        assert again.referral(entity.id, "Words.") == contacts.referral(entity.id, "Words.")


def test_a_referral_is_ready_for_json_with_its_public_fields_in_order(contacts):
    shown = asdict(contacts.referral("undp", "Words."))
    assert list(shown)[:3] == ["entity", "text", "avenues"]
    assert list(shown["avenues"][0])[: len(PUBLIC_FIELDS)] == PUBLIC_FIELDS
    assert json.loads(json.dumps(shown))["avenues"][0]["scope"] == ["sexual_harassment", "retaliation"]


def test_a_referral_without_avenues_can_be_made_and_promises_nothing():
    referral = Referral("", "Words.")
    assert (referral.first, referral.starts_in_confidence) == (0, False)


@pytest.mark.parametrize(("entity", "promised"), [("undp", True), ("who", False), ("paho", True), (None, False)])
def test_a_referral_says_whether_its_first_line_keeps_confidence(contacts, entity, promised):
    assert contacts.referral(entity, "").starts_in_confidence is promised


def test_importing_the_referral_brings_in_nothing_but_the_standard_library():
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import assistant.referral; "
        "print(*{name.split('.')[0] for name in sys.modules} - sys.stdlib_module_names)"
    )
    command = [sys.executable, "-I", "-S", "-c", code]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert set(shown.split()) <= {"assistant", "ingest", "__main__"}
