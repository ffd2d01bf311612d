"""Ten people at once, and a question of any size: each gets an answer to their own question and nobody else's."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.browser import speed
from tests.browser.conftest import ROOT
from tests.browser.fake_page import SENTENCE
from tests.browser.test_journey import MESSAGES, chromium
from tests.browser.visitor import visiting

PEOPLE = 10


@pytest.mark.long
def test_ten_people_who_ask_at_once_each_get_their_own_answer(running_page):
    async def person(number: int) -> bytes:
        async with visiting(running_page) as visitor:
            await visitor.ask(f"Who can I talk to? person{number:02d}")
            return await visitor.ask(f"And then? person{number:02d}")

    async def people() -> list[bytes]:
        return await asyncio.gather(*map(person, range(PEOPLE)))

    for number, heard in enumerate(asyncio.run(people())):
        assert set(re.findall(rb"person\d\d", heard)) == {b"person%02d" % number}
        assert SENTENCE.encode() in heard and b"People you can talk to" in heard


@pytest.mark.long
@pytest.mark.browser
def test_a_pasted_book_neither_ends_the_page_nor_leaves_anybody_without_contacts(running_page):
    with chromium() as browser:
        tab = running_page.open(browser.new_context())
        field = tab.get_by_label(re.compile("Your question"))
        field.fill("book " * 3_990)
        field.press("Enter")
        answer = tab.locator(MESSAGES).nth(1)
        answer.get_by_text("People you can talk to").first.wait_for(timeout=60_000)
        field.fill("book " * 4_100)  # more than the field takes
        field.press("Enter")
        field.fill("Who can I talk to?")
        field.press("Enter")
        tab.locator(MESSAGES).nth(3).locator("blockquote").first.wait_for(timeout=60_000)
        assert tab.locator(MESSAGES).nth(2).get_by_text("Who can I talk to?").count() == 1


@pytest.mark.long
@pytest.mark.browser
def test_ten_people_in_ten_browsers_on_this_computer_get_all_their_answers():
    """How long they wait is for `python -m tests.browser.speed turns` to tell."""
    with speed.started(ROOT / "index") as (address, _):
        taken = asyncio.run(speed.people(address, PEOPLE, turns=5, think=5.0))
    assert len(taken) == PEOPLE * 5
