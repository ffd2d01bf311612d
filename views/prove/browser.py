"""Questions → what a real browser asked for, kept and showed; the only module that knows playwright."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.wording import DEFAULT_LANGUAGE
from views.words import say_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from playwright.sync_api import BrowserContext, Page

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_QUIET: Final = (  # what the browser would send on its own account
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-default-apps", "--disable-domain-reliability", "--disable-client-side-phishing-detection",
    "--no-default-browser-check", "--no-pings", "--disable-gpu", "--disable-breakpad", "--metrics-recording-only",
)  # fmt: skip
_NOT_LIKE_PEOPLES: Final = (  # playwright's own, which would hide what a person's browser keeps
    "--disable-dev-shm-usage", "--disable-back-forward-cache",
)  # fmt: skip
_MESSAGES: Final = '[data-testid="stChatMessage"]'
_ANSWER_MS: Final = 60_000
_PER_CONVERSATION: Final = 12  # then it is cleared, as people do
_KEPT: Final = """() => [location.href, document.title, document.cookie, JSON.stringify(history.state), window.name,
  JSON.stringify(localStorage), JSON.stringify(sessionStorage),
  ...[...document.querySelectorAll("[href], [src], [action]")]
    .flatMap((one) => [one.href, one.src, one.action].filter(Boolean).map(String))].join("\\n")"""
_BESIDE: Final = """() => { const page = document.body.cloneNode(true);
  page.querySelectorAll('[data-testid="stChatMessageContent"] [data-testid="stText"]').forEach((one) => one.remove());
  return page.innerText; }"""
_DRAFT_S: Final = 4.0  # a browser saves what stands in a field every two and a half seconds


class NoBrowserError(RuntimeError):
    """There is no browser to use; the message says what is missing."""


@dataclass
class Visit:
    """One visit: what was asked for, what stayed in the page's storage, how leaving went."""

    version: str = ""
    answered: int = 0
    quoted: int = 0
    own: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    kept: str = ""  # address, title, cookies, storage and links, each time we looked
    shown: list[str] = field(default_factory=list)  # what stood beside the conversation after an exception
    left_after_s: float = 0.0
    back: str = ""  # what Back showed: address, then text
    notes: list[str] = field(default_factory=list)
    looked_up: int = 0  # texts that were looked up beside the chat


def find_browser() -> str:
    """The program of a Chromium or Chrome. Raises NoBrowserError."""
    try:
        import playwright.sync_api  # noqa: F401  only whether it is there
    except ImportError:
        raise NoBrowserError("playwright is not installed; it comes with requirements.lock") from None
    for name in _NAMES:
        if program := shutil.which(name):
            return program
    raise NoBrowserError("no Chromium or Chrome is installed; on Debian or Ubuntu: apt-get install chromium")


class Browser:
    """One profile; each opening of it is a new start of the browser."""

    def __init__(self, program: str, profile: Path, environment: dict[str, str]) -> None:
        self._program, self._profile, self._environment = program, profile, environment

    @contextlib.contextmanager
    def _open(self) -> Iterator[BrowserContext]:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            context = playwright.chromium.launch_persistent_context(
                self._profile,
                executable_path=self._program,
                args=list(_QUIET),
                ignore_default_args=list(_NOT_LIKE_PEOPLES),
                env=dict(self._environment),
                viewport={"width": 900, "height": 800},
                locale="en",  # the page speaks the language of the browser, until a question comes in another
                handle_sigint=False,
                timeout=60_000,
            )
            try:
                yield context
            finally:
                context.close()

    def visit(self, address: str, questions: Questions, while_open: Callable[[], None]) -> Visit:
        """Ask everything, type one question without sending it, look, leave, go back, close.

        while_open is called while the last question stands in its field. Raises playwright's errors when the page
        does not do what it should.
        """
        visit = Visit()
        with self._open() as context:
            visit.version = context.browser.version if context.browser else ""
            origin = address.split("/?")[0].rstrip("/")
            _record(context, origin, visit)
            tab = context.pages[0] if context.pages else context.new_page()
            tab.goto(address)
            tab.get_by_role("heading", name=_said(tab, "page.contacts")).wait_for(timeout=_ANSWER_MS)
            _ask_all(tab, questions, visit)
            _check_texts(tab, questions, visit)
            tab.locator(".st-key-ask textarea").press_sequentially(questions.unsent)
            visit.kept += str(tab.evaluate(_KEPT))
            time.sleep(_DRAFT_S)
            while_open()
            _leave(tab, origin, visit)
        return visit

    def control(self, word: str, while_open: Callable[[], None]) -> list[str]:
        """Keep words in the same profile through a page that does not protect them; returns what left our origin."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Control, word))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        visit = Visit()
        origin = f"http://127.0.0.1:{server.server_port}"
        try:
            with self._open() as context:
                _record(context, origin, visit)
                tab = context.pages[0] if context.pages else context.new_page()
                tab.goto(origin + "/")
                tab.locator("textarea").press_sequentially(f"draft {word}")
                time.sleep(_DRAFT_S)
                while_open()
        finally:
            server.shutdown()
            server.server_close()
        return visit.foreign


@dataclass(frozen=True)
class Questions:
    """What is asked on the page."""

    asked: Sequence[str]
    body: str
    callback: str
    thread: str
    looked_up: tuple[str, str, str, str]  # what is pasted, searched, a reference, and a question for every document
    unsent: str


class _Control(BaseHTTPRequestHandler):
    """A page that keeps what it should not, and asks another machine for a picture."""

    def __init__(self, word: str, *arguments: object) -> None:
        self._word = word
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        page = (
            f"<!doctype html><title>{self._word}</title><img src='http://192.0.2.1/x.png'><form><textarea></textarea>"
            f"</form><script>localStorage.setItem('kept', 'stored {self._word}')</script>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        pass


def _record(context: BrowserContext, origin: str, visit: Visit) -> None:
    def note(url: str) -> None:
        plain = url.replace("ws://", "http://", 1)
        ours = plain == origin or plain.startswith((origin + "/", "data:", "blob:" + origin, "about:"))
        (visit.own if ours else visit.foreign).append(url)

    def follow(tab: Page) -> None:
        tab.on("websocket", lambda socket: note(socket.url))

    context.on("request", lambda request: note(request.url))
    context.on("page", follow)
    for tab in context.pages:
        follow(tab)


def _ask_all(tab: Page, questions: Questions, visit: Visit) -> None:
    for number, question in enumerate(questions.asked):
        if number and number % _PER_CONVERSATION == 0:
            _clear(tab)
        _ask(tab, question)
        visit.answered += 1
        visit.quoted += bool(tab.locator(_MESSAGES).last.locator("blockquote").count())
        if number == 0:
            _open_page_behind(tab, visit)
            _take_along(tab, visit)
        if number % _PER_CONVERSATION == _PER_CONVERSATION - 1:
            visit.kept += str(tab.evaluate(_KEPT))
    _ask(tab, questions.thread)
    for question in (questions.body, questions.callback):
        _clear(tab)
        _send(tab, question)
        tab.get_by_text(_said(tab, "page.trouble").partition(".")[0]).first.wait_for(timeout=_ANSWER_MS)
        visit.shown.append(str(tab.evaluate(_BESIDE)))
        visit.kept += str(tab.evaluate(_KEPT))
        tab.reload()
        tab.get_by_role("heading", name=_said(tab, "page.contacts")).wait_for(timeout=_ANSWER_MS)


def _open_page_behind(tab: Page, visit: Visit) -> None:
    button = tab.get_by_role("button", name=_said(tab, "page.show_page"))
    if button.count():
        button.first.click()
        tab.get_by_role("button", name=_said(tab, "page.hide_page")).first.wait_for(timeout=_ANSWER_MS)
        visit.notes.append("the page behind a quote was opened")


def _take_along(tab: Page, visit: Visit) -> None:
    """Save the one page, and keep what it holds and is called; the words of a question are looked for in it too."""
    tab.get_by_role("button", name=_said(tab, "page.take_away")).last.click()
    with tab.expect_download(timeout=_ANSWER_MS) as saved:
        tab.get_by_role("button", name=_said(tab, "page.take_save")).click()
    visit.kept += f"{saved.value.url}\n{saved.value.suggested_filename}\n"
    visit.kept += Path(saved.value.path()).read_bytes().decode("latin-1") + "\n"
    tab.get_by_role("button", name=_said(tab, "page.take_neither")).click()
    visit.notes.append("the page to take along was saved")


def _check_texts(tab: Page, questions: Questions, visit: Visit) -> None:
    """Type into each field of the view for exact words, and go back to the questions."""
    from playwright.sync_api import expect

    tab.get_by_role("button", name=_said(tab, "texts.enter")).click()
    views = (
        ("texts.paste", "texts.paste_label", "texts.paste_button"),
        ("texts.search", "texts.search_label", "texts.search_button"),
        ("texts.verify", "texts.verify_label", "texts.verify_button"),
        ("texts.compare", "texts.question_label", "texts.question_button"),
    )
    found = tab.locator(".stHtml").locator("[data-say], .av-side")
    for keys, typed in zip(views, questions.looked_up, strict=True):
        view, label, button = (_said(tab, key) for key in keys)
        tab.locator('[data-testid="stRadio"] label').filter(has=tab.get_by_text(view, exact=True)).click()
        send = tab.get_by_role("button", name=button, exact=True)
        send.wait_for(timeout=_ANSWER_MS)
        expect(found).to_have_count(0, timeout=_ANSWER_MS)  # what was found in the view before is gone
        tab.locator(".st-key-look").get_by_label(label, exact=True).fill(typed)  # not a filter that is there sooner
        send.click()
        found.first.wait_for(timeout=_ANSWER_MS)
        visit.looked_up += 1
        visit.kept += str(tab.evaluate(_KEPT))
    tab.get_by_role("button", name=_said(tab, "texts.back")).click()
    tab.get_by_role("heading", name=_said(tab, "page.contacts")).first.wait_for(timeout=_ANSWER_MS)


def _said(tab: Page, key: str) -> str:
    """The page's words of a key, in the language that it speaks now: it goes on in that of a question."""
    return say_in(tab.locator("html").get_attribute("lang") or DEFAULT_LANGUAGE, key)


def _send(tab: Page, question: str) -> None:
    field_ = tab.locator(".st-key-ask textarea")
    field_.fill(question)
    field_.press("Enter")


def _ask(tab: Page, question: str) -> None:
    shown = tab.locator(_MESSAGES).count()
    _send(tab, question)
    answer = tab.locator(_MESSAGES).nth(shown + 1)
    answer.locator("section > h2").first.wait_for(timeout=_ANSWER_MS)  # of the contacts, in whatever language


def _clear(tab: Page) -> None:
    from playwright.sync_api import expect

    if not tab.locator(_MESSAGES).count():
        return
    tab.get_by_role("button", name=_said(tab, "page.clear")).click()
    expect(tab.locator(_MESSAGES)).to_have_count(0, timeout=_ANSWER_MS)


def _leave(tab: Page, origin: str, visit: Visit) -> None:
    from playwright.sync_api import Error

    started = time.monotonic()
    tab.locator("#leave").click(no_wait_after=True)
    tab.wait_for_url(lambda url: url in (origin + "/away", "about:blank"), wait_until="commit", timeout=10_000)
    visit.left_after_s = time.monotonic() - started
    tab.wait_for_load_state()
    with contextlib.suppress(Error):  # there may be nothing to go back to
        tab.go_back(timeout=5_000)
    time.sleep(1)
    visit.back = f"{tab.url}\n{tab.content()}"


def browser_processes(profile: Path) -> list[int]:
    """The processes that run with a profile."""
    from views.prove.watch import processes

    found = []
    with contextlib.suppress(OSError):
        for pid in processes():
            with contextlib.suppress(OSError):
                if os.fsencode(profile) in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(pid)
    return found
