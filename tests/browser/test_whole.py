"""The product as it is: `ui.py` with guides of the real corpus and nothing built yet, in a real browser."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

from tests.browser.conftest import ROOT, free_port, printed_address
from tests.browser.test_journey import GONE, MESSAGES, chromium
from tests.small_corpus import lend_model, small_index

__all__ = ["small_index"]
pytestmark = pytest.mark.browser
FEW = ("reporting", "your-options")
QUESTION = "My supervisor keeps touching me. Do I have to report it formally?"


def keep_few(corpus):
    """Leave a few guides in a corpus, and of the questions for them every eighth."""
    for table, step in (("catalogue.csv", 1), ("asked.csv", 8)):
        head, *rows = (corpus / table).read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [row for row in rows if row.partition(",")[0] in FEW][::step]
        (corpus / table).write_text("".join([head, *kept]), encoding="utf-8")
    (corpus / "questions.csv").unlink()
    for path in (corpus / "documents").iterdir():
        if path.stem not in FEW:
            path.unlink()


@pytest.fixture(params=["few", pytest.param("all", marks=pytest.mark.long)])
def address(tmp_path, small_index, request):
    corpus, index, port = tmp_path / "a corpus", tmp_path / "an index", free_port()
    shutil.copytree(ROOT / "corpus", corpus, ignore=shutil.ignore_patterns("local", "official"))
    if request.param == "few":
        keep_few(corpus)
    lend_model(small_index, index)
    command = [sys.executable, "ui.py", "--no-browser", "--port", str(port)]
    command += ["--corpus", str(corpus), "--index", str(index)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    yield printed_address(tmp_path / "log")
    process.terminate()
    process.wait(20)
    assert QUESTION not in (tmp_path / "log").read_text()


def test_from_no_index_to_a_cited_answer_and_away(address):
    with chromium() as browser:
        tab = browser.new_page(viewport={"width": 900, "height": 800})
        foreign = []
        own = (address.partition("?")[0], "data:")
        tab.on("request", lambda request: None if request.url.startswith(own) else foreign.append(1))
        tab.goto(address)
        tab.get_by_role("heading", name="People you can talk to").wait_for()
        tab.locator("#opening").wait_for(state="detached")
        field = tab.get_by_label(re.compile("Your question"))
        field.fill(QUESTION)
        field.press("Enter")
        quote = tab.locator(f"{MESSAGES} blockquote").first
        quote.wait_for(timeout=600_000)  # all guides are read in two minutes and a half where nothing else runs
        assert "do you have to report it formally?" in quote.inner_text()
        answer = tab.locator(MESSAGES).filter(has=tab.locator("blockquote")).last.inner_text()
        assert "Our guide, not policy text" in answer
        assert re.search(r"page \d+, paragraph \d+", answer)
        tab.get_by_role("button", name="Show the page").first.click()
        tab.get_by_role("img", name=re.compile("Your options at a glance")).first.wait_for()
        tab.get_by_label(re.compile("Where you work")).click()
        tab.keyboard.type("UNDP")
        tab.get_by_role("option", name="UN Development Programme (UNDP)").click()
        tab.get_by_text("Office of the Ombudsman for UN Funds and Programmes").first.wait_for()
        tab.locator("#leave").click()
        tab.wait_for_url(GONE, wait_until="commit")
        tab.wait_for_load_state()  # until then a browser may be between two pages and has nothing to go back from
        tab.go_back()
        assert QUESTION not in tab.content()
        assert not foreign
