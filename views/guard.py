"""Every request → refused, or passed on to Streamlit and answered with our headers; plain ASGI, outermost."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from views import requests, shell
from views.modes import NEUTRAL, PAGES, STREAM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from views.modes import Mode
    from views.sessions import Sessions
    from views.visits import Keys, Visit, Visits

    Headers = list[tuple[bytes, bytes]]

_DROPPED: Final = {  # of an answer of Streamlit's; the one cookie is ours
    b"server", b"etag", b"last-modified", b"access-control-allow-origin", b"vary", b"link", b"set-cookie",
}  # fmt: skip


@dataclass(frozen=True)
class Gate:
    """What the guard decides by: the mode, who has a key, and who is here."""

    mode: Mode
    keys: Keys = field(repr=False)
    visits: Visits
    sessions: Sessions


class Guard:
    """The outermost layer: own hosts and known addresses only, nothing without a visit, our headers on everything."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        """Stand before app."""
        self._app = app
        self._mode, self._keys, self._visits, self._sessions = gate.mode, gate.keys, gate.visits, gate.sessions
        self._headers = [(name.encode(), value.encode()) for name, value in gate.mode.headers().items()]
        self._open = PAGES | shell.streamlit_files()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI connection."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope, said: Mapping[str, str]) -> int:
        """The HTTP status with which a request is refused, whoever sent it, or 0."""
        host, origin, path = said.get("host", ""), said.get("origin"), scope["path"]
        plain = requests.is_plain(scope)
        if not self._mode.is_ours(host) or (origin is not None and origin != self._mode.origin(host)):
            return 403
        if scope["type"] == "websocket":  # browsers always say the Origin here
            return 0 if origin and path == STREAM and plain else 403
        if scope["method"] not in ("GET", "HEAD"):
            return 405
        if path not in self._open or not plain:
            return 404
        if requests.has_body(said):
            return 400
        return 0 if requests.is_from_us(scope, said) else 403

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        said = requests.headers_of(scope)
        path, key = scope["path"], requests.key_of(scope)
        cookie = requests.cookie_of(said, self._mode.cookie)
        visit = self._visits.find(cookie)
        status = self._refusal(scope, said)
        if status:
            await self._answer(send, status)
        elif path == "/away":
            await self._leave(cookie, scope, receive, send)
        elif path == "/" and self._mode.local and key is not None:
            await self._let_in(
                visit, scope["method"] == "GET" and self._keys.fits(key), requests.language_of(said), send
            )
        elif visit or path in NEUTRAL:
            await self._pass_on(scope, receive, send, [])
        elif path == "/" and not self._mode.local:
            await self._pass_on(scope, receive, send, [self._set_cookie(self._visits.begin())])
        else:
            await self._answer(send, 403, shell.closed_page(requests.language_of(said)) if path == "/" else b"")

    async def _let_in(self, visit: Visit | None, fits: bool, language: str, send: Send) -> None:
        """Give a browser that has the key its visit, and lead it to the page without the key in the address.

        It goes on by itself from here, so that its next request is our own page's: a browser that came by a link on
        another site would not send its cookie along after a redirect.
        """
        if fits:
            new = [] if visit else [self._set_cookie(self._visits.begin())]
            await self._answer(send, 200, shell.opening_page(language), [*new, (b"refresh", b"0; url=/")])
        else:
            await self._answer(send, 403, shell.closed_page(language))

    async def _leave(self, cookie: str, scope: Scope, receive: Receive, send: Send) -> None:
        """End a visit: its pages closed, its conversations forgotten, its cookie taken away."""
        visit = self._visits.end(cookie)
        if visit:
            self._sessions.end(visit.name)
        gone = [self._set_cookie("")]
        if self._mode.away:
            await self._answer(send, 303, more=[*gone, (b"location", self._mode.away.encode())])
        else:
            await self._pass_on(scope, receive, send, gone)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, more: Headers) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in self._headers} | _DROPPED
                kept = [(name, value) for name, value in message["headers"] if name.lower() not in own]
                message = {**message, "headers": [*kept, *self._headers, *more]}
            await send(message)

        await self._app(requests.passed_on(scope, self._host(scope)), receive, send_with_headers)

    async def _answer(self, send: Send, status: int, page: bytes = b"", more: Headers | None = None) -> None:
        """Answer here and hang up, so that nobody waits for what a refused request has still to say."""
        kind = b"text/html; charset=utf-8" if page else b"text/plain"
        own = [(b"content-type", kind), (b"content-length", b"%d" % len(page)), (b"connection", b"close")]
        headers = [*own, *self._headers, *(more or [])]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": page})

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        said = requests.headers_of(scope)
        visit = self._visits.find(requests.cookie_of(said, self._mode.cookie))
        if self._refusal(scope, said) or visit is None:
            await send({"type": "websocket.close", "code": 1008})
            return
        inside = requests.passed_on(scope, self._host(scope), visit.name)
        page = asyncio.ensure_future(self._app(inside, receive, send))
        if not self._visits.open(visit, page.cancel):
            page.cancel()
            await send({"type": "websocket.http.response.start", "status": 503, "headers": self._headers})
            await send({"type": "websocket.http.response.body", "body": b""})
            return
        try:
            await page
        except asyncio.CancelledError:
            here = asyncio.current_task()
            if here and here.cancelling():  # the server ends, not only this visit
                raise
            with contextlib.suppress(RuntimeError):  # it was being closed already
                await send({"type": "websocket.close", "code": 1001})
        finally:
            self._visits.closed(visit, page.cancel)
            await self._sessions.forget_left()

    def _host(self, scope: Scope) -> str:
        """The host that a request names, as a browser writes it in an Origin."""
        return self._mode.origin(requests.headers_of(scope)["host"]).partition("://")[2]

    def _set_cookie(self, visit: str) -> tuple[bytes, bytes]:
        return b"set-cookie", self._mode.set_cookie(visit).encode()
