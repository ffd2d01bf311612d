"""Text of any origin → HTML that holds nothing but our own tags; every character of a text is escaped."""

from __future__ import annotations

import base64
import html
import re
from typing import Final
from urllib.parse import quote, urlsplit

from ingest.arabic import parted, runs_from_the_right
from ingest.visible import visible
from views.words import say

_PHONE: Final = re.compile(r"\+?(?:[\s().-]*[0-9]){2,15}[\s().-]*")  # a number has 15 digits at most
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)


def safe(text: str) -> str:
    """Escape a text for use between tags and in quoted attributes; hidden and control characters are left out."""
    return html.escape(visible(text), quote=True)


def paragraph(text: str, kind: str = "") -> str:
    """One paragraph, or nothing for an empty text; kind is one of our own class names."""
    return f'<p class="{kind}" dir="auto">{in_order(text)}</p>' if text else ""


def in_order(text: str) -> str:
    """Escape a text; in one that runs from right to left, numbers, symbols, commands and Latin words stay in order."""
    if not runs_from_the_right(text):
        return safe(text)
    return "".join(safe(own) + (f'<bdi dir="ltr">{safe(other)}</bdi>' if other else "") for own, other in parted(text))


def picture_tag(picture: bytes, kind: str, told: str) -> str:
    """A picture inside the page itself, so that it has no address; kind is ``png`` or ``svg+xml``."""
    inside = base64.b64encode(picture).decode("ascii")
    return f'<img class="av-picture" src="data:image/{kind};base64,{inside}" alt="{safe(told)}">'


def save_button(label: str, content: bytes, name: str, kind: str) -> str:
    """A button that saves a file from the page itself, so that it has no address; page.js does the saving."""
    inside = base64.b64encode(content).decode("ascii")
    return (
        f'<button type="button" class="av-save" data-name="{safe(name)}" data-kind="{safe(kind)}" '
        f'data-content="{inside}">{safe(label)}</button>'
    )


def print_button(label: str) -> str:
    """A button that prints the page as page.css lays it out for paper; page.js opens the browser's own window."""
    return f'<button type="button" class="av-print">{safe(label)}</button>'


def link(url: str, text: str) -> str:
    """A web link that opens beside this page and tells the other site nothing; plain text for any other kind."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return safe(text)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username is not None:
        return safe(text)
    return (
        f'<a href="{safe(url)}" target="_blank" rel="noopener noreferrer">{in_order(text)}'
        f'<span class="av-hidden"> ({safe(say("page.new_tab"))})</span></a>'
    )


def phone(number: str) -> str:
    """A number that can be tapped; plain text where it holds more than one or words."""
    if not _PHONE.fullmatch(number.strip()):
        return safe(number)
    digits = re.sub(r"[^\d+]", "", number)
    return f'<a href="tel:{digits}" dir="ltr">{safe(number)}</a>'


def email(address: str) -> str:
    """An address that can be tapped; plain text where it is not exactly one."""
    if not _EMAIL.fullmatch(address.strip()):
        return safe(address)
    return f'<a href="mailto:{quote(address.strip(), safe="@.+-_")}" dir="ltr">{safe(address)}</a>'
