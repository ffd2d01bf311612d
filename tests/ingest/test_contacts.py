"""Contact files: the committed ones hold, every bad one is named, the overlay adds and confirms."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from assistant.referral import ContactsError, read_contacts
from ingest.contacts import read_contact_files

CORPUS = Path(__file__).parents[2] / "corpus"
# fmt: off
OFFICIAL_HOSTS = [
    "un.org", "unwomen.org", "undp.org", "unicef.org", "unhcr.org", "unfpa.org", "unops.org",
    "unrwa.org", "wfp.org", "fao.org", "ifad.org", "who.int", "paho.org", "unaids.org", "ilo.org",
    "itcilo.org", "iom.int", "unesco.org", "unido.org", "wipo.int", "wmo.int", "icao.int",
    "iaea.org", "imf.org", "intracen.org", "unfccc.int", "unep.org", "unhabitat.org",
    "unmissions.org", "uncdf.org", "unv.org", "fpombudsman.org", "ethicspoint.com",
    "ethicspoint.eu",
]
# fmt: on
SHARED = {"un-system", "un-funds-and-programmes"}

AVENUE = """
[[avenues]]
id = "undp-oai"
role = "report"
name = "Investigations"
scope = ["sexual_harassment"]
telling_is_a_report = "yes"
phone = "+1 212 555 0100"
email = "report@example.org"
url = "https://example.org/report"
source_url = "https://example.org/report"
show = "number"
"""
UNDP = 'id = "undp"\nname = "Programme"\nshort_name = "UNDP"\ninherits = []\n' + AVENUE


@pytest.fixture
def corpus(tmp_path):
    """A corpus folder with one small sound contact file."""
    (tmp_path / "contacts" / "local").mkdir(parents=True)
    write(tmp_path, "undp", UNDP)
    return tmp_path


def write(corpus, name, text):
    (corpus / "contacts" / f"{name}.toml").write_text(text, encoding="utf-8")


def problems(corpus):
    return list(read_contacts(corpus, strict=False)[1])


def committed():
    """The committed files only, whatever overlay this checkout has."""
    reading = read_contact_files(CORPUS)
    assert not [problem for problem in reading.problems if "/local/" not in problem]
    return {name: (CORPUS / "contacts" / f"{name}.toml").read_text("utf-8") for name in reading.files}


def committed_lines(tmp_path):
    for name, text in committed().items():
        (tmp_path / "contacts").mkdir(exist_ok=True)
        write(tmp_path, name, text)
    return [line for file in read_contact_files(tmp_path).files.values() for line in file.avenues]


def test_the_committed_files_are_read_without_a_problem(tmp_path):
    lines = committed_lines(tmp_path)
    assert problems(tmp_path) == []
    assert len(lines) > 50


def test_no_committed_line_claims_to_be_confirmed(tmp_path):
    assert [line.id for line in committed_lines(tmp_path) if line.confirmed or line.verified_by] == []


def test_every_committed_link_is_on_an_official_host(tmp_path):
    for line in committed_lines(tmp_path):
        for link in filter(None, (line.url, line.source_url)):
            host = urlsplit(link).hostname
            assert any(host == known or host.endswith("." + known) for known in OFFICIAL_HOSTS), link


def test_a_committed_link_is_encrypted_unless_only_the_old_site_of_the_ilo_was_read(tmp_path):
    links = {link for line in committed_lines(tmp_path) for link in (line.url, line.source_url) if link}
    assert {urlsplit(link).hostname for link in links if not link.startswith("https://")} <= {"www.ilo.org"}


def test_a_committed_email_address_is_on_an_official_host(tmp_path):
    for line in committed_lines(tmp_path):
        assert not line.email or line.email.rpartition("@")[2] in OFFICIAL_HOSTS, line.email


@pytest.mark.parametrize(
    "line_id",
    [
        "un-secretariat-speak-up",
        "un-secretariat-counsellor-new-york",
        "un-missions-conduct",
        "undp-ethics",
        "unrwa-dios",
        "itc-intake",
    ],
)
def test_an_old_or_contradicted_line_shows_its_page_and_holds_no_number(tmp_path, line_id):
    (line,) = [line for line in committed_lines(tmp_path) if line.id == line_id]
    assert (line.show, line.phone, line.email) == ("page_only", "", "")
    assert line.url


def test_the_undp_phone_numbers_are_not_on_file_but_the_address_is(tmp_path):
    (line,) = [line for line in committed_lines(tmp_path) if line.id == "undp-oai"]
    assert (line.phone, line.email) == ("", "reportmisconduct@undp.org")


def test_every_number_on_file_is_one_of_those_read_in_more_than_one_place_or_on_a_current_page(tmp_path):
    phones = {line.phone for line in committed_lines(tmp_path) if line.phone}
    assert phones == {
        "+1 212 963 1111",
        "+1 646 781 4083",
        "+1 917 367 9858",
        "+43 1 2600 26111",
        "+1 800 548 5384",
    }


def test_nothing_that_must_not_be_shown_is_in_a_committed_file():
    folder = os.environ.get("AVENUES_FACTS")
    if not folder:
        pytest.skip("AVENUES_FACTS does not name the folder that holds contacts.yaml")
    records = (Path(folder) / "contacts.yaml").read_text("utf-8").split("\n  - role:")
    hidden = [record for record in records if "use: do-not-show" in record]
    assert len(hidden) > 15
    shown = "\n".join(record for record in records if "use: do-not-show" not in record)
    text = "\n".join(committed().values())
    for record in hidden:
        for field in re.findall(r"^ +(?:phone|email): (.+)$", record, re.MULTILINE):
            for address in re.findall(r"[\w.+-]+@[\w.-]+\w", field):
                assert address.casefold() not in text.casefold()
            for number in re.findall(r"\+?\d[\d ()-]{6,}\d", field):
                assert digits(number) not in digits(text) or digits(number) in digits(shown)
        for source in re.findall(r"source_url: (http\S+)", record):
            assert source not in text or f"source_url: {source}\n" in shown


def digits(text):
    return re.sub(r"[ ()+-]", "", text)


def test_a_sound_file_is_read(corpus):
    contacts = read_contacts(corpus)
    (line,) = contacts.files["undp"].avenues
    assert (line.id, line.entity, line.scope) == ("undp-oai", "undp", ("sexual_harassment",))
    assert not line.confirmed


def test_a_number_is_checked_where_it_was_read_and_a_page_by_its_own_link(tmp_path):
    lines = {line.id: line for line in committed_lines(tmp_path)}
    assert lines["fp-ombudsman"].official_page == "https://fpombudsman.org/faq/"
    assert lines["undp-ethics"].official_page == "https://www.undp.org/accountability/ethics"


BAD_LINES = [
    ('role = "report"', 'role = "boss"', '"role" is "boss"'),
    ('role = "report"', 'role = "emergency"', '"role" is "emergency"'),
    ('["sexual_harassment"]', '["gossip"]', '"scope" holds "gossip"'),
    ('["sexual_harassment"]', '"sexual_harassment"', '"scope" is not a list'),
    ('["sexual_harassment"]', "[]", '"scope" is not a list'),
    ('report = "yes"', 'report = "maybe"', '"telling_is_a_report" is "maybe"'),
    ('show = "number"', 'show = "all"', '"show" is "all"'),
    ('show = "number"', 'show = "page_only"', "page_only"),
    ('show = "number"', "", '"show" is missing'),
    ('role = "report"', "", '"role" is missing'),
    ('"Investigations"', "7", '"name" is not text'),
    ('"Investigations"', '""', '"name" is empty'),
    ('id = "undp-oai"', 'id = "UNDP OAI"', '"id" is "UNDP OAI"'),
    ('show = "number"', 'show = "number"\nfax = "1"', '"fax" is not a known key'),
    ('show = "number"', 'show = "number"\nverified_on = "2026-02-30"\nverified_by = "Desk"', "not a date"),
    ('show = "number"', 'show = "number"\nverified_on = "2026-02"\nverified_by = "Desk"', "not a date"),
    ('show = "number"', 'show = "number"\nverified_on = "2026-02-03"', "go together"),
    ('show = "number"', 'show = "number"\nsource_page_date = "last year"', "not a date"),
    ('show = "number"', 'show = "number"\nsource_page_date = "2018-02-27"', "unconfirmed"),
    ('show = "number"', 'show = "number"\nnote = "Or call 212 555 0199."', "holds a number"),
    (
        'show = "number"',
        'show = "number"\nnote = "Or write to x@example.org."',
        "holds a number or an e-mail",
    ),
    ('"Investigations"', '"Investi\\u202egations"', "direction-changing"),
    ('"Investigations"', '"Investi\\u200bgations"', "invisible"),
    ('"Investigations"', '"Investi\\ngations"', "control"),
    ('"https://example.org/report"\nsource', '"ftp://example.org/report"\nsource', '"url" is "ftp://'),
    ('"https://example.org/report"\nsource', '"javascript:alert(1)"\nsource', '"url" is "javascript'),
    ('"https://example.org/report"\nsource', '"https://who.int@example.org/"\nsource', '"url" is'),
    ('"https://example.org/report"\nsource', '"https://unісef.org/"\nsource', '"url" is'),
    ('"https://example.org/report"\nsource', '"https://xn--unef-zza.org/"\nsource', '"url" is'),
    ('"https://example.org/report"\nsource', '"https://example.org:8080/"\nsource', '"url" is'),
    ('"https://example.org/report"\nsource', '"https://example.org/a b"\nsource', '"url" is'),
    ('"https://example.org/report"\nsource', '"https://[bad"\nsource', '"url" is'),
    ('source_url = "https://example.org/report"', 'source_url = ""', '"source_url" is empty'),
    ('"report@example.org"', '"report at example.org"', '"email" is'),
    ('"report@example.org"', '"a@example.org, b@example.org"', '"email" is'),
    ('"+1 212 555 0100"', '"212 555 0100"', '"phone" is'),
    ('"+1 212 555 0100"', '"+1 212"', '"phone" is'),
    ('"+1 212 555 0100"', '"+1 212 555 0100 or 0101"', '"phone" is'),
]


@pytest.mark.parametrize(("sound", "bad", "said"), BAD_LINES)
def test_a_bad_line_is_named_and_left_out(corpus, sound, bad, said):
    assert UNDP.count(sound) == 1
    write(corpus, "undp", UNDP.replace(sound, bad))
    contacts, found = read_contacts(corpus, strict=False)
    assert any(said in problem for problem in found), found
    assert all(problem.startswith("contacts/undp.toml, avenue ") for problem in found)
    assert contacts.files["undp"].avenues == ()
    with pytest.raises(ContactsError):
        read_contacts(corpus)


def test_a_line_without_any_way_to_reach_it_is_named(corpus):
    write(corpus, "undp", re.sub(r"(?m)^(phone|email|url) = .*\n", "", UNDP))
    assert any("no way to reach" in problem for problem in problems(corpus))


BAD_FILES = [
    ("inherits = []", 'inherits = []\npassing_on = "Call 212 555 0199"', "holds a number"),
    ("inherits = []", f'inherits = []\npassing_on = "{"a" * 301}"', "more than 300 characters"),
    ("inherits = []", 'inherits = []\npassing_on = "Managers\\u202e must"', "direction-changing"),
    ("inherits = []", "inherits = []\npassing_on = true", '"passing_on" is not text'),
    ('id = "undp"\n', 'id = "unops"\n', "not the file's name"),
    ('id = "undp"\n', "", '"id" is missing'),
    ("inherits = []", "", '"inherits" is missing'),
    ("inherits = []", 'inherits = "un-system"', '"inherits" is not a list'),
    ("inherits = []", 'inherits = ["atlantis"]', 'inherits "atlantis", which has no file'),
    ("inherits = []", 'inherits = ["undp"]', "inherits itself"),
    ('"Programme"', '""', '"name" is not text, or empty'),
    ("inherits = []", 'inherits = []\nchoice = "no"', '"choice" is not true or false'),
    ("inherits = []", 'inherits = []\nnote = "Call 212 555 0199"', "holds a number"),
    ("inherits = []", 'inherits = []\nowner = "x"', '"owner" is not a known key'),
    ("inherits = []", "inherits = [", "is not valid TOML"),
    ("[[avenues]]", "[avenues]", '"avenues" is not a list of tables'),
]


@pytest.mark.parametrize(("sound", "bad", "said"), BAD_FILES)
def test_a_bad_file_is_named_and_its_entity_stays_known(corpus, sound, bad, said):
    assert UNDP.count(sound) == 1
    write(corpus, "undp", UNDP.replace(sound, bad))
    contacts, found = read_contacts(corpus, strict=False)
    assert any(said in problem for problem in found), found
    assert contacts.referral("undp", "Words.").text == "Words."


def test_a_file_that_is_not_utf8_is_named(corpus):
    (corpus / "contacts" / "undp.toml").write_bytes(UNDP.replace("Programme", "Prográmme").encode("latin-1"))
    assert problems(corpus) == ["contacts/undp.toml: is not UTF-8. Save it as UTF-8."]


def test_a_cycle_of_inheritance_is_named_and_still_answered(corpus):
    write(corpus, "undp", UNDP.replace("inherits = []", 'inherits = ["unv"]'))
    write(corpus, "unv", 'id = "unv"\nname = "UNV"\nshort_name = "UNV"\ninherits = ["undp"]\n')
    contacts, found = read_contacts(corpus, strict=False)
    assert len([problem for problem in found if "inherits itself" in problem]) == 2
    assert [line.id for line in contacts.referral("unv", "").avenues] == ["undp-oai"]


def test_an_id_used_twice_is_named_with_both_files(corpus):
    write(corpus, "unops", UNDP.replace('id = "undp"', 'id = "unops"'))
    assert problems(corpus) == [
        "contacts/unops.toml, avenue undp-oai: the id is used already in contacts/undp.toml. Give this one another id."
    ]


def test_all_problems_of_all_files_come_in_one_error(corpus):
    write(corpus, "undp", UNDP.replace("+1 212 555 0100", "call us").replace('"yes"', '"perhaps"'))
    write(corpus, "unops", "id = \n")
    write(corpus, "who", 'id = "who"\nname = "WHO"\nshort_name = "WHO"\ninherits = ["atlantis"]\n')
    with pytest.raises(ContactsError) as error:
        read_contacts(corpus)
    assert len(error.value.problems) == 4
    assert all(problem in str(error.value) for problem in error.value.problems)


def test_one_bad_line_does_not_take_the_other_lines_with_it(corpus):
    good = AVENUE.replace("undp-oai", "undp-ethics").replace("+1 212 555 0100", "+1 212 555 0199")
    write(corpus, "undp", UNDP.replace('"yes"', '"perhaps"') + good)
    contacts, found = read_contacts(corpus, strict=False)
    assert len(found) == 1
    assert [line.id for line in contacts.files["undp"].avenues] == ["undp-ethics"]


def test_with_no_contact_file_at_all_the_text_still_stands(tmp_path):
    contacts, found = read_contacts(tmp_path, strict=False)
    assert len(found) == 1
    assert contacts.referral(None, "Fixed words.").text == "Fixed words."
    assert contacts.referral(None, "Fixed words.").avenues == ()
    assert contacts.entities() == ()


EMERGENCY = """
id = "undp"
[[avenues]]
id = "office-ambulance"
role = "emergency"
name = "Ambulance"
scope = ["sexual_harassment"]
telling_is_a_report = ""
phone = "112"
source_url = "https://example.org/emergency"
show = "number"
verified_on = "2026-01-15"
verified_by = "Security desk"
"""
CONFIRMED = """
id = "undp"
[[confirmed]]
id = "undp-oai"
phone = "+1 212 555 0100"
email = "report@example.org"
url = "https://example.org/report"
verified_on = "2026-01-15"
verified_by = "Focal point"
"""


def test_the_overlay_adds_an_emergency_line_for_urgent_text_only(corpus):
    write(corpus, "local/office", EMERGENCY)
    contacts = read_contacts(corpus)
    assert [(line.id, line.phone) for line in contacts.emergency()] == [("office-ambulance", "112")]
    assert [line.id for line in contacts.referral("undp", "").avenues] == ["undp-oai"]


def test_the_overlay_confirms_a_committed_line(corpus):
    write(corpus, "local/office", CONFIRMED)
    (line,) = read_contacts(corpus).referral("undp", "").avenues
    assert line.confirmed
    assert (line.verified_on, line.verified_by) == ("2026-01-15", "Focal point")


def test_a_confirmation_falls_away_when_the_number_on_file_changes(corpus):
    write(corpus, "local/office", CONFIRMED)
    write(corpus, "undp", UNDP.replace("555 0100", "555 0199"))
    assert problems(corpus) == []
    (lapsed,) = read_contact_files(corpus).lapsed
    assert lapsed.startswith("contacts/local/office.toml, confirmed undp-oai: the line has changed since")
    assert not read_contacts(corpus).referral("undp", "").avenues[0].confirmed


def test_the_overlay_replaces_a_line_and_adds_one(corpus):
    replaced = AVENUE.replace("+1 212 555 0100", "555 0199 ext. 12")
    added = AVENUE.replace("undp-oai", "office-clinic").replace('"report"', '"medical"').replace("yes", "no")
    added = added.replace("555 0100", "555 0111").replace("report@", "clinic@")
    write(corpus, "local/office", 'id = "undp"\n' + replaced + added)
    lines = read_contacts(corpus).referral("undp", "").avenues
    assert [(line.id, line.phone) for line in lines] == [
        ("office-clinic", "+1 212 555 0111"),
        ("undp-oai", "555 0199 ext. 12"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id = ", "is not valid TOML"),
        (EMERGENCY.replace('"112"', '"soon"'), '"phone" is "soon"'),
        (EMERGENCY.replace('id = "undp"', 'id = "atlantis"', 1), "names no contact file"),
        (EMERGENCY.replace('id = "undp"', "", 1), '"id" is missing'),
        (CONFIRMED.replace("2026-01-15", "2026-13-15"), "not a date"),
        (CONFIRMED.replace('"2026-01-15"', '""'), "is empty"),
        (CONFIRMED.replace('verified_by = "Focal point"', ""), '"verified_by" is missing'),
        (CONFIRMED.replace('"Focal point"', '"me@example.org"'), "holds a number or an e-mail"),
        (CONFIRMED.replace('"2026-01-15"', "2026-01-15"), "not text"),
    ],
)
def test_a_broken_overlay_is_named_and_the_committed_lines_stay(corpus, text, said):
    write(corpus, "local/office", text)
    contacts, found = read_contacts(corpus, strict=False)
    assert any(said in problem for problem in found), found
    assert all(problem.startswith("contacts/local/office.toml") for problem in found)
    (line,) = contacts.referral("undp", "").avenues
    assert (line.phone, line.confirmed) == ("+1 212 555 0100", False)
    assert contacts.emergency() == ()


def test_who_must_pass_on_what_they_hear_is_read(corpus):
    write(corpus, "undp", UNDP.replace("inherits = []", 'inherits = []\npassing_on = "Managers there must."'))
    assert read_contacts(corpus).files["undp"].passing_on == "Managers there must."


def test_who_must_pass_on_what_they_hear_stays_unsaid_when_it_is_badly_written(corpus):
    write(corpus, "undp", UNDP.replace("inherits = []", 'inherits = []\npassing_on = "Call 212 555 0199"'))
    assert read_contacts(corpus, strict=False)[0].files["undp"].passing_on == ""


def test_a_line_that_an_office_answers_for_needs_no_page(corpus):
    write(corpus, "local/office", re.sub(r"(?m)^source_url = .*\n", "", EMERGENCY))
    (line,) = read_contacts(corpus).emergency()
    assert (line.phone, line.source_url, line.official_page, line.confirmed) == ("112", "", "", True)


@pytest.mark.parametrize("source", ["", 'source_url = ""\n'])
def test_a_local_line_that_nobody_answers_for_needs_a_page(corpus, source):
    bare = re.sub(r"(?m)^(verified_.*|source_url) = .*\n", "", EMERGENCY)
    bare = re.sub(r"(?m)^verified_.*\n", "", bare)
    write(corpus, "local/office", bare.rstrip() + "\n" + source)
    assert any('"source_url" is empty' in problem for problem in problems(corpus)), problems(corpus)
    assert read_contacts(corpus, strict=False)[0].emergency() == ()


def test_a_committed_line_needs_a_page_even_when_it_claims_to_be_confirmed(corpus):
    claimed = 'source_url = ""\nverified_on = "2026-01-15"\nverified_by = "Desk"'
    write(corpus, "undp", UNDP.replace('source_url = "https://example.org/report"', claimed))
    assert any('"source_url" is empty' in problem for problem in problems(corpus))


def test_two_overlay_files_cannot_fight_over_one_line(corpus):
    write(corpus, "local/a", 'id = "undp"\n' + AVENUE.replace("0100", "0111"))
    write(corpus, "local/b", 'id = "undp"\n' + AVENUE.replace("0100", "0122"))
    contacts, found = read_contacts(corpus, strict=False)
    assert [problem.partition(":")[0] for problem in found] == ["contacts/local/b.toml, avenue undp-oai"]
    assert contacts.referral("undp", "").avenues[0].phone == "+1 212 555 0111"


def test_the_shared_files_are_not_offered_as_entities(tmp_path):
    committed_lines(tmp_path)
    assert not SHARED & {entity.id for entity in read_contacts(tmp_path).entities()}
