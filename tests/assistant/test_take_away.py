"""The page to take along: all that a person needs on one page, whole, and nothing that tells of them."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pypdf
import pypdfium2
import pytest

from assistant.contacts_on_file import on_file
from assistant.options import Option, SideBySide
from assistant.quotes import Basis, Quote, Span
from assistant.take_away import FILE_NAME, NotPrintableError, can_be_set, take_away
from assistant.wording import languages, wording
from ingest.arabic import joined, lines
from tests.assistant.test_sheet import copied, pages, squeezed, words_of
from tests.small_corpus import ROOT

SHORT = "You may speak to the ombudsman in confidence."


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    return on_file(copied(tmp_path_factory.mktemp("shipped")))


@pytest.fixture(scope="module")
def words(shipped):
    return shipped.words("en")


def quote(text, **changes):
    made = Quote(
        text=text, spans=(Span(1, "1", 0, len(text)),), document="policy", title="A policy", issuer="An office",
        symbol="X/1", applies_to="", document_status="in_force", official=True, file="policy.pdf", sha256="0" * 64,
        page=3, page_label="iii", paragraph="2.4 (b)", url="https://example.org/policy", recognised=False, score=0.5,
    )  # fmt: skip
    return replace(made, **changes)


GUIDE = {"official": False, "document_status": "guide", "symbol": "", "title": "A guide"}
OPTIONS = SideBySide(
    (quote(SHORT), quote("Anyone may report.", rests_on=(Basis("X/1", ""),), **GUIDE)),
    (
        Option("talk", "Talk in confidence", "It is your choice.", (0,)),
        Option("report", "Report formally", "You can get advice first.", (1,)),
        Option("nothing", "Nothing for now", "You can take time.", (), "This is not in these documents."),
    ),
)
NONE = SideBySide((), ())


def one(text, **changes):
    """One option with one quote."""
    return SideBySide((quote(text, **changes),), (Option("talk", "Ask", "You can.", (0,)),))


def shown_with(shipped, lines, **more):
    """UNDP's contacts with other lines in their place, whatever the files would refuse."""
    shown = shipped.shown("undp", "en")
    return replace(shown, referral=replace(shown.referral, avenues=tuple(lines)), **more)


def a_line(shipped, **changes):
    return replace(shipped.shown("undp", "en").referral.avenues[0], **changes)


def letters(pdf):
    """Every letter of a PDF with the place of its right and left edge in points, and the width of the page."""
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        text, width = page.get_textpage(), page.get_width()
        for number in range(text.count_chars()):
            left, _, right, _ = text.get_charbox(number)
            yield left, right, width


@pytest.mark.parametrize("entity", ["un-system", "undp", "unhcr", "world-bank"])
def test_one_page_holds_the_people_the_options_and_what_to_do_in_danger(shipped, words, entity):
    shown = shipped.shown(entity, "en")
    text = words_of(take_away(shown, OPTIONS, words))
    for line in shown.referral.avenues:
        for part in (line.name, line.phone, line.email, line.url):
            assert squeezed(part) in text, (line.id, part)
        if line in shown.referral.avenues[: shown.referral.first]:
            assert squeezed(line.hours) in text
    assert text.count(squeezed(words["label.telling_is_a_report"])) == sum(
        line.telling_is_a_report == "yes" for line in shown.referral.avenues
    )
    for part in (words["sheet.emergency_none"], shown.referral.text, words["sheet.options"], words["sheet.not_policy"]):
        assert squeezed(part) in text
    for option in OPTIONS.options:
        assert all(squeezed(part) in text for part in (option.title, option.said))
    assert text.count(squeezed(words["sheet.silent"])) == 1
    assert squeezed(f"“{SHORT}”") in text
    assert squeezed("X/1, “A policy”, para. 2.4 (b), p. iii (PDF page 3)") in text
    assert text.count(squeezed(words["label.our_guide"])) == 1


@pytest.mark.parametrize("language", ["en", "ru", "ar"])
def test_the_file_says_nothing_of_itself(shipped, language):
    pdf = take_away(shipped.shown("undp", language), OPTIONS, shipped.words(language))
    assert pdf == take_away(shipped.shown("undp", language), OPTIONS, shipped.words(language))
    reader = pypdf.PdfReader(io.BytesIO(pdf), strict=True)
    assert not reader.metadata and reader.xmp_metadata is None and "/ID" not in reader.trailer
    assert not reader.attachments and not reader.outline
    assert set(reader.trailer["/Root"]) <= {"/Type", "/Pages", "/PageMode", "/Lang"}
    told = b"\n".join(re.findall(rb"[ -~]{4,}", pdf.replace(b"(", b"\n")))
    assert not re.search(rb"(?i)reportlab|avenues|harass[a-z]*\.pdf|D:\d{8}|/(Title|Author|Producer|Creat)", told)
    assert (FILE_NAME, pdf[:9]) == ("information.pdf", b"%PDF-1.4\n")


def test_the_same_contacts_and_options_give_the_same_bytes_on_any_day(shipped, words, monkeypatch):
    first = take_away(shipped.shown("undp", "en"), OPTIONS, words)
    monkeypatch.setattr("time.time", lambda: 0.0)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert take_away(shipped.shown("undp", "en"), OPTIONS, words) == first
    assert take_away(shipped.shown("undp", "en"), one(SHORT), words) != first


def test_a_long_list_of_contacts_keeps_the_first_ones_whole_and_says_that_there_are_more(shipped, words):
    lines = [
        a_line(shipped, id=f"more-{n}", name=f"Office number {n}", phone=f"+1 212 555 0{n:03}", hours=f"Hours {n}")
        for n in range(120)
    ]
    text = words_of(take_away(shown_with(shipped, lines), OPTIONS, words))
    for n in range(6):
        assert f"Officenumber{n}" in text and f"+12125550{n:03}" in text and f"Hours{n}" in text
    assert "Officenumber6" not in text and squeezed(words["sheet.more"]) in text


def test_what_fits_on_no_page_goes_on_on_the_next_and_nothing_is_lost(shipped, words):
    lines = [a_line(shipped, name=f"Office {n} {'word ' * 500}", note=f"Note {n}.") for n in range(7)]
    pdf = take_away(shown_with(shipped, lines), OPTIONS, words)
    text = squeezed("".join(page.extract_text() for page in pages(pdf)))
    assert len(pages(pdf)) > 1 and text.count("word" * 500) == 7
    assert "Note6." not in text and "Note5." in text  # those behind the first ones are short on any page
    assert squeezed(words["sheet.more"]) not in text


@pytest.mark.parametrize("field", ["name", "phone", "email", "url", "hours", "note", "who_may_use", "verified_by"])
def test_no_word_however_long_is_cut_at_the_edge(shipped, words, field):
    long = "x1" * 200
    pdf = take_away(shown_with(shipped, [a_line(shipped, verified_on="2026-01-01", **{field: long})]), NONE, words)
    assert long in squeezed("".join(page.extract_text() for page in pages(pdf)))
    assert all(left >= 0 and right <= width - 30 for left, right, width in letters(pdf))


def test_text_that_wants_to_be_more_than_text_stays_text(shipped, words):
    line = a_line(
        shipped,
        name="<script>alert(1)</script> <b>x</b> &amp; \u202egro.nu@pleh\u202c",
        note='<a href="https://evil.test">x</a>',
    )
    text = words_of(take_away(shown_with(shipped, [line]), OPTIONS, words))
    assert "<script>alert(1)</script><b>x</b>&amp;gro.nu@pleh" in text
    assert b"/URI" not in take_away(shown_with(shipped, [line]), OPTIONS, words)


def test_a_number_stands_on_one_line(shipped, words):
    for width in range(0, 60, 7):
        line = a_line(
            shipped, name="An office", phone="+1 212 963 1234 567", email=f"{'a' * width}@example.org", url=""
        )
        (page,) = pages(take_away(shown_with(shipped, [line] * 7), NONE, words))
        lines = [part.replace("\xa0", " ") for part in page.extract_text().split("\n")]
        assert sum("+1 212 963 1234 567" in part for part in lines) == 7


def test_a_long_quote_is_named_by_its_place_and_never_cut(shipped, words):
    long = "This is said at length. " * 30
    text = words_of(take_away(shipped.shown("undp", "en"), one(long.strip()), words))
    assert "Thisissaid" not in text and "para.2.4(b)" in text


def test_a_text_that_no_longer_holds_says_so(shipped, words):
    replaced = one(SHORT, document_status="superseded")
    assert squeezed(words["label.superseded"]) in words_of(take_away(shipped.shown("undp", "en"), replaced, words))


def test_letters_that_the_typeface_lacks_are_refused_and_never_printed_wrong(shipped, words):
    with pytest.raises(NotPrintableError, match="К л и н к а"):
        take_away(shown_with(shipped, [a_line(shipped, name="Клиника", phone="103")]), NONE, words)
    text = words_of(
        take_away(shipped.shown("undp", "en"), one("Сказано кратко."), words)
    )  # the place of the words is enough
    assert "para.2.4(b)" in text


@pytest.mark.parametrize("language", ["ru", "ar"])
def test_a_language_with_letters_of_its_own_has_them_in_the_file(shipped, language):
    words, shown = shipped.words(language), shipped.shown("undp", language)
    pdf = take_away(shown, OPTIONS, words)
    text = words_of(pdf)
    for line in shown.referral.avenues:
        assert all(squeezed(part) in text for part in (line.name, line.phone, line.email, line.url))
    for key in ("sheet.title", "sheet.options", "label.telling_is_a_report", "sheet.not_reviewed"):
        (said,) = lines(words[key], 10_000, len)
        assert squeezed(said) in text or squeezed(said[::-1]) in text or len(said) > 40, key
    assert all(0 < left < right < width for left, right, width in letters(pdf) if right > left)
    assert pdf.count(b"/FontFile2") == 2  # both weights are in it, whatever the other computer has


def test_a_quote_with_signs_that_cannot_be_placed_is_named_by_its_place_alone(shipped):
    words = shipped.words("ar")
    for said, there in (("قنديل", True), ("قِنديل", False), ("قنديل 灯", False)):
        pdf = take_away(shipped.shown("undp", "ar"), one(said), words)
        assert (joined("قنديل") in words_of(pdf)) is there


def test_which_languages_can_be_set(shipped):
    here = ROOT / "corpus"
    assert [name for name in languages(here) if can_be_set(wording(name, here))] == ["ar", "en", "es", "fr", "ru"]
    french = shipped.words("fr")
    text = words_of(take_away(shipped.shown("undp", "fr"), OPTIONS, french))
    assert squeezed(french["sheet.not_policy"]) in text
