"""views.guard: the list of headers, and that an answer of the app inside cannot change it."""

from __future__ import annotations

import asyncio

from views.guard import OPEN, Guard, headers

LISTED = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws://localhost:8501 ws://127.0.0.1:8501; "
        "form-action 'none'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def test_the_headers_are_exactly_the_listed_ones():
    found = headers(8501)
    powers = found.pop("permissions-policy").split(", ")
    assert found == LISTED
    assert {"camera=()", "microphone=()", "geolocation=()", "clipboard-read=()"} <= set(powers)
    assert all(power.endswith("=()") for power in powers)


def test_the_app_inside_cannot_loosen_a_header():
    async def loose(scope, receive, send):
        own = [(b"Cache-Control", b"public"), (b"Server", b"x"), (b"ETag", b"1"), (b"Set-Cookie", b"a=b"), (b"X", b"y")]
        await send({"type": "http.response.start", "status": 200, "headers": own})
        await send({"type": "http.response.body", "body": b""})

    sent = call(loose, "/")
    names = [name.lower() for name, _ in sent[0]["headers"]]
    assert dict(sent[0]["headers"])[b"cache-control"] == b"no-store"
    assert len(names) == len(set(names)) and not {b"server", b"etag", b"set-cookie"} & set(names)
    assert (b"X", b"y") in sent[0]["headers"]


def test_a_header_that_is_sent_twice_is_refused():
    twice = [(b"host", b"127.0.0.1:8501"), (b"host", b"evil.test:8501")]
    assert call(None, "/", twice)[0]["status"] == 403


def test_ten_thousand_odd_paths_are_closed():
    odd = [f"/{name}{n}" for n in range(2500) for name in ("page", "_stcore/x", "component/", "app/")]
    assert not any(OPEN.fullmatch(path) for path in odd)


def call(app, path, said=((b"host", b"127.0.0.1:8501"),)):
    sent = []

    async def goodbye():
        pass

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": list(said)}
    asyncio.run(Guard(app, 8501, goodbye)(scope, None, send))
    return sent
