"""Ten people at once, and a question of any size: each gets an answer to their own question and nobody else's."""

from __future__ import annotations

import re

import pytest

from tests.browser.test_journey import MESSAGES, chromium

pytestmark = pytest.mark.browser
PEOPLE = 10


def test_ten_people_who_ask_at_once_each_get_their_own_answer(running_page):
    with chromium() as browser:
        tabs = [running_page.open(browser.new_context()) for _ in range(PEOPLE)]
        fields = [tab.get_by_label(re.compile("Your question")) for tab in tabs]
        for number, field in enumerate(fields):
            field.fill(f"Who can I talk to? person{number:02d}")
        for field in fields:
            field.press("Enter")
        for number, tab in enumerate(tabs):
            answer = tab.locator(MESSAGES).nth(1)
            answer.locator("blockquote").first.wait_for(timeout=60_000)
            answer.get_by_text("People you can talk to").first.wait_for()
            assert set(re.findall(r"person\d\d", tab.content())) == {f"person{number:02d}"}


def test_a_pasted_book_neither_ends_the_page_nor_leaves_anybody_without_contacts(running_page):
    with chromium() as browser:
        tab = running_page.open(browser.new_context())
        field = tab.get_by_label(re.compile("Your question"))
        field.fill("book " * 3_990)
        field.press("Enter")
        answer = tab.locator(MESSAGES).nth(1)
        answer.get_by_text("People you can talk to").first.wait_for(timeout=60_000)
        field.fill("book " * 400_000)  # more than Streamlit takes
        field.press("Enter")
        field.fill("Who can I talk to?")
        field.press("Enter")
        tab.locator(MESSAGES).nth(3).locator("blockquote").first.wait_for(timeout=60_000)
        assert tab.locator(MESSAGES).nth(2).get_by_text("Who can I talk to?").count() == 1
