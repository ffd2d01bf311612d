"""Changes of the overlay: whole or not at all, comments kept, shipped files never touched."""

import os
import stat

import pytest

from ingest import overlay_writing
from ingest.contacts import read_contact_files
from ingest.overlay_writing import Change, OverlayError, overlay_entries, write_change

SHIPPED = """id = "undp"
name = "Programme"
short_name = "UNDP"
inherits = []

[[avenues]]
id = "oai"
role = "report"
name = "Investigations"
scope = ["sexual_harassment"]
telling_is_a_report = "yes"
phone = "+1 212 555 0100"
source_url = "https://example.org/source"
show = "number"
"""
LINE = {
    "id": "ours",
    "role": "security",
    "name": "Security desk",
    "scope": ["sexual_harassment"],
    "telling_is_a_report": "",
    "phone": "555 01",
    "show": "number",
    "verified_on": "2026-01-15",
    "verified_by": "Security desk",
}
CONFIRMED = {"id": "oai", "phone": "+1 212 555 0100", "verified_on": "2026-01-15", "verified_by": "Focal office"}
BY_HAND = """# Kept by the focal office.
id = "undp"  # this is us

# The desk on the ground floor.
[[avenues]]
id = "ours"  # never change this
role = "security"
name = "Desk"  # old name
scope = ["sexual_harassment"]
telling_is_a_report = ""
phone = "555 99"
show = "number"
verified_on = "2025-01-15"
verified_by = "Security desk"

[[confirmed]]
# seen on the page
id = "oai"
phone = "+1 212 555 0100"
verified_on = "2025-01-15"
verified_by = "Focal office"

# The clinic moved in May.
[[avenues]]
id = "clinic"
role = "medical"
name = "Clinic"
scope = ["sexual_harassment"]
telling_is_a_report = ""
phone = "555 02"
show = "number"
verified_on = "2025-01-15"
verified_by = "Clinic"
"""
COMMENTS = [line.partition("#")[2] for line in BY_HAND.splitlines() if "#" in line]


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "contacts").mkdir()
    (tmp_path / "contacts" / "undp.toml").write_text(SHIPPED, encoding="utf-8")
    return tmp_path


@pytest.fixture
def by_hand(corpus):
    """A file that somebody keeps by hand, under a name of their own."""
    (corpus / "contacts" / "local").mkdir()
    path = corpus / "contacts" / "local" / "Our office.toml"
    path.write_text(BY_HAND, encoding="utf-8")
    return path


def put(kind, entry):
    return Change(entry["id"], "undp", put={kind: entry})


def always(_):
    return True


def never(_):
    return False


def lines(corpus):
    return read_contact_files(corpus).lines()


def test_the_folder_and_the_file_are_made_when_they_are_needed_and_only_their_owner_may_look(corpus):
    path = write_change(corpus, put("avenues", LINE), always)
    assert path == corpus / "contacts" / "local" / "undp.toml"
    assert lines(corpus)["ours"].phone == "555 01"
    if os.name == "posix":
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_the_shipped_file_is_never_written(corpus):
    write_change(corpus, put("confirmed", CONFIRMED), always)
    write_change(corpus, put("avenues", {**LINE, "id": "oai"}), always)
    assert (corpus / "contacts" / "undp.toml").read_text("utf-8") == SHIPPED
    assert lines(corpus)["oai"].phone == "555 01"


def test_nothing_is_left_beside_the_file(corpus):
    path = write_change(corpus, put("avenues", LINE), always)
    assert list(path.parent.iterdir()) == [path]


def test_a_file_kept_by_hand_keeps_its_comments_its_name_and_its_rights(corpus, by_hand):
    by_hand.chmod(0o640)
    assert write_change(corpus, put("avenues", LINE), always) == by_hand
    text = by_hand.read_text("utf-8")
    assert len(COMMENTS) == 7
    assert [comment for comment in COMMENTS if comment not in text] == []
    assert lines(corpus)["ours"].name == "Security desk"
    assert lines(corpus)["clinic"].phone == "555 02"
    assert stat.S_IMODE(by_hand.stat().st_mode) == 0o640


def test_a_new_entry_goes_into_the_file_of_its_entity_whatever_that_is_called(corpus, by_hand):
    assert write_change(corpus, put("avenues", {**LINE, "id": "new", "phone": "555 03"}), always) == by_hand
    assert set(lines(corpus)) == {"oai", "ours", "clinic", "new"}


def test_an_entry_is_taken_out_and_the_rest_stays(corpus, by_hand):
    write_change(corpus, Change("oai", "undp", ("confirmed",)), always)
    assert not lines(corpus)["oai"].confirmed
    assert set(lines(corpus)) == {"oai", "ours", "clinic"}
    assert overlay_entries(corpus, "oai") == {}


def test_what_two_files_say_of_one_line_is_put_in_order_at_once(corpus, by_hand):
    other = by_hand.with_name("a.toml")
    other.write_text('id = "undp"\n[[withdrawn]]\nid = "ours"\nwithdrawn_on = "2026-01-01"\n'
                     'withdrawn_by = "X"\nreason = "Y"\n', encoding="utf-8")  # fmt: skip
    assert "ours" not in lines(corpus)
    write_change(corpus, Change("ours", "undp", ("withdrawn",), {"avenues": LINE}), always)
    assert lines(corpus)["ours"].phone == "555 01"
    assert "withdrawn" not in other.read_text("utf-8")


@pytest.mark.parametrize("bad", [{"phone": "call me"}, {"name": "Desk\u202e"}, {"role": "boss"}, {"verified_by": ""}])
@pytest.mark.parametrize("there", [True, False])
def test_a_change_with_a_problem_is_undone_and_the_reason_said(corpus, by_hand, bad, there):
    if not there:
        by_hand.unlink()
    with pytest.raises(OverlayError) as refused:
        write_change(corpus, put("avenues", {**LINE, **bad}), always)
    assert refused.value.problems[0].startswith("contacts/local/")
    assert refused.value.problems[-1] == "Nothing was changed."
    left = [path.read_text("utf-8") for path in by_hand.parent.iterdir()]
    assert left == ([BY_HAND] if there else [])


def test_a_change_that_does_not_come_out_as_meant_is_undone(corpus, by_hand):
    with pytest.raises(OverlayError, match="did not come out as meant"):
        write_change(corpus, put("avenues", LINE), never)
    assert by_hand.read_text("utf-8") == BY_HAND


@pytest.mark.parametrize("name", ["Our office.toml", "another.toml"])
@pytest.mark.parametrize("content", [b"[[confirmed\n", b'id = "\xe9"\n'])
def test_with_a_file_that_cannot_be_read_nothing_is_written(corpus, by_hand, name, content):
    broken = by_hand.with_name(name)
    broken.write_bytes(content)
    before = {path.name: path.read_bytes() for path in by_hand.parent.iterdir()}
    with pytest.raises(OverlayError) as refused:
        write_change(corpus, put("avenues", LINE), always)
    assert refused.value.problems[0].startswith(f"contacts/local/{name}: is not ")
    assert {path.name: path.read_bytes() for path in by_hand.parent.iterdir()} == before


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file(corpus, by_hand, monkeypatch, step):
    def fails(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(overlay_writing.os, step, fails)
    with pytest.raises(OverlayError, match="No space left on device"):
        write_change(corpus, put("avenues", LINE), always)
    assert by_hand.read_text("utf-8") == BY_HAND
    assert list(by_hand.parent.iterdir()) == [by_hand]


def test_a_write_that_is_cut_off_leaves_the_old_file_whole(corpus, by_hand, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(overlay_writing.os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        write_change(corpus, put("avenues", LINE), always)
    assert by_hand.read_text("utf-8") == BY_HAND
    assert read_contact_files(corpus).problems == []


def test_when_the_second_of_two_files_cannot_be_written_the_first_is_put_back(corpus, by_hand, monkeypatch):
    other = by_hand.with_name("a.toml")
    second = BY_HAND.replace('"ours"', '"other"').replace('"clinic"', '"clinic-2"')
    other.write_text(second, encoding="utf-8")
    real, calls = os.replace, []

    def fails_once(*paths):
        calls.append(paths)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(*paths)

    monkeypatch.setattr(overlay_writing.os, "replace", fails_once)
    with pytest.raises(OverlayError):
        write_change(corpus, Change("oai", "undp", ("confirmed",), {"withdrawn": {
            "id": "oai", "withdrawn_on": "2026-01-01", "withdrawn_by": "X", "reason": "Y"}}), always)  # fmt: skip
    assert len(calls) > 2
    assert (by_hand.read_text("utf-8"), other.read_text("utf-8")) == (BY_HAND, second)


def test_a_link_in_the_overlay_to_a_shipped_file_does_not_lead_to_it(corpus):
    (corpus / "contacts" / "local").mkdir()
    path = corpus / "contacts" / "local" / "undp.toml"
    path.symlink_to(corpus / "contacts" / "undp.toml")
    with pytest.raises(OverlayError):
        write_change(corpus, put("avenues", {**LINE, "phone": "call me"}), always)
    assert (corpus / "contacts" / "undp.toml").read_text("utf-8") == SHIPPED


@pytest.mark.parametrize("value", ['a "quoted" name', "back\\slash", "'", '"""', "é – ’ “x”", "#no comment"])
def test_every_text_comes_back_as_it_was_given(corpus, value):
    write_change(corpus, put("avenues", {**LINE, "note": value}), always)
    assert lines(corpus)["ours"].note == value


def test_lists_written_on_one_line_can_be_changed_too(corpus):
    (corpus / "contacts" / "local").mkdir()
    path = corpus / "contacts" / "local" / "undp.toml"
    path.write_text(
        'id = "undp"\nconfirmed = [{ id = "oai", phone = "+1 212 555 0100", verified_on = "2025-01-01", '
        'verified_by = "X" }]\n', encoding="utf-8",
    )  # fmt: skip
    write_change(corpus, put("confirmed", CONFIRMED), always)
    assert lines(corpus)["oai"].verified_on == "2026-01-15"
    write_change(corpus, Change("oai", "undp", ("confirmed",)), always)
    assert not lines(corpus)["oai"].confirmed


def test_a_byte_order_mark_is_read_and_kept(corpus, by_hand):
    by_hand.write_bytes(b"\xef\xbb\xbf" + by_hand.read_bytes())
    write_change(corpus, Change("ours", "undp", ("avenues",)), lambda reading: "ours" not in reading.lines())
    assert by_hand.read_bytes().startswith(b"\xef\xbb\xbf#")
    assert read_contact_files(corpus).problems == []


def test_a_shipped_file_with_a_byte_order_mark_is_read(corpus):
    path = corpus / "contacts" / "undp.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    reading = read_contact_files(corpus)
    assert (reading.problems, "oai" in reading.lines()) == ([], True)


def test_a_number_without_end_is_a_problem_and_stops_nothing(corpus, by_hand):
    by_hand.write_text(f'id = "undp"\nmany = {"1" * 5000}\n', encoding="utf-8")
    (problem,) = read_contact_files(corpus).problems
    assert problem.endswith("holds a number that is too long. Put it between quotation marks, or shorten it.")
    with pytest.raises(OverlayError):
        write_change(corpus, Change("oai", "undp", put={"confirmed": CONFIRMED}), lambda reading: True)


def test_the_lock_leaves_the_folder_to_its_owner(corpus):
    with overlay_writing.changing(corpus):
        pass
    folder = corpus / "contacts" / "local"
    assert os.name == "nt" or stat.S_IMODE(folder.stat().st_mode) == 0o700
