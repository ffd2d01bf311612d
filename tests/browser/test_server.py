"""The running server: what it answers, what it refuses, how it starts and ends."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import time

import pytest

from views.guard import headers

CLOSED = [
    "/_stcore/metrics",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/mcp",
    "/_stcore/upload_file",
    "/_stcore/upload_file/a/b",
    "/_stcore/script-health-check",
    "/component/x/index.html",
    "/app/static/x",
    "/auth/login",
    "/elsewhere/",
    "/any/page",
    "/static/../../ui.py",
    "/static/%2e%2e/%2e%2e/ui.py",
]
MAY_DIFFER = {"date", "content-length", "content-type", "accept-ranges", "connection"}


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


@pytest.mark.parametrize("path", ["/", "/away", "/page.js", "/page.css", "/icon.svg", "/_stcore/health", "/closed"])
def test_every_answer_has_exactly_our_headers(running_page, path):
    answer, _ = get(running_page, path)
    said = {name.lower(): value for name, value in answer.getheaders()}
    assert {name: value for name, value in said.items() if name not in MAY_DIFFER} == headers(running_page.port)


@pytest.mark.parametrize("path", CLOSED)
def test_what_is_not_needed_is_closed(running_page, path):
    answer, _ = get(running_page, path)
    assert answer.status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_nothing_can_be_sent_by_http(running_page, method):
    assert get(running_page, "/", method)[0].status == 405


@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:8501", "127.0.0.1.evil.test:80", "0.0.0.0:80", "x@localhost:1"]
)
def test_a_foreign_host_is_refused(running_page, host):
    assert get(running_page, "/", host=host)[0].status == 403


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "https://127.0.0.1", "http://127.0.0.1:1"])
def test_a_foreign_origin_is_refused(running_page, origin):
    assert get(running_page, "/_stcore/health", Origin=origin)[0].status == 403
    assert stream(running_page, Origin=origin) == 403


def stream(page, host=None, **more):
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13"}
    key = {"Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA=="}
    sock = socket.create_connection(("127.0.0.1", page.port), timeout=10)
    fields = {"Host": host or f"127.0.0.1:{page.port}", **upgrade, **key, **more}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    sock.sendall(f"GET /_stcore/stream HTTP/1.1\r\n{lines}\r\n".encode())
    status = int(sock.recv(200).split()[1])
    sock.close()
    return status


def test_a_page_from_elsewhere_cannot_join_the_conversation(running_page):
    assert stream(running_page) == 403  # no Origin: no browser
    assert stream(running_page, host="evil.test:80", Origin="http://evil.test:80") == 403
    assert stream(running_page, Origin=running_page.url) == 101


def test_the_start_page_is_neutral_from_the_first_byte(running_page):
    _, body = get(running_page, "/")
    page = body.decode()
    assert "<title>Information</title>" in page
    assert page.index('id="leave"') < page.index('id="root"')
    assert "agent" not in page and "harass" not in page.lower() and "<script>" not in page


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
        second.send_signal(signal.SIGINT)
        assert second.wait(15) == 0
        text = (folder / "log").read_text()
        assert "Traceback" not in text and text.rstrip().endswith("What was typed is gone.")
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
