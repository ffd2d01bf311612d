"""Streamlit's start page → ours (neutral title, way out, own script), and the few files of our own."""

from __future__ import annotations

import asyncio
import re
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from assistant.wording import DEFAULT_LANGUAGE
from views.languages import direction, preferred
from views.words import say_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

TITLE: Final = "Information"
_NO_LINKS: Final = (  # else a telephone makes links of numbers and addresses in a quote by itself
    '<meta name="format-detection" content="telephone=no, email=no, address=no, date=no">'
)
_STATIC: Final = Path(__file__).parent / "static"
_FILES: Final = {
    "/page.js": ("page.js", "text/javascript"),
    "/page.css": ("page.css", "text/css"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}
_SAID_BY_SCRIPT: Final = ("shell.press_twice", "shell.press_once", "shell.seconds_left", "shell.ended")
_SAID_BY_ID: Final = {  # outside of Streamlit's part of the page, so page.js says it anew when the language changes
    "leave": "shell.leave",
    "to-question": "shell.to_question",
    "idle-asks": "shell.still_there",
    "idle-says": "shell.goes_blank",
    "stay": "shell.stay",
}

_VIEW: Final = "<!--view-->"
_PARTS: Final = ("Html", "Selectbox", "ChatInput", "Button", "Spinner")  # of Streamlit's that the first view is made of
_NEEDS: Final = re.compile(r"(?:from|import)\s*[`\"']\./([\w.@-]+\.js)[`\"']")  # one script another


class ShellError(RuntimeError):
    """Streamlit's start page is not the one that this version was made for."""


def words_tag(language: str) -> str:
    """The words outside of Streamlit's part of the page, unseen, for page.js; with their language and direction."""
    named = {**_SAID_BY_ID, **{_last(key).replace("_", "-"): key for key in _SAID_BY_SCRIPT}}
    said = "".join(f' data-{name}="{escape(say_in(language, key))}"' for name, key in named.items())
    return f'<div class="av-words" lang="{language}" dir="{direction(language)}" hidden{said}></div>'


def start_page(away: str = "", language: str = DEFAULT_LANGUAGE, view: str = "") -> str:
    """Streamlit's index.html with our changes; away is where leaving leads, our neutral page if "".

    view is HTML that is seen until Streamlit's part is there. Raises ShellError when a place to change is not found.
    """
    return _changed(away, language).replace(_VIEW, view, 1)


@cache
def _changed(away: str, language: str) -> str:
    """The start page, with _VIEW where a view goes."""
    page = (streamlit_folder() / "index.html").read_text(encoding="utf-8")
    head = f'<meta name="away" content="{escape(away)}">{_NO_LINKS}{_font(page)}{_early(page)}</head>'
    for pattern, ours in (*_changes(language), (r"</head>", head)):
        page, found = re.subn(pattern, ours.replace("\\", r"\\"), page, flags=re.DOTALL)
        if not found:
            raise ShellError(f"Streamlit's start page has no {pattern!r}. Install the locked version: make clean chat")
    return page


def _font(page: str) -> str:
    """The page's typeface for what is seen before Streamlit's script names it."""
    file = re.search(r'href="\.(/static/media/SourceSans[\w.-]+\.woff2)"', page)
    if file is None:
        raise ShellError("Streamlit's start page has no typeface. Install the locked version: make clean chat")
    return (
        '<style>@font-face { font-family: "Source Sans"; font-weight: 200 900; font-display: fallback; '
        f'src: url("{file[1]}") format("woff2"); }}</style>'
    )


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


def _changes(language: str) -> tuple[tuple[str, str], ...]:
    own = '<link rel="stylesheet" href="/page.css"><script src="/page.js" defer fetchpriority="high"></script>'
    return (
        (r"<!--.*?-->", ""),
        (r'<html lang="en">', f'<html lang="{language}" dir="{direction(language)}">'),
        (r"<title>.*?</title>", f"<title>{TITLE}</title>"),
        (r'<link rel="shortcut icon"[^>]*>', '<link rel="icon" href="/icon.svg">'),
        (r'<link rel="service-desc"[^>]*>', '<meta name="robots" content="noindex">'),
        (r"<script>.*?</script>", own),
        (r"<noscript>.*?</noscript>", ""),  # the view has one of its own
        (r"<body>", f"<body>{_way_out(language)}"),
        (r'<div id="root"></div>', f'{_VIEW}<div id="root"></div>'),
    )


def _way_out(language: str) -> str:
    said = {name: escape(say_in(language, key)) for name, key in _SAID_BY_ID.items()}
    return (
        '<nav data-react-aria-top-layer="true">'
        f'<a id="leave" href="/away" rel="nofollow noreferrer">{said["leave"]}</a>'
        f'<a id="to-question" href="/">{said["to-question"]}</a></nav>'
        '<div id="leave-status" role="status" data-react-aria-top-layer="true"></div>'
        '<div id="said" class="av-hidden" role="status" data-react-aria-top-layer="true"></div>'
        '<div id="idle" role="alertdialog" aria-labelledby="idle-asks" aria-describedby="idle-says" hidden '
        f'data-react-aria-top-layer="true"><p id="idle-asks">{said["idle-asks"]}</p>'
        f'<p id="idle-says">{said["idle-says"]}</p>'
        f'<p id="idle-left" aria-hidden="true"></p><button id="stay" type="button">{said["stay"]}</button>'
        '<div id="idle-said" class="av-hidden" role="status"></div></div>' + words_tag(language)
    )


def _last(key: str) -> str:
    return key.rpartition(".")[2]


@cache
def streamlit_files() -> frozenset[str]:
    """The addresses of the scripts, styles and fonts of Streamlit's page."""
    folder = streamlit_folder()
    return frozenset(f"/{path.relative_to(folder).as_posix()}" for path in (folder / "static").rglob("*.*"))


def closed_page(language: str = DEFAULT_LANGUAGE) -> bytes:
    """What somebody sees who has no visit; it says nothing of what this is."""
    return _filled("closed.html", language, "shell.closed", "shell.closed_says")


def opening_page(language: str = DEFAULT_LANGUAGE) -> bytes:
    """What is seen for a moment by somebody who brings the key."""
    return _filled("opening.html", language, "shell.opening")


def away_page(language: str = DEFAULT_LANGUAGE) -> bytes:
    """The neutral page that leaving leads to."""
    return _filled("away.html", language, "shell.conversions", "shell.from", "shell.to")


@cache
def _filled(name: str, language: str, *keys: str) -> bytes:
    """A page of our own with its words in a language; it says $leave for shell.leave."""
    said = {_last(key): escape(say_in(language, key)) for key in keys}
    page = Template((_STATIC / name).read_text(encoding="utf-8"))
    return page.substitute(said, lang=language, dir=direction(language)).encode()


def streamlit_folder() -> Path:
    """Where Streamlit keeps its page; the addresses of its files begin here."""
    import streamlit

    return Path(streamlit.__file__).parent / "static"


def routes(away: str = "") -> list[Route]:
    """The pages and files that this server adds to Streamlit's own; away is where leaving leads. Raises ShellError."""
    from views.first_view import first_view

    start_page(away)  # that it can be made is known before anybody asks for it

    async def start(request: Request) -> Response:
        language = _language(request)
        view = await asyncio.to_thread(first_view, language)
        return HTMLResponse(start_page(away, language, view))

    async def leave(request: Request) -> Response:
        return HTMLResponse(away_page(_language(request)))

    files = (Route(path, _file(name, kind)) for path, (name, kind) in _FILES.items())
    return [Route("/", start), Route("/away", leave), *files]


def _language(request: Request) -> str:
    return preferred(request.headers.get("accept-language", ""))


def _file(name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    body = (_STATIC / name).read_bytes()

    async def answer(_: Request) -> Response:
        return Response(body, media_type=kind)

    return answer
