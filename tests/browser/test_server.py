"""The running server: what it answers, to whom, what it refuses, how it starts and ends."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from tests.browser.conftest import printed_address
from views import modes, shell

CLOSED = [
    "/_stcore/metrics",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/mcp",
    "/_stcore/agent/interact",
    "/_stcore/upload_file",
    "/_stcore/upload_file/a/b",
    "/_stcore/script-health-check",
    "/_stcore/bidi-components/x/index.js",
    "/_stcore/stream",
    "/media/x.png",
    "/component/x/index.html",
    "/app/static/x",
    "/auth/login",
    "/elsewhere/",
    "/any/page",
    "/static/../../ui.py",
    "/static/%2e%2e/%2e%2e/ui.py",
    "/%61way",
    "/healthz",
]
MAY_DIFFER = {"date", "content-length", "content-type", "accept-ranges", "connection", "set-cookie"}


@pytest.fixture(scope="module")
def visit(running_page):
    return {"Cookie": running_page.new_visit()}


def get(page, path, method="GET", host=None, **more):
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host or f"127.0.0.1:{page.port}")
    for name, value in more.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_a_small_answer_is_sent_at_once_and_waits_for_no_word_of_the_browser(running_page):
    """Its head and its body are two packets; held back until the first is acknowledged, each would take 40 ms."""
    connection, taken = http.client.HTTPConnection("127.0.0.1", running_page.port, timeout=10), []
    for _ in range(21):
        begun = time.monotonic()
        connection.request("GET", "/icon.svg")
        assert connection.getresponse().read()
        taken.append(time.monotonic() - begun)
    connection.close()
    assert statistics.median(taken) < 0.03


@pytest.mark.parametrize(
    "path", ["/", "/away", "/page.js", "/icon.svg", "/_stcore/health", "/closed", "/?key=x", "KEY"]
)
@pytest.mark.parametrize("invited", [True, False])
def test_every_answer_has_exactly_our_headers(running_page, path, invited):
    path = running_page.address.removeprefix(running_page.url) if path == "KEY" else path
    answer, _ = get(running_page, path, **({"Cookie": running_page.new_visit()} if invited else {}))
    said = {name.lower(): value for name, value in answer.getheaders()}
    refresh = {"refresh": "0; url=/"} if "key=" in path and path != "/?key=x" else {}
    wanted = modes.local(running_page.port).headers() | refresh
    assert {name: value for name, value in said.items() if name not in MAY_DIFFER} == wanted


def test_the_key_gives_a_visit_that_lasts_as_long_as_the_browser_is_open(running_page):
    path = running_page.address.removeprefix(running_page.url)
    answer, body = get(running_page, path)
    name, value = re.fullmatch(
        r"([\w-]+)=([\w-]{43}); Path=/; HttpOnly; SameSite=Strict", answer.getheader("Set-Cookie")
    ).groups()
    assert (answer.status, name) == (200, f"visit-{running_page.port}")
    assert not re.search("harass|avenue|nation|key", body.decode(), re.I)
    second, _ = get(running_page, path)
    assert second.status == 200 and value not in second.getheader("Set-Cookie")
    same, _ = get(running_page, path, Cookie=f"other=1; {name}={value}")
    assert same.status == 200 and same.getheader("Set-Cookie") is None  # one browser is one visit
    assert get(running_page, "/", Cookie=f"{name}={value}")[0].status == 200


@pytest.mark.parametrize(
    "query", ["", "?key=", "?key=wrong", "?other=1", "?key=%C3%A9", "?key=\xe9", "?key=" + "x" * 9000]
)
def test_without_the_key_the_page_is_closed_and_says_nothing_of_what_it_is(running_page, query):
    query = query.encode().decode("latin-1")
    connection = http.client.HTTPConnection("127.0.0.1", running_page.port, timeout=10)
    connection._encode_request = lambda request: request.encode("latin-1")
    connection._validate_path = lambda path: None
    connection.request("GET", "/" + query)
    answer = connection.getresponse()
    body = answer.read().decode()
    assert answer.status in ((403,) if query.isascii() else (400, 403))
    assert answer.getheader("Set-Cookie") is None
    assert "This page is closed" in body or not query.isascii()
    assert not re.search("harass|avenues|nation|streamlit|report", body, re.I)


@pytest.mark.parametrize(
    "cookie", ["", "visit-{port}=", "visit-{port}=x", "visit-{port}={good}; visit-{port}=x", "visit={good}"]
)
def test_without_a_visit_only_the_neutral_files_are_served(running_page, visit, cookie):
    sent = cookie.format(port=running_page.port, good=visit["Cookie"].partition("=")[2])
    files = [*modes.PAGES, sorted(shell.streamlit_files())[0]]
    allowed = {path for path in files if get(running_page, path, Cookie=sent)[0].status == 200}
    assert allowed == {"/away", "/icon.svg"}
    assert stream(running_page, Origin=running_page.url, Cookie=sent) == 403


def test_with_a_visit_exactly_the_listed_addresses_are_served(running_page, visit):
    listed = {"/", "/page.js", "/page.css", "/icon.svg", "/_stcore/health", "/_stcore/host-config"}
    assert listed | {"/away"} == modes.PAGES  # /away is asked for by a visit that leaves
    assert {path for path in listed if get(running_page, path, **visit)[0].status == 200} == listed
    files = sorted(shell.streamlit_files())
    assert len(files) > 100 and all(path.startswith("/static/") for path in files)
    assert all(get(running_page, path, "HEAD", **visit)[0].status == 200 for path in files[::25])


@pytest.mark.parametrize("path", CLOSED)
def test_what_is_not_needed_is_closed(running_page, visit, path):
    answer, _ = get(running_page, path, **visit)
    assert answer.status == 404


def test_every_route_of_streamlit_that_is_not_listed_is_closed(running_page, visit):
    from streamlit.web.server.starlette.starlette_app import create_streamlit_routes

    paths = {
        re.sub(r"{[^}]*}", "x", getattr(route, "path", "")) or "/" for route in create_streamlit_routes(MagicMock())
    }
    assert {"/_stcore/metrics", "/media/x", "/_stcore/health"} <= paths
    assert {path for path in paths if get(running_page, path, **visit)[0].status != 404} <= modes.PAGES


def test_leaving_takes_the_cookie_away_and_the_visit_is_worth_nothing_any_more(running_page):
    cookie = running_page.new_visit()
    answer, body = get(running_page, "/away", Cookie=cookie)
    name = cookie.partition("=")[0]
    assert answer.getheader("Set-Cookie") == f"{name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
    assert answer.status == 200 and b"Common conversions" in body
    assert get(running_page, "/", Cookie=cookie)[0].status == 403
    assert stream(running_page, Origin=running_page.url, Cookie=cookie) == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_nothing_can_be_sent_by_http(running_page, method):
    assert get(running_page, "/", method)[0].status == 405


@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:8501", "127.0.0.1.evil.test:80", "0.0.0.0:80", "x@localhost:1"]
)
def test_a_foreign_host_is_refused(running_page, host):
    assert get(running_page, "/", host=host)[0].status == 403


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "https://127.0.0.1", "http://127.0.0.1:1"])
def test_a_foreign_origin_is_refused(running_page, visit, origin):
    assert get(running_page, "/_stcore/health", Origin=origin, **visit)[0].status == 403
    assert stream(running_page, Origin=origin, **visit) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "odd"])
def test_another_site_may_lead_a_person_here_and_use_nothing(running_page, visit, site):
    linked = {"Sec_Fetch_Site": site, "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    framed = linked | {"Sec_Fetch_Dest": "iframe"}
    used = linked | {"Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "script"}
    assert get(running_page, "/", **linked, **visit)[0].status == 200
    assert [get(running_page, "/", **how, **visit)[0].status for how in (framed, used)] == [403, 403]
    assert [get(running_page, "/page.js", **how, **visit)[0].status for how in (linked, used)] == [403, 403]
    assert get(running_page, "/away", **used)[0].status == 403
    own = {"Sec_Fetch_Site": "same-origin", "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "script"}
    assert get(running_page, "/page.js", **own, **visit)[0].status == 200


@pytest.mark.parametrize("body", [{"Content_Length": "5"}, {"Transfer_Encoding": "chunked"}])
def test_a_request_brings_nothing_along(running_page, visit, body):
    assert get(running_page, "/", **body, **visit)[0].status == 400


def socket_of(page, host=None, **more):
    """A WebSocket that was asked for, and the status of the answer."""
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13"}
    key = {"Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA=="}
    sock = socket.create_connection(("127.0.0.1", page.port), timeout=10)
    fields = {"Host": host or f"127.0.0.1:{page.port}", **upgrade, **key, **more}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    sock.sendall(f"GET /_stcore/stream HTTP/1.1\r\n{lines}\r\n".encode())
    return sock, int(sock.recv(1000).split()[1])


def stream(page, host=None, **more):
    sock, status = socket_of(page, host, **more)
    sock.close()
    return status


def test_a_page_from_elsewhere_cannot_join_the_conversation(running_page, visit):
    assert stream(running_page, **visit) == 403  # no Origin: no browser
    assert stream(running_page, host="evil.test:80", Origin="http://evil.test:80", **visit) == 403
    assert stream(running_page, Origin=running_page.url) == 403
    assert stream(running_page, Origin=running_page.url, **visit) == 101


def test_one_visit_may_have_eight_pages_open_and_no_more(running_page):
    one, other = ({"Origin": running_page.url, "Cookie": running_page.new_visit()} for _ in range(2))
    opened = [socket_of(running_page, **one) for _ in range(9)]
    assert [status for _, status in opened] == [101] * 8 + [503]
    assert stream(running_page, **other) == 101
    opened[0][0].close()
    for _ in range(50):
        if stream(running_page, **one) == 101:
            break
        time.sleep(0.1)
    else:
        raise AssertionError("A page that has gone still counts.")
    for sock, _ in opened:
        sock.close()


def frame(size):
    """The start of a binary message of a client that says how large it is."""
    return b"\x82\xff" + size.to_bytes(8, "big") + b"mask"


def test_a_message_that_is_too_large_ends_its_own_page_only(running_page, visit):
    said = {"Origin": running_page.url, **visit}
    (large, _), (beside, _) = socket_of(running_page, **said), socket_of(running_page, **said)
    large.sendall(frame(50_000_000))
    while piece := large.recv(65536):
        last = piece
    assert b"\x03\xf1" in last  # 1009: too big
    beside.sendall(b"\x89\x80mask")  # a ping
    assert b"\x8a\x00" in beside.recv(65536)
    large.close()
    beside.close()


def test_headers_without_end_are_refused_and_slow_ones_hold_nobody_up(running_page):
    slow = [socket.create_connection(("127.0.0.1", running_page.port)) for _ in range(50)]
    for sock in slow:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: ")
    endless = socket.create_connection(("127.0.0.1", running_page.port), timeout=10)
    endless.sendall(b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 40_000)
    assert b" 400 " in endless.recv(1000)
    started = time.monotonic()
    assert get(running_page, "/away")[0].status == 200 and time.monotonic() - started < 2
    slow[0].settimeout(20)
    assert slow[0].recv(100) == b"" and time.monotonic() - started > 3
    for sock in (*slow, endless):
        sock.close()


def test_the_start_page_is_neutral_from_the_first_byte(running_page, visit):
    page = get(running_page, "/", **visit)[1].decode()
    assert "<title>Information</title>" in page
    assert page.index('id="leave"') < page.index('id="root"')
    assert 'content="telephone=no, email=no, address=no, date=no"' in page  # no links that a browser makes by itself
    head = page.partition("<body>")[0].lower()
    assert "agent" not in page and "harass" not in head and "<script>" not in page


def test_the_people_are_in_the_start_page_for_who_has_a_visit_only_and_are_not_kept(running_page, visit):
    answer, page = get(running_page, "/", **visit)
    assert b'href="tel:' in page and answer.getheader("Cache-Control") == "no-store"
    for path, said in (("/", {}), ("/?key=x", {}), ("/", {"Cookie": f"visit-{running_page.port}=x"})):
        answer, page = get(running_page, path, **said)
        assert answer.status == 403 and b"tel:" not in page and b'id="opening"' not in page


def test_the_neutral_page_says_nothing_of_this_one(running_page):
    page = get(running_page, "/away")[1].decode().lower()
    assert not any(word in page for word in ("avenues", "harass", "report", "united nations", "<script"))


def test_it_listens_on_this_computer_only_whatever_the_environment_says(running_page):
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in {address for address in others if not address.startswith("127.")}:
        with pytest.raises(OSError):
            socket.create_connection((address, running_page.port), timeout=1)


def test_a_second_instance_takes_the_next_port_and_ctrl_c_ends_it_in_one_line(running_page, tmp_path):
    folder = tmp_path / "second"
    second = start_second(running_page, folder)
    try:
        text = wait_for(folder / "log", "Ctrl-C")
        assert f"Port {running_page.port} is in use" in text
        assert printed_address(folder / "log").partition("=")[2] != running_page.address.partition("=")[2]
        second.send_signal(signal.SIGINT)
        assert second.wait(15) == 0
        text = (folder / "log").read_text()
        assert "Traceback" not in text and text.rstrip().endswith("Avenues has ended. What was typed is gone.")
    finally:
        second.kill()


def start_second(page, folder):
    folder.mkdir()
    command = [*page.process.args[: page.process.args.index("--corpus")], "--corpus", str(page.corpus)]
    with (folder / "log").open("wb") as file:
        return subprocess.Popen(command, cwd=folder, stdout=file, stderr=subprocess.STDOUT)


def wait_for(path, text):
    for _ in range(300):
        if text in path.read_text():
            return path.read_text()
        time.sleep(0.1)
    raise AssertionError(path.read_text())


@pytest.mark.long
def test_the_program_ends_by_itself_when_its_last_page_has_closed_for_good(tmp_path, start):
    page = start(tmp_path, "--test-ends-after", "1.5")
    time.sleep(2)
    assert page.process.poll() is None  # nobody has come yet
    said = {"Origin": page.url, "Cookie": page.new_visit()}
    for _ in range(3):  # a page that is loaded again is no end
        sock, status = socket_of(page, **said)
        assert status == 101
        time.sleep(0.7)
        sock.close()
        time.sleep(0.7)
    assert page.process.poll() is None
    assert page.process.wait(15) == 0
    assert page.log.read_text().endswith(
        "Avenues has ended, because its last page was closed. What was typed is gone.\n"
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Reads /proc.")
def test_a_running_page_leaves_no_core_and_its_key_is_in_no_argument_no_variable_and_no_log(running_page):
    process = Path(f"/proc/{running_page.process.pid}")
    assert re.search(r"Max core file size +0 +0 ", (process / "limits").read_text())
    assert "Umask:\t0077" in (process / "status").read_text()
    key = running_page.address.partition("=")[2]
    assert key.encode() not in (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    assert running_page.log.read_text().count(key) == 1  # where it is told
