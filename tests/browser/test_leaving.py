"""Leaving in a real browser: at once, whatever the server does; by itself when nobody is there; and nothing stays."""

from __future__ import annotations

import contextlib
import os
import re
import signal

import pytest
from playwright.sync_api import expect

from tests.browser.test_journey import ARGUMENTS, GONE, MESSAGES, ask, browser, program, settled

__all__ = ["browser"]
pytestmark = pytest.mark.browser
QUICK_MS = 300
AWAY = "https://weather.example/today"
LATER = "() => { const later = Date.now() + 13 * 60000; Date.now = () => later; }"
STOPWATCH = """
let start = 0, presses = 0;
addEventListener("click", (event) => { if (event.target.closest("#leave")) start = event.timeStamp; }, true);
addEventListener("keyup", (event) => { if (event.key === "Shift" && ++presses === 3) start = event.timeStamp; }, true);
new MutationObserver(() => {
  if (!start || getComputedStyle(document.documentElement).display !== "none") return;
  console.log(`blank ${performance.now() - start}`);
  requestAnimationFrame(() => console.log(`blank ${performance.now() - start}`));
}).observe(document, { attributes: true, childList: true, subtree: true });
"""


@contextlib.contextmanager
def visit_of(browser, page, question="CANARY question", **options):
    """A visit of its own, with one question asked; yields the tab, and the milliseconds until it was blank."""
    context = browser.new_context(viewport={"width": 900, "height": 800}, **options)
    context.add_init_script(STOPWATCH)
    times = []
    context.on("console", lambda said: times.append(float(said.text[6:])) if said.text[:6] == "blank " else None)
    tab = page.open(context)
    ask(tab, question)
    yield tab, times
    context.close()


def leave(tab, way):
    if way == "shift":
        for _ in range(3):
            tab.keyboard.press("Shift")
    elif way == "keys":
        tab.locator("#leave").press("Enter")
    else:
        tab.locator("#leave").click()


def back_shows_nothing(tab):
    tab.wait_for_load_state()
    tab.go_back()
    return "CANARY" not in tab.content() and tab.locator("textarea").count() == 0


@pytest.mark.parametrize("way", ["click", pytest.param("keys", marks=pytest.mark.long), "shift"])
def test_leaving_is_quick_ends_the_visit_and_back_does_not_return(browser, running_page, way):
    with visit_of(browser, running_page) as (tab, times):
        assert [cookie["name"] for cookie in tab.context.cookies()] == [f"visit-{running_page.port}"]
        leave(tab, way)
        tab.wait_for_url(GONE, wait_until="commit")
        assert times and max(times) <= QUICK_MS
        expect_no_cookie(tab)
        assert back_shows_nothing(tab)
        tab.goto(running_page.url)
        expect(tab.get_by_role("heading", name="This page is closed")).to_be_visible()


@pytest.mark.parametrize(
    ("state", "way"),
    [
        pytest.param("stopped", "click", marks=pytest.mark.long),
        ("stopped", "shift"),
        pytest.param("dead", "shift", marks=pytest.mark.long),
    ],
)
def test_leaving_is_as_quick_when_the_server_hangs_or_is_gone(browser, running_page, tmp_path, start, state, way):
    page = start(tmp_path) if state == "dead" else running_page
    with visit_of(browser, page) as (tab, times):
        os.kill(page.process.pid, signal.SIGKILL if state == "dead" else signal.SIGSTOP)
        try:
            if state == "dead":
                tab.get_by_text("The program behind this page has ended").wait_for()
                assert tab.get_by_text("Streamlit").count() == 0
            leave(tab, way)
            tab.wait_for_url("about:blank", wait_until="commit")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(page.process.pid, signal.SIGCONT)
        assert times and max(times) <= QUICK_MS
        assert back_shows_nothing(tab)
        if state == "stopped":  # what was asked of it while it hung, it does as soon as it can
            expect_no_cookie(tab)


def expect_no_cookie(tab):
    for _ in range(50):
        if not tab.context.cookies():
            return
        tab.wait_for_timeout(100)
    raise AssertionError(tab.context.cookies())


@pytest.mark.long
def test_leaving_in_one_tab_blanks_the_others_of_that_browser_only(browser, running_page):
    with visit_of(browser, running_page) as (tab, _), visit_of(browser, running_page, "CANARY other") as (elsewhere, _):
        second = tab.context.new_page()
        second.goto(running_page.url)
        ask(second, "CANARY second")
        assert len(tab.context.cookies()) == 1
        leave(tab, "click")
        second.wait_for_url(GONE, wait_until="commit")
        assert back_shows_nothing(second)
        assert "CANARY other" in ask(elsewhere, "again").page.content()


def test_going_elsewhere_and_back_does_not_show_the_conversation(browser, running_page):
    keeps_pages = browser.browser_type.launch(
        executable_path=program(), args=ARGUMENTS, ignore_default_args=["--disable-back-forward-cache"]
    )
    with visit_of(keeps_pages, running_page) as (tab, _):
        tab.goto(running_page.url + "/icon.svg")
        tab.go_back(wait_until="commit")
        tab.wait_for_timeout(500)
        assert "CANARY" not in tab.content()
        ask(tab, "CANARY again")
        tab.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
        assert "CANARY" not in tab.content()  # what a browser would keep
        tab.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
        tab.wait_for_url(GONE, wait_until="commit")
    keeps_pages.close()


@pytest.mark.long
def test_leaving_can_lead_to_a_public_page_also_when_the_server_is_gone(browser, tmp_path, start):
    page = start(tmp_path, "--away", AWAY)
    context = browser.new_context(java_script_enabled=False)
    context.route(AWAY, lambda route: route.fulfill(body="Sunny", content_type="text/html"))
    plain = context.new_page()
    plain.goto(page.address)
    plain.wait_for_url(page.url + "/")
    plain.locator("#leave").click()
    plain.get_by_text("Sunny").wait_for()
    assert context.cookies() == []
    for ended in (False, True):
        with visit_of(browser, page) as (tab, times):
            tab.context.route(AWAY, lambda route: route.fulfill(body="Sunny", content_type="text/html"))
            if ended:
                page.process.kill()
                page.process.wait()
            leave(tab, "shift")
            tab.get_by_text("Sunny").wait_for()
            assert tab.url == AWAY and back_shows_nothing(tab)
            assert times and max(times) <= QUICK_MS
            assert ended or expect_no_cookie(tab) is None


def nothing_moves(context):
    """Wait until the pages have scrolled to what is new: a page that scrolls is one that somebody touches."""
    for page in context.pages:
        settled(page)
    context.clock.run_for("00:02")
    context.pages[0].wait_for_timeout(500)


@pytest.mark.long
def test_a_page_that_nobody_touches_warns_for_two_minutes_and_goes_blank(browser, running_page):
    context = browser.new_context(viewport={"width": 900, "height": 800})
    context.clock.install()
    tab = running_page.open(context)
    ask(tab, "CANARY question")
    other = context.new_page()
    other.goto(running_page.url)
    other.locator(".st-key-ask textarea").wait_for()
    warning = tab.get_by_role("alertdialog", name="Are you still there?")
    nothing_moves(context)
    context.clock.run_for("09:00")
    expect(warning).to_be_hidden()
    context.clock.run_for("01:05")
    expect(warning).to_be_visible()
    expect(warning.get_by_role("button", name="Stay")).to_be_focused()
    expect(warning.locator("#idle-left")).to_have_text(re.compile(r"1:[345]\d"))
    expect(warning.get_by_role("status")).to_have_text("")
    context.clock.run_for("01:00")
    expect(warning.get_by_role("status")).to_have_text(re.compile(r"\d\d seconds left\."))
    tab.keyboard.press("Enter")
    expect(warning).to_be_hidden()
    expect(other.get_by_role("alertdialog")).to_be_hidden()  # who is in one tab is in all
    nothing_moves(context)
    context.clock.run_for("10:05")
    expect(warning).to_be_visible()
    other.mouse.move(100, 100)
    expect(warning).to_be_hidden()
    nothing_moves(context)
    context.clock.fast_forward("11:50")  # asleep, or held back in the background
    context.clock.run_for("00:20")
    for left in (tab, other):  # with a clock that jumps, the wait for the neutral page can be over at once
        left.wait_for_url(GONE, wait_until="commit")
        assert back_shows_nothing(left)
    expect_no_cookie(tab)
    context.close()


@pytest.mark.long
def test_a_touch_that_comes_after_the_time_brings_nothing_back(browser, running_page):
    with visit_of(browser, running_page) as (tab, _):
        tab.evaluate(LATER)
        tab.mouse.move(50, 50)
        tab.wait_for_url(GONE, wait_until="commit")


@pytest.mark.long
def test_a_tab_that_was_held_back_does_not_end_what_goes_on_in_another(browser, running_page):
    with visit_of(browser, running_page) as (tab, _):
        other = tab.context.new_page()
        other.goto(running_page.url)
        ask(other, "CANARY other")
        tab.evaluate(LATER)
        tab.mouse.move(50, 50)
        tab.wait_for_timeout(500)
        expect(tab.locator(MESSAGES).first).to_be_visible()
        assert "CANARY other" in ask(other, "again").page.content()


@pytest.mark.long
def test_nothing_is_kept_in_the_browser_even_if_a_script_of_the_page_wants_to(browser, running_page):
    with visit_of(browser, running_page) as (tab, _):
        assert kept_by(tab, running_page.url) == ([], [])
        tab.evaluate(
            "() => { localStorage.setItem('a', 'b'); sessionStorage.setItem('a', 'b'); document.cookie = 'a=b'; }"
        )
        seen = tab.evaluate("() => [localStorage.getItem('a'), String(indexedDB), String(caches), document.cookie]")
        assert seen == ["b", "undefined", "undefined", ""]
        assert kept_by(tab, running_page.url) == ([], [])
        assert len(tab.context.cookies()) == 1
        leave(tab, "click")
        tab.wait_for_url(GONE, wait_until="commit")
        tab.goto(running_page.url + "/away")
        assert kept_by(tab, running_page.url) == ([], [])
        assert tab.evaluate("async () => [(await indexedDB.databases()).length, (await caches.keys()).length]") == [
            0,
            0,
        ]


def kept_by(tab, origin):
    """What really stands in local and session storage, asked of the browser and not of the page."""
    browser = tab.context.new_cdp_session(tab)
    browser.send("DOMStorage.enable")
    places = ({"securityOrigin": origin, "isLocalStorage": local} for local in (True, False))
    return tuple(browser.send("DOMStorage.getDOMStorageItems", {"storageId": place})["entries"] for place in places)
