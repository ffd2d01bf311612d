"""A focal point's morning in a real browser: paste, search, look up, list, compare; and nothing of it is left."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from assistant.wording import page_words
from tests.browser.test_journey import GONE, ask, browser, own, settled
from tests.shelves import a_document, put_in_use
from tests.small_corpus import ROOT

__all__ = ["browser"]
pytestmark = pytest.mark.browser
TEXT = "1.  You may speak to the ombudsman in confidence.\n\n2.  Leave with <b>full</b> pay lasts ten days."
CANARY = "CANARYPASTE"


def look(tab, view, label, typed, button):
    tab.locator("label").filter(has_text=re.compile(f"^{view}$")).click()
    field = tab.get_by_label(re.compile(label))
    field.fill(typed)
    tab.get_by_role("button", name=button, exact=True).click()
    settled(tab)


@pytest.fixture
def with_texts(running_page):
    """The page over two documents, of one of which there is an earlier edition."""
    from ingest.pages import sha256_of

    digest = sha256_of(running_page.corpus / "policy.pdf")
    index = running_page.corpus.parent / "index"
    other = {"issuer": "Another office", "status": "superseded", "language": "fr", "published": "2019-05-02"}
    rules = a_document("rules", ["1.  Contracts are signed by the ombudsman."], **other)
    put_in_use(index, [a_document("policy", [TEXT.replace("ten", "nine")]), rules])
    put_in_use(index, [a_document("policy", [TEXT], sha256=digest, file="policy.pdf", title="A <i>policy</i>"), rules])
    yield running_page
    shutil.rmtree(index)


def only(tab, field, value):
    """Look in some documents only, or in all again."""
    settled(tab)
    box = tab.get_by_role("combobox", name=field, exact=True)
    box.click()
    box.fill(value)
    tab.get_by_role("option", name=value, exact=True).wait_for()
    box.press("Enter")


def test_words_are_checked_searched_cited_looked_up_and_compared_and_nothing_is_left(browser, with_texts):
    running_page = with_texts
    with browser.new_context(viewport={"width": 360, "height": 800}, accept_downloads=True) as context:
        foreign = []
        context.on("request", lambda sent: None if own(sent.url, running_page) else foreign.append(sent.url))
        tab = running_page.open(context)
        ask(tab, "Who can I talk to?")
        tab.get_by_role("button", name="For focal points: check the text").click()
        expect(tab.get_by_role("heading", name="Check the text")).to_be_focused()

        look(
            tab, "Check a sentence", "Paste a sentence", f"Leave with <b>half</b> pay {CANARY} lasts days.", "Check it"
        )
        expect(tab.locator(".av-notice").get_by_text("The text that is most like them differs")).to_be_visible()
        assert (
            tab.locator("del").first.inner_text().endswith("<b>half</b>")
            or "half" in tab.locator("del").first.inner_text()
        )
        assert tab.locator("del b, ins b, blockquote b, h3 i").count() == 0
        look(tab, "Check a sentence", "Paste a sentence", "speak to the\nombudsman in confi-\ndence", "Check it")
        expect(tab.locator(".av-notice").get_by_text("These words stand exactly")).to_be_visible()
        tab.get_by_role("button", name="Copy with citation").click()
        copied = tab.locator("code").inner_text()
        reference = re.search(r"Reference: (AV1-[\w-]+)", copied).group(1)
        assert "“A <i>policy</i>”, Example Secretariat, 1 January 2099, para. 1, p. 1 (in force" in copied
        tab.get_by_role("button", name="Show the page").click()
        tab.get_by_role("img", name=re.compile("policy")).wait_for()

        look(tab, "Search", "phrase", '"full</b> pay"', "Search")
        expect(tab.locator("mark")).to_have_text("full</b> pay")
        look(tab, "Check a reference", "Reference", reference, "Look it up")
        expect(tab.locator(".av-notice").get_by_text("It stands exactly as cited")).to_be_visible()
        tab.locator("label").filter(has_text=re.compile("^Two editions$")).click()
        expect(tab.get_by_role("heading", name="Paragraph 2: changed")).to_be_visible()
        tab.locator("label").filter(has_text=re.compile("^Documents$")).click()
        expect(tab.get_by_role("button", name="Read the folder again")).to_be_visible()
        tab.locator("label").filter(has_text=re.compile("^Contact sheet$")).click()
        with tab.expect_download() as saved:
            tab.get_by_role("button", name="Save the sheet").click()
        assert saved.value.suggested_filename == "contacts-un-system.pdf"
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360

        tab.get_by_role("button", name="Back to the questions").click()
        expect(tab.get_by_text("Who can I talk to?").first).to_be_visible()  # the conversation is still there
        assert CANARY not in tab.content() and tab.url == running_page.url + "/"
        tab.locator("#leave").click()
        tab.wait_for_url(GONE, wait_until="commit")
    assert foreign == []
    assert CANARY not in running_page.log.read_text()
    kept = [path for path in running_page.corpus.parent.rglob("*") if path.is_file()]
    assert [path for path in kept if CANARY.encode() in path.read_bytes()] == []


@pytest.mark.long
def test_documents_are_laid_side_by_side_and_searched_by_whose_they_are(browser, with_texts):
    with browser.new_context(viewport={"width": 900, "height": 800}, accept_downloads=True) as context:
        tab = with_texts.open(context)
        tab.get_by_role("button", name="For focal points: check the text").click()
        look(tab, "Side by side", "One question", "talk in confidence", "Ask each document")
        rows = tab.locator(".av-side tbody tr")
        expect(rows).to_have_count(2)
        assert rows.nth(0).locator("td").all_inner_texts() == [
            "You may speak to the ombudsman in confidence.",
            "paragraph 1, page 1",
        ]
        assert "Another office" in rows.nth(1).locator("th").inner_text()
        assert (
            rows.nth(1).locator("td").inner_text() == "Nothing near enough was found: the text may be silent on this."
        )
        with tab.expect_download() as saved:
            tab.get_by_role("button", name="Save the table").click()
        lines = Path(saved.value.path()).read_text(encoding="utf-8-sig").splitlines()
        assert saved.value.suggested_filename == "side-by-side.csv"
        assert [line.split(",")[0] for line in lines] == ['"Organisation"', '"Example Secretariat"', '"Another office"']

        look(tab, "Search", "phrase", "ombudsman", "Search")
        expect(tab.locator("mark")).to_have_count(2)
        tab.get_by_text("Only some documents").click()
        speak, contracts = "You may speak to the ombudsman in confidence.", "Contracts are signed by the ombudsman."
        for field, value, text in (
            ("Issuer", "Another office", contracts),
            ("Status", "in force", speak),
            ("Language", "fr", contracts),
            ("Year", "2099", speak),
        ):
            only(tab, field, value)
            tab.get_by_role("button", name="Search", exact=True).click()
            expect(tab.locator("blockquote")).to_have_text([text])
            only(tab, field, "Any")


@pytest.mark.long
def test_what_was_found_is_said_in_the_language_of_the_visit_and_the_sheet_alone_is_printed(browser, with_texts):
    said = page_words("ar", [ROOT / "corpus"])
    with browser.new_context(viewport={"width": 360, "height": 800}, locale="ar") as context:
        tab = context.new_page()
        tab.goto(with_texts.address)
        tab.get_by_role("button", name=said["texts.enter"]).click()
        look(tab, said["texts.paste"], said["texts.paste_label"][:9], "Leave with half pay", said["texts.paste_button"])
        expect(tab.locator(".av-notice").get_by_text(said["texts.checked_differs"])).to_be_visible()
        tab.locator("label").filter(has_text=re.compile(f"^{said['texts.sheet']}$")).click()
        sheet = tab.locator(".av-sheet")
        expect(sheet.get_by_role("heading", name="أشخاص يمكن التحدث إليهم")).to_be_visible()
        assert sheet.get_attribute("dir") == "rtl"
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360
        tab.emulate_media(media="print")
        expect(sheet).to_be_visible()
        expect(tab.get_by_role("heading", level=1)).to_be_hidden()
        expect(tab.get_by_role("button", name=said["texts.sheet_print"])).to_be_hidden()
