"""The product as it is: `ui.py` with the real corpus and nothing built yet, in a real browser."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

from tests.browser.conftest import ROOT, free_port, printed_address
from tests.browser.test_journey import GONE, MESSAGES, chromium

pytestmark = pytest.mark.browser
QUESTION = "My supervisor keeps touching me. Do I have to report it formally?"


@pytest.fixture
def address(tmp_path):
    port = free_port()
    for made in ("kept", "models"):  # what a build before has read and exported is not made again
        if (ROOT / "index" / made).is_dir():
            shutil.copytree(ROOT / "index" / made, tmp_path / "an index" / made)
    command = [sys.executable, "ui.py", "--no-browser", "--port", str(port), "--index", str(tmp_path / "an index")]
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
        quote.wait_for(timeout=180_000)
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
