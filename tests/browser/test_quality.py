"""What evaluators see in a real browser: the figures, the plots, a failed question, and the same asked again."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from playwright.sync_api import expect

from evals.questions import Question
from evals.run import run
from tests.browser.axe import Looked
from tests.browser.test_journey import GONE, browser
from tests.small_corpus import small_index

__all__ = ["browser", "small_index"]

pytestmark = pytest.mark.browser
PERU = "What is the capital of <b>Peru</b>?"


@pytest.fixture(scope="module")
def folders(small_index, tmp_path_factory):
    questions = [
        Question("wrong", PERU, ("answered",), set="made-up", style="keyword", note="will fail"),
        Question("right", "What is the capital of Peru?", ("unanswerable",), set="made-up", style="lay"),
    ]
    results = tmp_path_factory.mktemp("quality") / "results"
    run(questions, small_index.corpus, small_index.index, results / "9-first")
    another_version(results / "9-first", results / "1-before", "wrong", "another-question")
    another_version(results / "9-first", results / "3-other", "right", "right")
    (results / "0-broken").mkdir()
    for name in ("lines.jsonl", "summary.json", "figures.csv", "manifest.json"):
        (results / "0-broken" / name).write_text('{"figures": ')
    return results


@pytest.fixture
def tab(browser, folders, tmp_path, start):
    page = start(tmp_path, "--results", str(shutil.copytree(folders, tmp_path / "results")))
    with browser.new_context(viewport={"width": 900, "height": 900}) as context:
        opened = context.new_page()
        opened.goto(page.address)
        opened.get_by_text("Answer quality").first.click()
        yield opened


def another_version(folder, to, name, called):
    """A copy in which everything of one question went wrong, and in which that question has another name."""
    shutil.copytree(folder, to)
    lines = [json.loads(line) for line in (to / "lines.jsonl").read_text(encoding="utf-8").splitlines()]
    for line in lines:
        if line["question"]["id"] == name:
            line["scores"] = dict.fromkeys(line["scores"], 0.0)
            line["question"]["id"] = called
    (to / "lines.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")


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


@pytest.mark.long
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


def look_at(tab, name):
    tab.locator("label").filter(has_text=re.compile(f"^{name}$")).click()
    settled(tab)


@pytest.mark.long
def test_two_versions_side_by_side_and_the_rating_sheet(tab, tmp_path):
    look_at(tab, "Two versions")  # the last by name beside the one before it
    expect(tab.get_by_text("same evidence: 2.")).to_be_visible()
    row = tab.get_by_role("row").filter(has_text="status_right")
    assert row.get_by_role("cell").all_inner_texts()[1:] == ["0.000", "0.500", "+0.500 (+0.000 to +1.000)", "1", "0"]
    choose(tab, "Questions that changed in", "status_right")
    box = tab.get_by_role("combobox", name="Question, won")
    expect(box).to_have_value("+ right · What is the capital of Peru?")
    expect(tab.get_by_role("heading", name="This folder")).to_be_visible()
    choose(tab, "Compared with", "1-before")
    expect(tab.get_by_text("same evidence: 1.")).to_be_visible()
    expect(tab.get_by_text("another-question, wrong")).to_be_visible()  # what was left out is named
    choose(tab, "Compared with", "0-broken")
    expect(tab.get_by_text("line 1 is not a JSON object")).to_be_visible()

    look_at(tab, "Rating sheet")
    with tab.expect_download() as sheet:
        tab.get_by_role("button", name="Save a blank sheet").click()
    with tab.expect_download() as key:
        tab.get_by_role("button", name="Save its key").click()
    results = tmp_path / "results"
    shutil.copy(key.value.path(), results / "sheet.key.json")
    blank = sheet.value.path().read_text(encoding="utf-8")
    (results / "sheet.csv").write_text(blank, encoding="utf-8")
    for reader, marks in (("anna", "5,4,1"), ("ben", "4,4,1")):
        (results / f"sheet-{reader}.csv").write_text(blank.removesuffix(",,,,\n") + f",{marks},\n", encoding="utf-8")
    choose(tab, "Results folder", "1-before")
    expect(tab.get_by_text("sheet-anna.csv: 1 of 2 answers")).to_be_visible()
    cells = tab.get_by_role("row").filter(has_text="warmth").get_by_role("cell").all_inner_texts()
    assert cells[1].endswith("9-first") and cells[2].startswith("4.50")


@pytest.mark.long
def test_every_question_can_be_looked_at_and_the_way_to_ask_and_to_leave_is_there(tab):
    tab.get_by_text("Only those that failed").click()
    choose(tab, "Question", "right")
    expect(tab.get_by_text("Failed in: nothing")).to_be_visible()
    tab.get_by_text("Ask", exact=True).click()
    expect(tab.get_by_role("heading", name="Find support and procedures")).to_be_visible()
    tab.locator("#leave").click()
    tab.wait_for_url(GONE, wait_until="commit")


@pytest.mark.long
def test_without_results_the_page_says_how_to_make_some(browser, tmp_path, start):
    page = start(tmp_path, "--results", str(tmp_path / "nothing"))
    with browser.new_context() as context:
        tab = context.new_page()
        tab.goto(page.address)
        tab.get_by_text("Answer quality").first.click()
        expect(tab.get_by_text("python -m evals run")).to_be_visible()


@pytest.mark.long
def test_whoever_only_asks_sees_nothing_of_the_evals(browser, tmp_path, start):
    page = start(tmp_path)
    with browser.new_context() as context:
        tab = context.new_page()
        tab.goto(page.address)
        tab.get_by_role("heading", name="People you can talk to").wait_for()
        assert tab.get_by_text("Answer quality").count() == 0
