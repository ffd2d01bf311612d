"""The sheet to print: one page for every entity, with every way to reach somebody on it."""

from __future__ import annotations

import io
import shutil
from datetime import date

import pypdf
import pytest

from assistant import __main__ as command
from assistant.contacts_on_file import UsageError, on_file
from assistant.sheet import sheet_pdf, sheet_text
from assistant.wording import languages, wording
from ingest.overlay_writing import Change, write_change
from ingest.typesetting import unprintable
from tests.small_corpus import ROOT

DAY = date(2026, 11, 25)
ENTITIES = ["un-system", *(path.stem for path in sorted((ROOT / "corpus" / "contacts").glob("*.toml")))]
LANGUAGES = languages(ROOT / "corpus")
LATIN = [one for one in LANGUAGES if not unprintable("".join(wording(one, ROOT / "corpus").texts.values()))]
PRINTED = [(entity, language) for entity in ENTITIES for language in LATIN]
PRINTED += [("un-system", "ru"), ("undp", "ru")]
EACH_ENTITY_ONCE = [PRINTED[n * len(LATIN) + n % len(LATIN)] for n in range(len(ENTITIES))]  # the languages by turns


def copied(folder):
    for name in ("contacts", "wording", "triage"):
        shutil.copytree(ROOT / "corpus" / name, folder / name, ignore=shutil.ignore_patterns("local"))
    return folder


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """The contacts as they are shipped; never write to them."""
    return on_file(copied(tmp_path_factory.mktemp("shipped")))


@pytest.fixture
def corpus(tmp_path):
    return copied(tmp_path / "corpus")


def add(corpus, line_id, entity="undp", **changes):
    """Write a line of the office's own, as `contacts add` does."""
    line = {
        "id": line_id,
        "role": "medical",
        "name": f"Office {line_id}",
        "scope": ["sexual_harassment"],
        "telling_is_a_report": "",
        "phone": "+1 212 555 0100",
        "show": "number",
        "verified_on": "2026-11-01",
        "verified_by": "Focal office",
    } | changes
    write_change(corpus, Change(line_id, entity, put={"avenues": line}), lambda _: True)


def pages(pdf):
    return pypdf.PdfReader(io.BytesIO(pdf)).pages


def words_of(pdf):
    """The text of the one page, without white space: a line may end anywhere."""
    (page,) = pages(pdf)
    return squeezed(page.extract_text())


def squeezed(text):
    return "".join(text.split())


def everyone(shown):
    return (*shown.emergency, *shown.referral.avenues, *shown.for_communities)


def sheet(corpus, entity="undp", language="en"):
    here = on_file(corpus)
    return sheet_pdf(here.shown(entity, language), here.words(language), DAY)


@pytest.mark.parametrize(
    ("entity", "language"),
    [pytest.param(*one, marks=[pytest.mark.long] * (one not in [*EACH_ENTITY_ONCE, *PRINTED[-2:]])) for one in PRINTED],
)
def test_every_sheet_is_one_page_with_every_way_to_reach_every_office(shipped, entity, language):
    words, shown = shipped.words(language), shipped.shown(entity, language)
    text = words_of(sheet_pdf(shown, words, DAY))
    for line in everyone(shown):
        for part in (line.name, line.phone, line.email, line.url):
            assert squeezed(part) in text, (line.id, part)
        if not line.confirmed:
            assert squeezed(words["label.check_official_page"]) in text
    for part in (shown.name, shown.referral.text, shown.referral.passing_on, shown.referral.entity_note):
        assert squeezed(part) in text
    assert text.count(squeezed(words["label.telling_is_a_report"])) == sum(
        line.telling_is_a_report == "yes" for line in everyone(shown)
    )
    assert squeezed(words["sheet.emergency_none"]) in text
    assert squeezed(words.filled("sheet.printed", date="2026-11-25")) in text


def test_ids_are_not_printed(shipped):
    shown = shipped.shown("undp", "en")
    text = words_of(sheet_pdf(shown, shipped.words("en"), DAY))
    assert not [line.id for line in everyone(shown) if line.id in text]


def test_the_order_is_emergency_then_confidence_then_reports_then_communities(corpus):
    add(corpus, "siren", "un-system", role="emergency", name="Police", phone="112")
    add(corpus, "outside", scope=["exploitation_and_abuse"], name="For residents", phone="555 77")
    text = words_of(sheet(corpus))
    marks = ["Police:112", "Thosewhokeep", "UNDPsaysthat", "+16467814083", "reportmisconduct@undp.org"]
    marks += [squeezed(wording("en", corpus)["notice.for_communities"]), "Forresidents", "Printedon"]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)
    assert squeezed(wording("en", corpus)["sheet.emergency_none"]) not in text


def test_each_line_says_whether_it_was_confirmed(corpus):
    add(corpus, "clinic", name="Clinic", phone="555 01")
    text = words_of(sheet(corpus))
    place = text.index("Clinic")
    assert "ConfirmedbyFocalofficeon2026-11-01" in text[place : place + 80]
    assert text.count("Confirmedby") == 1
    assert "Pleasecheckontheofficialpage" in text


def test_where_nothing_is_on_file_the_sheet_says_so(shipped):
    text = words_of(sheet_pdf(shipped.shown("world-bank", "en"), shipped.words("en"), DAY))
    assert squeezed(shipped.words("en")["referral.text_none"]) in text
    assert "Nothingisonfilehere" in text


def test_the_same_contacts_words_and_day_give_the_same_bytes(corpus, monkeypatch):
    first = sheet(corpus)
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert sheet(corpus) == first
    here = on_file(corpus)
    assert sheet_pdf(here.shown("undp", "en"), here.words("en"), date(2026, 11, 26)) != first


def test_the_metadata_does_not_say_what_the_sheet_is_about(shipped):
    about = pypdf.PdfReader(io.BytesIO(sheet_pdf(shipped.shown("undp", "en"), shipped.words("en"), DAY))).metadata
    assert (about.title, about.author) == ("Contacts", "Avenues")
    assert "harass" not in str(about).lower() and "UNDP" not in str(about)


def test_a_crowded_sheet_loses_notes_before_anything_else_and_says_so(corpus):
    said = {"telling_is_a_report": "no", "who_may_use": "Everybody here.", "note": f"A long note. {'Words. ' * 38}x"}
    for number in range(5):
        add(corpus, f"more-{number}", name=f"Office number {number}", phone=f"555 0{number:02}", **said)
    text = words_of(sheet(corpus))
    for number in range(5):
        assert f"Officenumber{number}" in text and f"5550{number:02}" in text
    assert text.count("Tellingthemisnotareport") == 5 + 1 + 1  # with the ombudsman and the fixed words
    assert "Alongnote" not in text and "Doesnotinvestigate" not in text
    assert "Everybodyhere." in text
    assert squeezed(wording("en", corpus)["sheet.trimmed"]) in text


def test_a_full_sheet_joins_lines_and_still_says_all_that_matters(corpus):
    for number in range(14):
        add(
            corpus,
            f"more-{number}",
            name=f"Office number {number}",
            phone=f"555 0{number:02}",
            telling_is_a_report="no",
        )
    text = words_of(sheet(corpus))
    for number in range(14):
        joined = f"Officenumber{number}Tellingthemisnotareport·5550{number:02}·ConfirmedbyFocalofficeon2026-11-01"
        assert joined in text


def test_no_type_is_smaller_than_eight_points(corpus):
    for number in range(14):
        add(corpus, f"more-{number}", name=f"Office number {number}", phone=f"555 0{number:02}")
    sizes = set()
    pages(sheet(corpus))[0].extract_text(visitor_text=lambda text, cm, tm, font, size: sizes.add(size))
    assert min(size for size in sizes if size) >= 8


def test_more_lines_than_fit_on_a_page_are_refused_and_none_is_left_out(corpus):
    add(corpus, "more-x", name="Office number X", phone="555 0100")
    (local,) = (corpus / "contacts" / "local").glob("*.toml")
    head, mark, line = local.read_text(encoding="utf-8").partition("[[avenues]]")  # as the command writes one
    lines = (line.replace("more-x", f"more-{n}").replace("555 0100", f"555 01{n:02}") for n in range(45))
    local.write_text(head + "\n".join(mark + one for one in lines), encoding="utf-8")
    with pytest.raises(UsageError, match=r"too many lines for one page\. Use --text"):
        sheet(corpus)
    here = on_file(corpus)
    text = sheet_text(here.shown("undp", "en"), here.words("en"), DAY)
    assert all(f"555 01{n:02}" in text for n in range(45))


def test_a_name_that_the_pdf_cannot_print_is_refused_and_not_printed_wrong(corpus):
    add(corpus, "clinic", name="Клиника", phone="103")
    with pytest.raises(UsageError, match="has no letters for К л и н к а"):
        sheet(corpus)
    here = on_file(corpus)
    assert "Клиника" in sheet_text(here.shown("undp", "en"), here.words("en"), DAY)


def test_markup_in_a_name_is_printed_as_it_stands(corpus):
    add(corpus, "clinic", name='<b>Clinic</b> & <font size="99">more</font>', phone="555 01")
    assert '<b>Clinic</b>&<fontsize="99">more</font>' in words_of(sheet(corpus))


def test_the_text_of_a_sheet_holds_every_line_and_note(shipped):
    shown = shipped.shown("undp", "en")
    text = squeezed(sheet_text(shown, shipped.words("en"), DAY))
    for line in everyone(shown):
        for part in (line.name, line.phone, line.email, line.url, line.note, line.confidential, line.who_may_use):
            assert squeezed(part) in text


@pytest.fixture
def run(corpus, monkeypatch, capsys, tmp_path):
    """Run `contacts sheet` in an empty folder: run(*words) → (code, output, errors)."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def runs(*words):
        monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True))
        monkeypatch.setattr("sys.stderr", io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True))
        monkeypatch.setattr("sys.argv", ["-", "contacts", "sheet", *map(str, words), "--corpus", str(corpus)])
        import sys

        code = command.main()
        return code, *(stream.buffer.getvalue().decode() for stream in (sys.stdout, sys.stderr))

    runs.folder = tmp_path / "here"
    return runs


def test_a_sheet_is_written_beside_where_one_stands_and_never_over_another(run):
    code, out, _ = run("undp")
    path = run.folder / "contacts-undp.pdf"
    assert (code, out.strip()) == (0, "Wrote contacts-undp.pdf.")
    assert len(pages(path.read_bytes())) == 1
    path.write_bytes(b"mine")
    code, _, err = run("undp")
    assert (code, "is there already" in err, path.read_bytes()) == (2, True, b"mine")
    assert run("undp", "--force")[0] == 0
    assert path.read_bytes() != b"mine"
    assert [file.name for file in run.folder.iterdir()] == ["contacts-undp.pdf"]


def test_all_sheets_go_into_one_folder_or_none_does(run):
    code, _, _ = run("all", "--out", run.folder / "sheets")
    names = {path.stem.removeprefix("contacts-") for path in (run.folder / "sheets").iterdir()}
    shared = {"un-funds-and-programmes"}
    assert (code, names) == (0, set(ENTITIES) - shared)
    for path in (run.folder / "sheets").iterdir():
        path.unlink()
    (run.folder / "sheets" / "contacts-who.pdf").write_bytes(b"mine")
    assert run("all", "--out", run.folder / "sheets")[0] == 2
    assert [path.name for path in (run.folder / "sheets").iterdir()] == ["contacts-who.pdf"]


def test_one_sheet_can_go_into_a_folder_that_is_there(run):
    assert run("undp", "--out", run.folder)[0] == 0
    assert (run.folder / "contacts-undp.pdf").is_file()


def test_plain_text_writes_no_file(run, corpus):
    code, out, _ = run("undp", "--text", "--today", "2026-11-25")
    assert code == 0
    assert "+1 646 781 4083" in out and "Printed on 2026-11-25." in out
    assert list(run.folder.iterdir()) == []


def test_words_that_nobody_reviewed_are_said_to_be_so(run):
    assert "Nobody has reviewed" in run("undp", "--language", "fr")[2]
    assert run("undp", "--force")[2] == ""


def test_while_a_contact_file_has_a_problem_no_sheet_is_made(run, corpus):
    path = corpus / "contacts" / "undp.toml"
    path.write_text(path.read_text("utf-8").replace('role = "report"', 'role = "boss"', 1), encoding="utf-8")
    code, _, err = run("undp")
    assert (code, '"role" is "boss"' in err, list(run.folder.iterdir())) == (2, True, [])


def test_a_place_that_cannot_be_written_to_is_named(run):
    (run.folder / "file").write_bytes(b"mine")
    code, _, err = run("undp", "--out", run.folder / "file" / "sheet.pdf")
    assert code == 1
    assert err.startswith(str(run.folder / "file")) and "Traceback" not in err and "Errno" not in err


def test_a_day_that_is_none_is_refused(run):
    assert run("undp", "--today", "soon")[0] == 2


def test_the_sheet_of_an_entity_carries_its_own_emergency_line_first(corpus):
    add(corpus, "a-siren", "un-system", role="emergency", name="Police", phone="112")
    add(corpus, "b-duty", "undp", role="emergency", name="Duty officer", phone="555 09")
    shown = on_file(corpus).shown("undp", "en")
    assert [line.name for line in shown.emergency] == ["Duty officer", "Police"]
