"""A running page: the real server as its own process, in an environment that wants to leak."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

pytest.register_assert_rewrite("tests.browser.axe")  # so that it says what differs

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
HOSTILE = """
[browser]
gatherUsageStats = true
[server]
address = "0.0.0.0"
enableAgentApi = true
baseUrlPath = "elsewhere"
[client]
showErrorDetails = "full"
showErrorLinks = true
[logger]
level = "debug"
enableRich = true
[theme]
font = "https://evil.test/font.css"
"""


@dataclass
class RunningPage:
    """The process, its port, its corpus folder and the file that its output goes to."""

    process: subprocess.Popen
    port: int
    corpus: Path
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        """The printed address, with the key."""
        return printed_address(self.log)

    def open(self, context):
        """A new tab of a browser or context, with the page in it."""
        tab = context.new_page()
        tab.goto(self.address)
        tab.get_by_role("heading", name="People you can talk to").wait_for()
        tab.locator("#opening").wait_for(state="detached")  # until then the page is the one that the server drew
        tab.locator("textarea").wait_for()
        return tab

    def new_visit(self) -> str:
        """The cookie of a new visit, as a browser would send it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", self.address.removeprefix(self.url))
        return connection.getresponse().getheader("Set-Cookie").partition(";")[0]

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            self.process.wait(15)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def printed_address(log: Path) -> str:
    for _ in range(300):
        found = re.search(r"Avenues is open at (http://127\.0\.0\.1:\d+/\?key=[\w-]+)", log.read_text())
        if found:
            return found.group(1)
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def make_corpus(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in ("wording", "contacts"):
        shutil.copytree(ROOT / "corpus" / name, folder / name, ignore=shutil.ignore_patterns("local"))
    canvas = Canvas(str(folder / "policy.pdf"), pagesize=(400, 300))
    canvas.drawString(40, 200, "You may speak to the ombudsman")
    canvas.drawString(40, 180, "in confidence.")
    canvas.save()
    (folder / "state").write_text("ready")
    return folder


def start_page(folder: Path, *options: str) -> RunningPage:
    corpus = make_corpus(folder / "a corpus")
    home = folder / "home"
    (home / ".streamlit").mkdir(parents=True)
    (home / ".streamlit" / "config.toml").write_text(HOSTILE)
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")},
        "HOME": str(home),
        "STREAMLIT_SERVER_ADDRESS": "0.0.0.0",
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "true",
        "STREAMLIT_CLIENT_SHOW_ERROR_DETAILS": "full",
    }
    log = folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [
                *(sys.executable, str(HERE / "fake_page.py"), "--no-browser", "--port", str(port)),
                *("--corpus", str(corpus), "--index", str(folder / "index"), *options),
            ],
            cwd=home,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    page = RunningPage(process, port, corpus, log)
    name = options[options.index("--server") + 1] if "--server" in options else ""
    wait_for_answer(page.url, process, log, host=name)
    return page


def wait_for_answer(url: str, process: subprocess.Popen, log: Path, host: str = "") -> None:
    for _ in range(300):
        try:
            asked = urllib.request.Request(url + "/icon.svg", headers={"Host": host} if host else {})
            urllib.request.urlopen(asked, timeout=2)
            return
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def running_page(tmp_path_factory):
    page = start_page(tmp_path_factory.mktemp("page"))
    yield page
    page.end()


@pytest.fixture
def start():
    """Start pages that end with the test."""
    pages = []

    def starter(folder, *options):
        pages.append(start_page(folder / "own", *options))
        return pages[-1]

    yield starter
    for page in pages:
        page.end()
