"""What evaluators see in a real browser: the figures, the plots, a failed question, and the same asked again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from evals.questions import Question
from evals.run import run
from tests.browser.axe import Looked
from tests.browser.test_journey import GONE, chromium
from tests.small_corpus import small_index

__all__ = ["small_index"]

pytestmark = pytest.mark.browser
PERU = "What is the capital of <b>Peru</b>?"


@pytest.fixture
def tab(small_index, tmp_path, start):
    questions = [
        Question("wrong", PERU, ("answered",), set="made-up", style="keyword", note="will fail"),
        Question("right", "What is the capital of Peru?", ("unanswerable",), set="made-up", style="lay"),
    ]
    run(questions, small_index.corpus, small_index.index, tmp_path / "results" / "first")
    page = start(tmp_path, "--results", str(tmp_path / "results"))
    with chromium() as browser:
        opened = browser.new_page(viewport={"width": 900, "height": 900})
        opened.goto(page.address)
        opened.get_by_text("Answer quality").first.click()
        yield opened


def settled(tab):
    """Wait until what was just done has been taken up: a list that is opened before that would be the old one."""
    tab.wait_for_timeout(500)
    tab.locator('[data-test-script-state="notRunning"]').wait_for(state="attached")


def choose(tab, label, text):
    settled(tab)
    box = tab.get_by_role("combobox", name=label)
    box.click()
    box.fill(text)
    tab.get_by_role("option").filter(has_text=text).first.wait_for()
    tab.keyboard.press("Enter")


def test_figures_plots_and_a_failed_question_that_is_asked_again(tab):
    expect(tab.get_by_role("heading", name="Answer quality")).to_be_visible()
    expect(tab.get_by_role("cell", name="status_right")).to_be_visible()
    expect(tab.get_by_text("2 questions of the")).to_be_visible()
    choose(tab, "Plots", "style")
    plot = tab.get_by_role("img", name="status_right by style")
    expect(plot).to_be_visible()
    assert plot.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    expect(tab.get_by_text(PERU, exact=True)).to_be_visible()  # as it is typed, not as HTML
    expect(tab.get_by_text("Failed in: status_right")).to_be_visible()
    looked = Looked()
    looked.at(tab, "answer quality")
    looked.hold()
    tab.get_by_role("button", name="Ask it again now").click()
    expect(tab.get_by_text("You may speak to the ombudsman in confidence.").first).to_be_visible()
    expect(tab.get_by_role("heading", name="People you can talk to")).to_be_visible()
    tab.get_by_role("button", name="Show the page").first.click()  # the answer stays
    expect(tab.get_by_text("You may speak to the ombudsman in confidence.").first).to_be_visible()


def test_every_question_can_be_looked_at_and_the_way_to_ask_and_to_leave_is_there(tab):
    tab.get_by_text("Only those that failed").click()
    choose(tab, "Question", "right")
    expect(tab.get_by_text("Failed in: nothing")).to_be_visible()
    tab.get_by_text("Ask", exact=True).click()
    expect(tab.get_by_role("heading", name="Find support and procedures")).to_be_visible()
    tab.locator("#leave").click()
    tab.wait_for_url(GONE, wait_until="commit")


def test_without_results_the_page_says_how_to_make_some(tmp_path, start):
    page = start(tmp_path, "--results", str(tmp_path / "nothing"))
    with chromium() as browser:
        tab = browser.new_page()
        tab.goto(page.address)
        tab.get_by_text("Answer quality").first.click()
        expect(tab.get_by_text("python -m evals run")).to_be_visible()


def test_whoever_only_asks_sees_nothing_of_the_evals(tmp_path, start):
    page = start(tmp_path)
    with chromium() as browser:
        tab = browser.new_page()
        tab.goto(page.address)
        tab.get_by_role("heading", name="People you can talk to").wait_for()
        assert tab.get_by_text("Answer quality").count() == 0
