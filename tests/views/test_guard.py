"""views.guard: what is passed on, and that an answer of the app inside cannot change our headers."""

from __future__ import annotations

import asyncio

import pytest

from views import modes
from views.guard import Gate, Guard
from views.sessions import Sessions
from views.visits import Keys, Visits

HOST = (b"host", b"127.0.0.1:8501")


def gate(mode=None):
    mode = mode or modes.local(8501)
    return Gate(mode, Keys(), Visits(mode.sockets, mode.sockets_each), Sessions())


def call(app, path="/icon.svg", said=(HOST,), gate_=None, query=b""):
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": query}
    asyncio.run(Guard(app, gate_ or gate())({**scope, "headers": list(said), "client": ("1.2.3.4", 5)}, None, send))
    return sent


def test_the_app_inside_cannot_loosen_a_header():
    async def loose(scope, receive, send):
        own = [(b"Cache-Control", b"public"), (b"Server", b"x"), (b"ETag", b"1"), (b"Set-Cookie", b"a=b"), (b"X", b"y")]
        await send({"type": "http.response.start", "status": 200, "headers": own})
        await send({"type": "http.response.body", "body": b""})

    sent = call(loose)
    names = [name.lower() for name, _ in sent[0]["headers"]]
    assert dict(sent[0]["headers"])[b"cache-control"] == b"no-store"
    assert len(names) == len(set(names)) and not {b"server", b"etag", b"set-cookie"} & set(names)
    assert (b"X", b"y") in sent[0]["headers"]


@pytest.mark.parametrize("mode", [modes.local(8501), modes.server(("a.example",), 8501)])
def test_nothing_that_tells_people_apart_is_passed_on(mode):
    seen = []

    async def inside(scope, receive, send):
        seen.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    here = gate(mode)
    cookie = f"other=1; {mode.cookie}={here.visits.begin()}".encode()
    host = b"127.0.0.1:8501" if mode.local else b"a.example:443"
    said = [
        (b"host", host), (b"cookie", cookie), (b"x-visit", b"somebody"), (b"X-Forwarded-For", b"9.9.9.9"),
        (b"x-forwarded-host", b"evil.test"), (b"forwarded", b"host=evil.test"), (b"user-agent", b"A"),
        (b"accept-language", b"fr-CH,en;q=0.9"), (b"referer", b"https://a.example/?q"), (b"accept-encoding", b"gzip"),
    ]  # fmt: skip
    call(inside, "/_stcore/health", said, here, query=b"q=CANARY")
    plain = b"127.0.0.1:8501" if mode.local else b"a.example"
    assert dict(seen[0]["headers"]) == {b"accept-encoding": b"gzip", b"host": plain, b"accept-language": b"fr"}
    assert (seen[0]["query_string"], seen[0]["client"]) == (b"", None)


@pytest.mark.parametrize("twice", [(HOST, (b"host", b"evil.test:8501")), (HOST, HOST)])
def test_a_header_that_is_sent_twice_is_refused(twice):
    assert call(None, said=twice)[0]["status"] == 403


def test_a_key_that_works_once_works_once_and_the_lasting_one_goes_on():
    here = gate()
    once = here.keys.once()
    keys = [once, once, here.keys.lasting, here.keys.lasting]
    answers = [call(None, "/", gate_=here, query=f"key={key}".encode())[0]["status"] for key in keys]
    assert answers == [200, 403, 200, 200]


def test_the_key_is_in_no_text_that_python_makes_of_what_holds_it():
    here = gate()
    shown = f"{here} {here!r} {here.keys} {Guard(None, here)!r} {vars(Guard(None, here))!r}"
    assert here.keys.lasting not in shown


def test_an_office_lets_everybody_in_who_comes_by_its_name_and_each_alone():
    here = gate(modes.server(("a.example",), 8501))

    async def page(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    given = [dict(call(page, "/", [(b"host", b"a.example")], here)[0]["headers"])[b"set-cookie"] for _ in range(2)]
    assert len(set(given)) == 2
    assert given[0].startswith(b"__Host-visit=") and given[0].endswith(b"; Path=/; HttpOnly; SameSite=Strict; Secure")
    assert call(page, "/", [(b"host", b"127.0.0.1:8501")], here)[0]["status"] == 403
    assert call(page, "/page.js", [(b"host", b"a.example")], here)[0]["status"] == 403
    own = [(b"host", b"a.example"), (b"cookie", given[0].partition(b";")[0])]
    assert b"set-cookie" not in dict(call(page, "/", own, here)[0]["headers"])
