"""The office's overlay: what it corrects, confirms and withdraws, and what becomes of that when lines change."""

import pytest

from assistant.referral import read_contacts
from ingest.contacts import read_contact_files

LINE = """
[[avenues]]
id = "{id}"
role = "report"
name = "Investigations"
scope = ["sexual_harassment"]
telling_is_a_report = "yes"
phone = "{phone}"
url = "https://example.org/{id}"
source_url = "https://example.org/source"
show = "number"
"""
SIGNED = 'verified_on = "2026-01-15"\nverified_by = "Focal office"\n'
CORRECTION = LINE.format(id="oai", phone="+1 212 555 0199") + SIGNED
CORRECTS = 'corrects = { phone = "+1 212 555 0100", email = "", url = "https://example.org/oai" }\n'
CONFIRMED = (
    '[[confirmed]]\nid = "oai"\nphone = "+1 212 555 0100"\nurl = "https://example.org/oai"\n'
    'telling_is_a_report = "yes"\n' + SIGNED
)
WITHDRAWN = (
    '[[withdrawn]]\nid = "oai"\nphone = "+1 212 555 0100"\nwithdrawn_on = "2026-01-15"\n'
    'withdrawn_by = "Focal office"\nreason = "Nobody answers."\n'
)


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "contacts" / "local").mkdir(parents=True)
    ship(tmp_path, "undp", LINE.format(id="oai", phone="+1 212 555 0100"))
    ship(tmp_path, "unv", "", inherits="undp")
    return tmp_path


def ship(corpus, name, lines, inherits=""):
    parents = f'["{inherits}"]' if inherits else "[]"
    head = f'id = "{name}"\nname = "{name.upper()}"\nshort_name = "{name.upper()}"\ninherits = {parents}\n'
    (corpus / "contacts" / f"{name}.toml").write_text(head + lines, encoding="utf-8")


def office(corpus, text, name="office", entity="undp"):
    (corpus / "contacts" / "local" / f"{name}.toml").write_text(f'id = "{entity}"\n{text}', encoding="utf-8")


def shown(corpus, entity="undp"):
    return [(line.id, line.phone, line.confirmed) for line in read_contacts(corpus).referral(entity, "").avenues]


def lapsed(corpus):
    reading = read_contact_files(corpus)
    assert reading.problems == []
    return reading.lapsed


@pytest.mark.parametrize("text", [CORRECTION, CORRECTION + CORRECTS, CONFIRMED, WITHDRAWN])
def test_nothing_has_lapsed_while_the_shipped_line_is_the_same(corpus, text):
    office(corpus, text)
    assert lapsed(corpus) == []


def test_a_withdrawn_line_is_shown_to_nobody_and_kept_with_its_reason(corpus):
    office(corpus, WITHDRAWN)
    assert shown(corpus) == shown(corpus, "unv") == []
    gone = read_contact_files(corpus).withdrawn["oai"]
    assert (gone.avenue.phone, gone.on, gone.by, gone.reason) == (
        "+1 212 555 0100",
        "2026-01-15",
        "Focal office",
        "Nobody answers.",
    )


def test_a_withdrawn_line_stays_hidden_when_it_changes_and_that_is_said(corpus):
    office(corpus, WITHDRAWN)
    ship(corpus, "undp", LINE.format(id="oai", phone="+1 212 555 0111"))
    (said,) = lapsed(corpus)
    assert said.startswith("contacts/local/office.toml, withdrawn oai: the line has changed since and stays hidden.")
    assert shown(corpus) == []


def test_a_withdrawal_of_a_line_that_is_gone_only_lapses(corpus):
    office(corpus, WITHDRAWN)
    ship(corpus, "undp", "")
    (said,) = lapsed(corpus)
    assert "no such line is on file any more" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('reason = "Nobody answers."\n', "", '"reason" is missing'),
        ('reason = "Nobody answers."', 'reason = ""', '"reason" is empty'),
        ('withdrawn_on = "2026-01-15"', 'withdrawn_on = "soon"', "not a date"),
        ("Nobody answers.", "Call 212 555 0199", "holds a number"),
        ("Nobody answers.", "Nobody\\u202e answers.", "direction-changing"),
        ('withdrawn_by = "Focal office"', "withdrawn_by = 7", "not text"),
    ],
)
def test_a_badly_written_withdrawal_is_named_and_still_hides_the_line(corpus, old, new, said):
    assert old in WITHDRAWN
    office(corpus, WITHDRAWN.replace(old, new))
    contacts, problems = read_contacts(corpus, strict=False)
    assert any(said in problem for problem in problems), problems
    assert contacts.referral("undp", "").avenues == ()


def test_an_offices_own_line_can_be_withdrawn_and_so_can_an_emergency_line(corpus):
    own = LINE.format(id="ours", phone="+1 212 555 0122")
    siren = LINE.format(id="siren", phone="112").replace('"report"', '"emergency"')
    away = "".join(WITHDRAWN.replace('"oai"', f'"{name}"').replace(
        'phone = "+1 212 555 0100"\n', "") for name in ("ours", "siren"))  # fmt: skip
    office(corpus, own + siren)
    assert len(shown(corpus)) == 2 and len(read_contacts(corpus).emergency()) == 1
    office(corpus, own + siren + away)
    assert [name for name, *_ in shown(corpus)] == ["oai"]
    assert read_contacts(corpus).emergency() == ()


def test_a_confirmation_of_a_line_that_is_gone_lapses_and_the_contacts_are_whole(corpus):
    office(corpus, CONFIRMED)
    ship(corpus, "undp", LINE.format(id="other", phone="+1 212 555 0100"))
    (said,) = lapsed(corpus)
    assert said.startswith("contacts/local/office.toml, confirmed oai: no such line is on file any more.")
    assert shown(corpus) == [("other", "+1 212 555 0100", False)]


def test_a_confirmation_lapses_when_what_telling_means_has_changed(corpus):
    office(corpus, CONFIRMED)
    assert shown(corpus)[0][2]
    ship(corpus, "undp", LINE.format(id="oai", phone="+1 212 555 0100").replace('"yes"', '"no"'))
    (said,) = lapsed(corpus)
    assert "the line has changed since" in said
    assert not shown(corpus)[0][2]


def test_a_confirmation_follows_a_line_to_another_file(corpus):
    office(corpus, CONFIRMED)
    ship(corpus, "undp", "")
    ship(corpus, "unv", LINE.format(id="oai", phone="+1 212 555 0100"))
    assert lapsed(corpus) == []
    assert shown(corpus, "unv") == [("oai", "+1 212 555 0100", True)]


def test_a_correction_outlives_an_upgrade_and_what_changed_is_said(corpus):
    office(corpus, CORRECTION + CORRECTS)
    ship(corpus, "undp", LINE.format(id="oai", phone="+1 212 555 0133"))
    (said,) = lapsed(corpus)
    assert 'it now has phone "+1 212 555 0133". Yours is still shown.' in said
    assert shown(corpus) == [("oai", "+1 212 555 0199", True)]


def test_a_correction_stays_shown_when_its_line_is_gone_and_that_is_said(corpus):
    office(corpus, CORRECTION + CORRECTS)
    ship(corpus, "undp", LINE.format(id="new", phone="+1 212 555 0144"))
    (said,) = lapsed(corpus)
    assert "does not come with Avenues any more. Yours is still shown." in said
    assert ("oai", "+1 212 555 0199", True) in shown(corpus)


def test_a_correction_follows_its_line_to_another_file(corpus):
    office(corpus, CORRECTION + CORRECTS)
    ship(corpus, "undp", "")
    ship(corpus, "unv", LINE.format(id="oai", phone="+1 212 555 0100"))
    assert lapsed(corpus) == []
    assert shown(corpus, "unv") == [("oai", "+1 212 555 0199", True)]


@pytest.mark.parametrize("bad", ['corrects = "oai"', "corrects = { phone = 7, email = '', url = '' }", "corrects = {}"])
def test_a_badly_written_correction_is_named_and_the_shipped_line_stays_unconfirmed(corpus, bad):
    office(corpus, CORRECTION + bad)
    contacts, problems = read_contacts(corpus, strict=False)
    assert any('"corrects" is not' in problem for problem in problems)
    assert [line.confirmed for line in contacts.referral("undp", "").avenues] == [False]


def test_an_emergency_line_cannot_take_the_id_of_a_shipped_line(corpus):
    office(corpus, LINE.format(id="oai", phone="112").replace('"report"', '"emergency"'))
    contacts, problems = read_contacts(corpus, strict=False)
    assert ["the id is used already in contacts/undp.toml" in problem for problem in problems] == [True]
    assert contacts.emergency() == ()


def test_a_file_of_the_overlay_that_cannot_be_parsed_leaves_the_others_in_use(corpus):
    office(corpus, CONFIRMED, name="good")
    office(corpus, "[[confirmed\n", name="bad")
    contacts, problems = read_contacts(corpus, strict=False)
    assert [problem.partition(": ")[0] for problem in problems] == ["contacts/local/bad.toml"]
    assert contacts.referral("undp", "").avenues[0].confirmed


def test_an_overlay_that_cannot_be_looked_into_is_said(corpus):
    (corpus / "contacts" / "local").rmdir()
    (corpus / "contacts" / "local").write_text("", encoding="utf-8")
    _, problems = read_contacts(corpus, strict=False)
    assert len(problems) == 1 and problems[0].startswith("contacts/local: cannot be opened")


def test_what_an_editor_leaves_beside_a_file_is_not_read(corpus):
    office(corpus, "broken [", name=".office.toml.swp")
    office(corpus, "broken [", name="._office")
    assert read_contact_files(corpus).problems == []
