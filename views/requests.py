"""ASGI scope → what the guard needs to know of a request, and what of it may be passed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from views.languages import preferred
from views.settings import VISIT_HEADER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Scope

_ONCE: Final = ("host", "origin", "cookie", "content-length")
_PASSED_ON: Final = (b"origin", b"accept", b"accept-encoding", b"sec-websocket-protocol")
_ENTRANCES: Final = ("/", "/away")  # where a link on another site may lead


def headers_of(scope: Scope) -> Mapping[str, str]:
    """Headers by lower-case name; one that is sent twice is made a value that no check accepts."""
    said: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1").lower()
        said[key] = "twice" if key in said and key in _ONCE else value.decode("latin-1")
    return said


def cookie_of(said: Mapping[str, str], name: str) -> str:
    """The value of a cookie; "" when there is none, or more than one of that name."""
    pairs = (part.strip().partition("=") for part in said.get("cookie", "").split(";"))
    found = [value for key, _, value in pairs if key == name]
    return found[0] if len(found) == 1 else ""


def key_of(scope: Scope) -> bytes | None:
    """The key in the address, or None where there is none."""
    found = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)).get("key")
    return None if found is None else found.encode()


def is_plain(scope: Scope) -> bool:
    """Whether the path was written as it is; no address of ours needs a sign to be encoded."""
    return b"%" not in scope.get("raw_path", b"")


def is_from_us(scope: Scope, said: Mapping[str, str]) -> bool:
    """Whether a page of ours, or a person, asked for this; another site may only lead a person to the entrances."""
    if said.get("sec-fetch-site", "none") in ("same-origin", "none"):
        return True
    opened = (said.get("sec-fetch-mode"), said.get("sec-fetch-dest"))
    return scope["path"] in _ENTRANCES and opened == ("navigate", "document")


def has_body(said: Mapping[str, str]) -> bool:
    """Whether a request brings anything along."""
    return said.get("content-length", "0") != "0" or "transfer-encoding" in said


def language_of(said: Mapping[str, str]) -> str:
    """The language of the page that a browser wants most."""
    return preferred(said.get("accept-language", ""))


def passed_on(scope: Scope, host: str, visit: str = "") -> Scope:
    """The request without cookie, key and all else that tells people apart; visit is who opens a WebSocket.

    Of the languages that a browser names, only which of the page's own it wants most is passed on.
    """
    kept = [(name, value) for name, value in scope["headers"] if name.lower() in _PASSED_ON]
    kept.append((b"accept-language", language_of(headers_of(scope)).encode()))
    kept.append((b"host", host.encode("latin-1")))
    if visit:
        kept.append((VISIT_HEADER.encode(), visit.encode()))
    return {**scope, "headers": kept, "query_string": b"", "client": None}
