"""The page in another language in a real browser: from right to left, with quotes in their own direction."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_journey import MESSAGES, chromium, own
from views.words import say_in

pytestmark = pytest.mark.browser


def test_arabic_is_chosen_the_page_turns_and_an_english_quote_does_not(running_page):
    arabic = {key: say_in("ar", key) for key in ("page.heading", "page.contacts", "shell.leave", "texts.back")}
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 360, "height": 800})
        foreign = []
        context.on("request", lambda sent: None if own(sent.url, running_page) else foreign.append(sent.url))
        tab = running_page.open(context)
        assert tab.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["en", "ltr"]
        tab.get_by_role("combobox", name="Language").click()
        tab.get_by_role("option", name="العربية").click()

        expect(tab.get_by_role("heading", level=1)).to_have_text(arabic["page.heading"])
        expect(tab.locator("html")).to_have_attribute("dir", "rtl")
        assert tab.evaluate("document.documentElement.lang") == "ar"
        expect(tab.get_by_role("heading", name=arabic["page.contacts"])).to_be_visible()
        expect(tab.get_by_role("link", name=arabic["shell.leave"])).to_be_in_viewport()
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        first = tab.locator(".av-contacts a[href^='tel:']").first
        assert first.evaluate("number => getComputedStyle(number).direction") == "ltr"

        field = tab.locator(".st-key-ask textarea")
        field.fill("Who can I talk to?")
        field.press("Enter")
        answer = tab.locator(MESSAGES).nth(1)
        quote = answer.locator("blockquote").first
        quote.wait_for()
        assert quote.evaluate("said => [getComputedStyle(said).direction, said.lang]") == ["ltr", "en"]
        assert quote.inner_text() == "You may speak to the ombudsman in confidence."
        assert say_in("ar", "page.show_page") in answer.inner_text() and "People you can" not in answer.inner_text()

        tab.get_by_role("button", name=say_in("ar", "texts.enter")).click()
        expect(tab.get_by_role("button", name=arabic["texts.back"])).to_be_visible()
        tab.locator("label").filter(has_text=re.compile(f"^{say_in('ar', 'texts.verify')}$")).click()
        expect(tab.get_by_label(say_in("ar", "texts.verify_label"))).to_be_visible()
        tab.get_by_role("combobox", name=say_in("ar", "page.language")).click()
        tab.get_by_role("option", name="Français").click()
        expect(tab.locator("html")).to_have_attribute("dir", "ltr")
        expect(tab.get_by_label(say_in("fr", "texts.verify_label"))).to_be_visible()  # the same part of the view

        for _ in range(2):
            tab.keyboard.press("Shift")
        expect(tab.locator("#leave-status")).to_have_text(say_in("fr", "shell.press_once"))
        tab.keyboard.press("Shift")
        tab.wait_for_url(re.compile(r"/away$|^about:blank$"))
        assert foreign == [] and [cookie["name"] for cookie in context.cookies()] == []


def test_what_the_browser_wants_is_followed_from_the_first_byte_and_by_the_closed_page(running_page):
    with chromium() as browser:
        tab = browser.new_context(locale="ru-RU").new_page()
        tab.goto(running_page.url)
        expect(tab.get_by_role("heading", name=say_in("ru", "shell.closed"))).to_be_visible()
        tab.goto(running_page.address)
        expect(tab.get_by_role("heading", level=1)).to_have_text(say_in("ru", "page.heading"))
        assert tab.locator("#leave").inner_text() == say_in("ru", "shell.leave")
        assert tab.evaluate("document.documentElement.lang") == "ru"
