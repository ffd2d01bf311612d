"""The page as an office serves it: by its name, behind nginx as the docs have it, for many at once who never meet."""

from __future__ import annotations

import http.client
import re
import socket
import ssl

import pytest
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from tests.browser.conftest import free_port, start_page
from tests.browser.nginx import Nginx
from tests.browser.test_journey import GONE, MESSAGES, chromium
from tests.browser.test_leaving import LATER, expect_no_cookie
from views import modes, signs

pytestmark = pytest.mark.browser
NAME = "avenues.example"
HERE = f"https://{NAME}"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    page = start_page(tmp_path_factory.mktemp("office"), "--server", NAME)
    proxy = None
    try:
        proxy = Nginx(tmp_path_factory.mktemp("nginx"), NAME, page.port)
        yield page, proxy
    finally:
        page.end()
        if proxy:
            proxy.close()
    assert proxy.kept() == {}


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
    tab.locator("#opening").wait_for(state="detached")
    return tab


def session_in(frame):
    message = ForwardMsg()
    message.ParseFromString(frame)
    return message.new_session.initialize.session_id


def session_given(proxy, cookie, wanted):
    """The session that a visit gets when it asks for one by its id."""
    with connect(
        f"wss://{NAME}/_stcore/stream",
        sock=socket.create_connection(("127.0.0.1", proxy.port)),
        ssl=trusting(proxy),
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
    first.get_by_role("button", name="Show the page").first.click()
    first.get_by_role("img", name=re.compile("A policy")).wait_for()
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
    second.goto(HERE)
    second.get_by_role("heading", name="People you can talk to").wait_for()
    assert second.locator(MESSAGES).count() == 0 and len(second.context.cookies()) == 1
    first.evaluate(LATER)  # and nobody touched it
    first.wait_for_url(GONE, wait_until="commit")
    expect_no_cookie(first)
    for tab in (first, second):
        tab.context.close()


def trusting(proxy):
    """A context for TLS that knows the proxy's certificate."""
    context = ssl.create_default_context()
    proxy.authority.configure_trust(context)
    return context


def secure(proxy, name=NAME, context=None, session=None):
    """A connection to the proxy with TLS."""
    sock = socket.create_connection(("127.0.0.1", proxy.port), timeout=10)
    return (context or trusting(proxy)).wrap_socket(sock, server_hostname=name, session=session)


def said_to(proxy, path="/", host=NAME, method="GET", body=b"", raw=None, **more):
    """Status, headers as they came, and body of one answer."""
    fields = {"Host": host, "Connection": "close", **more}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    with secure(proxy) as sock:
        sock.sendall(raw or f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        answer = http.client.HTTPResponse(sock, method=method)
        answer.begin()
        return answer.status, [(name.lower(), value) for name, value in answer.getheaders()], answer.read()


@pytest.mark.parametrize("path", ["/", "/away", "/page.js", "/nowhere", "/healthz", "/_stcore/stream"])
def test_our_headers_come_through_the_proxy_once_and_none_of_its_own(office, path):
    _, headers, _ = said_to(office[1], path)
    said = dict(headers)
    assert len(said) == len(headers)
    assert said.pop("server", "") == "nginx"  # and not which one
    plain = {"date", "content-type", "content-length", "connection", "set-cookie", "transfer-encoding"}
    assert {name: value for name, value in said.items() if name not in plain} == modes.server((NAME,), 1).headers()


def test_the_health_check_says_one_word_to_the_monitor_and_counts_nobody(office):
    page, proxy = office
    status, headers, body = said_to(proxy, "/healthz")
    assert (status, body) == (200, b"ok") and "set-cookie" not in dict(headers)
    ready = (page.corpus / "state").read_text()
    for state in ("missing", "damaged", "building", "unheard of"):
        (page.corpus / "state").write_text(state)
        status, _, body = said_to(proxy, "/healthz")
        assert (status, body) == (503, b"wait")
    (page.corpus / "state").write_text(ready)


@pytest.mark.parametrize(
    ("request_", "statuses"),
    [
        ({"path": "/static/../ui.py"}, {404}),
        ({"path": "/%2e%2e/%2e%2e/ui.py"}, {400, 404}),
        ({"path": "//evil.test/"}, {400, 404}),
        ({"path": "/healthz/"}, {404}),
        ({"path": "/_stcore/metrics"}, {404}),
        ({"path": "https://evil.test/"}, {0}),
        ({"host": "evil.test"}, {0}),
        ({"host": f"{NAME}.evil.test"}, {0}),
        ({"host": "127.0.0.1"}, {0}),
        ({"X_Forwarded_Host": "evil.test", "Forwarded": "host=evil.test"}, {200}),
        ({"Cookie": "x" * 9_000}, {400}),
        ({"method": "POST", "Content_Length": "2000", "body": b"x" * 2000}, {413}),
        ({"method": "POST", "Content_Length": "3", "body": b"abc"}, {405}),
        ({"Content_Length": "4", "Transfer_Encoding": "chunked", "body": b"0\r\n\r\n"}, {400}),
        ({"Transfer_Encoding": "xchunked", "body": b"0\r\n\r\n"}, {400, 501}),
        ({"raw": b"GET / HTTP/1.1\r\nHost: avenues.example\r\nHost: evil.test\r\n\r\n"}, {400}),
        ({"raw": b"GET / HTTP/1.1\r\nHost: avenues.example\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"}, {400}),
    ],
)  # fmt: skip
def test_odd_requests_get_no_further_than_a_refusal(office, request_, statuses):
    try:
        status = said_to(office[1], **request_)[0]
    except (OSError, http.client.BadStatusLine):  # it hung up
        status = 0
    assert status in statuses


def test_another_name_and_a_plain_connection_are_led_nowhere(office):
    _, proxy = office
    with pytest.raises(ssl.SSLError):
        secure(proxy, "evil.test")
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain_port, timeout=10)
    connection.request("GET", "/CANARY?q=CANARY", headers={"Host": "evil.test"})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location")) == (301, f"{HERE}/")


def test_a_browser_that_comes_again_is_not_known_by_its_connection(office):
    context, session = trusting(office[1]), None
    for _ in range(2):
        with secure(office[1], context=context, session=session) as sock:
            sock.sendall(f"GET /away HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
            assert sock.recv(100).startswith(b"HTTP/1.1 200") and sock.version() == "TLSv1.3"
            assert not sock.session_reused
            session = sock.session


def test_a_program_that_is_not_there_is_said_neutrally(tmp_path):
    proxy = Nginx(tmp_path, NAME, free_port())
    try:
        status, headers, body = said_to(proxy)
        assert status == 502 and b"closed for a moment" in body and dict(headers)["cache-control"] == "no-store"
        assert not re.search(rb"avenues|harass|nation|nginx|report", body, re.IGNORECASE)
        assert proxy.kept() == {}
    finally:
        proxy.close()


@pytest.mark.parametrize(
    ("lacking", "path", "status", "sign"),
    [
        ("proxy_set_header Host $host;", "/", 403, signs.FOREIGN_HOST),
        ("proxy_set_header Upgrade $http_upgrade;", "/_stcore/stream", 404, signs.NO_UPGRADE),
    ],
)
def test_what_a_wrong_proxy_does_is_said_once_to_whoever_started_the_program(
    office, tmp_path, lacking, path, status, sign
):
    page, _ = office
    proxy = Nginx(tmp_path, NAME, page.port, without=(lacking,))
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA=="}
    try:
        assert [said_to(proxy, path, **upgrade if path != "/" else {})[0] for _ in range(2)] == [status] * 2
    finally:
        proxy.close()
    assert page.log.read_text().count(sign) == 1


def test_nothing_of_it_is_asked_or_written_and_nobody_comes_in_by_another_name(office):
    page, _ = office
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=10)
    connection.request("GET", "/", headers={"X-Forwarded-Host": NAME, "X-Forwarded-Proto": "https"})
    assert connection.getresponse().status == 403
    known = {f"Avenues is served for {HERE} on port {page.port}.", signs.FOREIGN_HOST, signs.NO_UPGRADE}
    assert set(page.log.read_text().splitlines()) <= known
