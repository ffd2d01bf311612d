"""Streamlit's start page → ours (neutral title, way out, own script), and the few files of our own."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

TITLE: Final = "Information"
_NO_LINKS: Final = (  # else a telephone makes links of numbers and addresses in a quote by itself
    '<meta name="format-detection" content="telephone=no, email=no, address=no, date=no">'
)
_STATIC: Final = Path(__file__).parent / "static"
_FILES: Final = {
    "/away": ("away.html", "text/html"),
    "/page.js": ("page.js", "text/javascript"),
    "/page.css": ("page.css", "text/css"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}
_WAY_OUT: Final = (
    '<a id="leave" href="/away" rel="nofollow noreferrer" data-react-aria-top-layer="true">Leave this page</a>'
    '<a id="to-question" href="/">Go to the question</a>'
    '<div id="leave-status" role="status" data-react-aria-top-layer="true"></div>'
    '<div id="idle" role="alertdialog" aria-labelledby="idle-asks" aria-describedby="idle-says" hidden '
    'data-react-aria-top-layer="true"><p id="idle-asks">Are you still there?</p>'
    '<p id="idle-says">This page goes blank in two minutes, and what is on it is forgotten.</p>'
    '<p id="idle-left" aria-hidden="true"></p><button id="stay" type="button">Stay</button>'
    '<div id="idle-said" class="av-hidden" role="status"></div></div>'
)
_NO_SCRIPT: Final = (
    "<noscript><p>This page needs JavaScript, which is switched off in this browser. Nothing was sent. "
    "The same questions can be asked in a terminal with <code>make ask</code>.</p></noscript>"
)
_CHANGES: Final = (
    (r"<!--.*?-->", ""),
    (r"<title>.*?</title>", f"<title>{TITLE}</title>"),
    (r'<link rel="shortcut icon"[^>]*>', '<link rel="icon" href="/icon.svg">'),
    (r'<link rel="service-desc"[^>]*>', '<meta name="robots" content="noindex">'),
    (r"<script>.*?</script>", '<link rel="stylesheet" href="/page.css"><script src="/page.js" defer></script>'),
    (r"<noscript>.*?</noscript>", _NO_SCRIPT),
    (r"<body>", f"<body>{_WAY_OUT}"),
    (r'<div id="root"></div>', '<div id="root"><p class="av-opening">Opening …</p></div>'),
)


_PARTS: Final = ("Html", "Selectbox", "ChatInput", "Button", "Spinner")  # of Streamlit's that the first view is made of
_NEEDS: Final = re.compile(r"(?:from|import)\s*[`\"']\./([\w.@-]+\.js)[`\"']")  # one script another


class ShellError(RuntimeError):
    """Streamlit's start page is not the one that this version was made for."""


@cache
def start_page(away: str = "") -> str:
    """Streamlit's index.html with our changes; away is where leaving leads, our neutral page if "".

    Raises ShellError when a place to change is not found.
    """
    page = (streamlit_folder() / "index.html").read_text(encoding="utf-8")
    head = f'<meta name="away" content="{escape(away)}">{_NO_LINKS}{_early(page)}</head>'
    for pattern, ours in (*_CHANGES, (r"</head>", head)):
        page, found = re.subn(pattern, ours, page, flags=re.DOTALL)
        if not found:
            raise ShellError(f"Streamlit's start page has no {pattern!r}. Install the locked version: make clean chat")
    return page


def _early(page: str) -> str:
    """Links that make a browser fetch at once what the first view needs and the page does not name."""
    folder = streamlit_folder() / "static" / "js"
    wanted = [path.name for path in sorted(folder.glob("*.js")) if path.name.partition(".")[0] in _PARTS]
    found: dict[str, None] = {}
    while wanted:
        name = wanted.pop()
        if name not in found and name not in page:
            found[name] = None
            wanted += _NEEDS.findall((folder / name).read_text(encoding="utf-8"))
    return "".join(f'<link rel="modulepreload" crossorigin href="./static/js/{name}">' for name in found)


@cache
def streamlit_files() -> frozenset[str]:
    """The addresses of the scripts, styles and fonts of Streamlit's page."""
    folder = streamlit_folder()
    return frozenset(f"/{path.relative_to(folder).as_posix()}" for path in (folder / "static").rglob("*.*"))


@cache
def closed_page() -> bytes:
    """What somebody sees who has no visit; it says nothing of what this is."""
    return (_STATIC / "closed.html").read_bytes()


@cache
def opening_page() -> bytes:
    """What is seen for a moment by somebody who brings the key."""
    return (_STATIC / "opening.html").read_bytes()


def streamlit_folder() -> Path:
    """Where Streamlit keeps its page; the addresses of its files begin here."""
    import streamlit

    return Path(streamlit.__file__).parent / "static"


def routes(away: str = "") -> list[Route]:
    """The pages and files that this server adds to Streamlit's own; away is where leaving leads. Raises ShellError."""
    page = start_page(away)

    async def start(_: Request) -> Response:
        return HTMLResponse(page)

    return [Route("/", start), *(Route(path, _file(name, kind)) for path, (name, kind) in _FILES.items())]


def _file(name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    body = (_STATIC / name).read_bytes()

    async def answer(_: Request) -> Response:
        return Response(body, media_type=kind)

    return answer
