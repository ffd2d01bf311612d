"""A focal point's morning in a real browser: paste, search, look up, list, compare; and nothing of it is left."""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import expect

from tests.browser.test_journey import GONE, ask, chromium, own
from tests.shelves import a_document, put_in_use

pytestmark = pytest.mark.browser
TEXT = "1.  You may speak to the ombudsman in confidence.\n\n2.  Leave with <b>full</b> pay lasts ten days."
CANARY = "CANARYPASTE"


def settled(tab):
    tab.wait_for_timeout(150)
    tab.locator('[data-test-script-state="notRunning"]').wait_for(state="attached")


def look(tab, view, label, typed, button):
    tab.locator("label").filter(has_text=re.compile(f"^{view}$")).click()
    field = tab.get_by_label(re.compile(label))
    field.fill(typed)
    tab.get_by_role("button", name=button, exact=True).click()
    settled(tab)


def test_words_are_checked_searched_cited_looked_up_and_compared_and_nothing_is_left(running_page):
    from ingest.pages import sha256_of

    digest = sha256_of(running_page.corpus / "policy.pdf")
    index = running_page.corpus.parent / "index"
    put_in_use(index, [a_document("policy", [TEXT.replace("ten", "nine")])])
    put_in_use(index, [a_document("policy", [TEXT], sha256=digest, file="policy.pdf", title="A <i>policy</i>")])
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 360, "height": 800}, accept_downloads=True)
        foreign = []
        context.on("request", lambda sent: None if own(sent.url, running_page) else foreign.append(sent.url))
        tab = running_page.open(context)
        ask(tab, "Who can I talk to?")
        tab.get_by_role("button", name="For focal points: check the text").click()
        expect(tab.get_by_role("heading", name="Check the text")).to_be_focused()

        look(
            tab, "Check a sentence", "Paste a sentence", f"Leave with <b>half</b> pay {CANARY} lasts days.", "Check it"
        )
        expect(tab.get_by_text("The text that is most like them differs")).to_be_visible()
        assert (
            tab.locator("del").first.inner_text().endswith("<b>half</b>")
            or "half" in tab.locator("del").first.inner_text()
        )
        assert tab.locator("del b, ins b, blockquote b, h3 i").count() == 0
        look(tab, "Check a sentence", "Paste a sentence", "speak to the\nombudsman in confi-\ndence", "Check it")
        expect(tab.get_by_text("These words stand exactly")).to_be_visible()
        tab.get_by_role("button", name="Copy with citation").click()
        copied = tab.locator("code").inner_text()
        reference = re.search(r"Reference: (AV1-[\w-]+)", copied).group(1)
        assert "“A <i>policy</i>”, Example Secretariat, 1 January 2099, para. 1, p. 1 (in force" in copied
        tab.get_by_role("button", name="Show the page").click()
        tab.get_by_role("img", name=re.compile("policy")).wait_for()

        look(tab, "Search", "phrase", '"full</b> pay"', "Search")
        expect(tab.locator("mark")).to_have_text("full</b> pay")
        look(tab, "Check a reference", "Reference", reference, "Look it up")
        expect(tab.get_by_text("It stands exactly as cited")).to_be_visible()
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
        context.close()
    assert foreign == []
    assert CANARY not in running_page.log.read_text()
    kept = [path for path in running_page.corpus.parent.rglob("*") if path.is_file()]
    assert [path for path in kept if CANARY.encode() in path.read_bytes()] == []
    shutil.rmtree(index)
