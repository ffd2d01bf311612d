"""Every request → refused, or passed on to Streamlit and answered with our headers; plain ASGI, outermost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from views.settings import HOSTS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPEN: Final = re.compile(  # everything else is closed, so what a new Streamlit adds is closed too
    r"/|/away|/page\.(?:js|css)|/icon\.svg|/static/(?:js|css|media)/[\w.-]+|/media/[\w.-]+|/_stcore/(?:health|host-config|stream)"
)
_DROPPED: Final = {  # no cookie is needed: nobody signs in, and nothing can be sent by HTTP
    b"server", b"etag", b"last-modified", b"access-control-allow-origin", b"vary", b"link", b"set-cookie",
}  # fmt: skip
_OFF: Final = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "display-capture",
    "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi",
    "payment", "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip


def headers(port: int) -> dict[str, str]:
    """The headers that stand on every answer of this server, by name."""
    policy = (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        f"connect-src 'self' ws://localhost:{port} ws://127.0.0.1:{port}",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
    return {
        "content-security-policy": "; ".join(policy),
        "referrer-policy": "no-referrer",
        "x-frame-options": "DENY",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
        "permissions-policy": ", ".join(f"{name}=()" for name in _OFF),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }


class Guard:
    """The outermost layer: this computer's own pages only, known addresses only, our headers on everything."""

    def __init__(self, app: ASGIApp, port: int, on_goodbye: Callable[[], Awaitable[None]]) -> None:
        """Stand before app; on_goodbye is awaited each time a page's connection has ended."""
        self._app = app
        self._headers = [(name.encode(), value.encode()) for name, value in headers(port).items()]
        self._on_goodbye = on_goodbye

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI connection."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in self._headers} | _DROPPED
                kept = [(name, value) for name, value in message["headers"] if name.lower() not in own]
                message = {**message, "headers": kept + self._headers}
            await send(message)

        status = _refusal(scope)
        if status:
            length = [(b"content-type", b"text/plain"), (b"content-length", b"0")]
            await send_with_headers({"type": "http.response.start", "status": status, "headers": length})
            await send_with_headers({"type": "http.response.body", "body": b""})
        else:
            await self._app(scope, receive, send_with_headers)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _refusal(scope):
            await send({"type": "websocket.close", "code": 1008})
            return
        try:
            await self._app(scope, receive, send)
        finally:
            await self._on_goodbye()


def _refusal(scope: Scope) -> int:
    """The HTTP status with which a request is refused, or 0."""
    said = _headers_of(scope)
    host, origin = said.get("host", ""), said.get("origin")
    if not _is_ours(host) or (origin is not None and origin != f"http://{host}"):
        return 403
    if scope["type"] == "websocket":  # browsers always say the Origin here
        return 0 if origin and scope["path"] == "/_stcore/stream" else 403
    if scope["method"] not in ("GET", "HEAD"):
        return 405
    path: str = scope["path"]
    return 0 if OPEN.fullmatch(path) and ".." not in path else 404


def _headers_of(scope: Scope) -> Mapping[str, str]:
    """Headers by lower-case name; one that is sent twice is made a value that no check accepts."""
    said: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1").lower()
        said[key] = "twice" if key in said and key in ("host", "origin") else value.decode("latin-1")
    return said


def _is_ours(host: str) -> bool:
    """Whether a Host header names this computer itself; a tunnel may bring another port."""
    try:
        parts = urlsplit(f"//{host}")
        return parts.netloc == host and parts.hostname in HOSTS and parts.username is None and parts.port is not None
    except ValueError:
        return False
