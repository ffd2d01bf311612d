"""Random addresses, written in every odd way, as somebody who has a visit: nothing but what is listed is served."""

from __future__ import annotations

import random
import socket
import string

import pytest

from views import modes

PARTS = [
    "_stcore", "metrics", "agent", "mcp", "interact", "upload_file", "script-health-check", "health", "host-config",
    "stream", "media", "component", "app", "static", "js", "css", "auth", "login", "oauth2callback", "away", "page.js",
    "icon.svg", "index.html", "favicon.png", "ui.py", ".git", "etc", "passwd", ".", "..", "...", "", "~", "*", "vendor",
]  # fmt: skip
ODD = [
    "%2f",
    "%2e%2e",
    "..%2f",
    "%5c",
    "\\",
    "%00",
    "%0d%0a",
    "%c0%af",
    "%e2%80%ae",
    "%",
    "%zz",
    ";",
    "//",
    "/./",
    "%2F%2e",
    "@",
]
METHODS = ["GET"] * 12 + ["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get"]
FORMS = ["/{}"] * 12 + [
    "//{}", "///evil.test/{}", "{}", "http://evil.test/{}", "http://127.0.0.1/{}", "//evil.test/..//{}", "/{}/",
    "/{}?q=1",
    "/{}#x", "/static/js/{}", "/static/../{}", "/_stcore/{}", "/away/../{}", "*",
]  # fmt: skip


def targets(seed, count):
    """Method and target of each request, none of them an open address."""
    chance = random.Random(seed)
    made = 0
    while made < count:
        pieces = [chance.choice(PARTS) for _ in range(chance.randint(1, 5))]
        if chance.random() < 0.5:
            pieces.insert(chance.randrange(len(pieces) + 1), chance.choice(ODD))
        if chance.random() < 0.3:
            pieces.append("".join(chance.choices(string.printable[:94] + "éЖ漢\u202e", k=chance.randint(1, 30))))
        if chance.random() < 0.02:
            pieces.append("x" * chance.choice([3_000, 20_000, 100_000]))
        path = chance.choice(["/", "/", "/", "", "%2f"]).join(pieces)
        target = chance.choice(FORMS).format(path.replace("{", "").replace("}", "")).replace(" ", "%20")
        method = chance.choice(METHODS)
        if method in ("GET", "HEAD") and target.partition("?")[0] in modes.PAGES:
            continue
        made += 1
        yield method, target


def status(page, cookie, method, target):
    """The status of the answer; 400 where the server hung up on what is no HTTP."""
    with socket.create_connection(("127.0.0.1", page.port), timeout=10) as sock:
        head = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\nCookie: {cookie}\r\n\r\n"
        try:
            sock.sendall(head.encode())
            said = sock.recv(100)
        except (ConnectionResetError, BrokenPipeError):
            return 400
    return int(said.split()[1]) if said else 400


@pytest.mark.parametrize("count", [200, pytest.param(10_000, marks=pytest.mark.long)])
def test_random_addresses_are_refused(running_page, count):
    cookie = running_page.new_visit()
    served = {}
    for method, target in targets(count, count):
        found = status(running_page, cookie, method, target)
        if found not in (400, 403, 404, 405):
            served[f"{method} {target}"[:200]] = found
    assert served == {}
    assert status(running_page, cookie, "GET", "/_stcore/health") == 200
    assert "Traceback" not in running_page.log.read_text() and "met an error" not in running_page.log.read_text()
