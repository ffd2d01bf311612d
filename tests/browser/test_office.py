"""The page as an office serves it: by its name, behind a proxy that keeps TLS, for many at once who never meet."""

from __future__ import annotations

import asyncio
import http.client
import socket
import ssl
import threading

import pytest
import trustme
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from tests.browser.conftest import start_page
from tests.browser.test_journey import GONE, MESSAGES, ask, chromium
from tests.browser.test_leaving import expect_no_cookie

pytestmark = pytest.mark.browser
NAME = "avenues.example"
HERE = f"https://{NAME}"


class Proxy:
    """TLS for one name, in front of a port on this computer; hands everything on as it comes."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.authority = trustme.CA()
        self._loop = asyncio.new_event_loop()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(NAME).configure_cert(context)
        starting = asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self._server = self._loop.run_until_complete(starting)
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    async def _serve(self, reader, writer):
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", self._to)
        await asyncio.gather(self._hand_on(reader, to_writer), self._hand_on(to_reader, writer))

    async def _hand_on(self, reader, writer):
        try:
            while piece := await reader.read(65536):
                writer.write(piece)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    page = start_page(tmp_path_factory.mktemp("office"), "--server", NAME)
    proxy = Proxy(page.port)
    yield page, proxy
    proxy.close()
    page.end()


@pytest.fixture(scope="module")
def browser(office):
    rule = f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{office[1].port}"
    with chromium(more=[rule]) as running:
        yield running


def come(browser):
    context = browser.new_context(ignore_https_errors=True)
    tab = context.new_page()
    tab.sessions = set()
    tab.on("websocket", lambda opened: opened.on("framereceived", lambda frame: tab.sessions.add(session_in(frame))))
    tab.goto(HERE)
    tab.get_by_role("heading", name="People you can talk to").wait_for()
    return tab


def session_in(frame):
    message = ForwardMsg()
    message.ParseFromString(frame)
    return message.new_session.initialize.session_id


def session_given(proxy, cookie, wanted):
    """The session that a visit gets when it asks for one by its id."""
    context = ssl.create_default_context()
    proxy.authority.configure_trust(context)
    with connect(
        f"wss://{NAME}/_stcore/stream",
        sock=socket.create_connection(("127.0.0.1", proxy.port)),
        ssl=context,
        origin=HERE,
        additional_headers={"Cookie": f"__Host-visit={cookie}"},
        subprotocols=["streamlit", "none", wanted],
    ) as opened:
        message = BackMsg()
        message.rerun_script.query_string = ""
        opened.send(message.SerializeToString())
        while not (given := session_in(opened.recv(10))):
            pass
        return given


def test_two_people_who_ask_at_once_see_their_own_conversation_only(office, browser):
    first, second = come(browser), come(browser)
    names = ("CANARYONE", "CANARYTWO")
    for tab, name in zip((first, second), names, strict=True):
        field = tab.get_by_label("Your question")
        field.fill(name)
        field.press("Enter")
    for tab in (first, second):
        expect(tab.locator(MESSAGES)).to_have_count(2)
        expect(tab.locator("blockquote").first).to_be_visible()
    assert "CANARYTWO" not in first.content() and "CANARYONE" not in second.content()
    (cookie,), (other,) = (tab.context.cookies() for tab in (first, second))
    assert (cookie["name"], cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (
        "__Host-visit", True, True, "Strict",
    )  # fmt: skip
    assert cookie["expires"] == -1 and cookie["value"] != other["value"]
    (wanted,) = first.sessions - {""}
    assert session_given(office[1], other["value"], wanted) != wanted
    assert first.locator(MESSAGES).count() == 2
    assert session_given(office[1], cookie["value"], wanted) == wanted
    second.locator("#leave").click()
    second.wait_for_url(GONE, wait_until="commit")
    expect_no_cookie(second)
    assert len(ask(come(browser), "again").page.context.cookies()) == 1
    for tab in (first, second):
        tab.context.close()


def test_nothing_of_it_is_asked_or_written_and_nobody_comes_in_by_another_name(office):
    page, _ = office
    said = page.log.read_text()
    assert said == f"Avenues is served for {HERE} on port {page.port}.\n"
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=10)
    connection.request("GET", "/", headers={"X-Forwarded-Host": NAME, "X-Forwarded-Proto": "https"})
    assert connection.getresponse().status == 403
