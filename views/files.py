"""Address of a script, style or font of Streamlit's → its bytes, read once and kept: a page needs nearly a hundred."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from views import shell

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_KINDS: Final = {
    "js": "text/javascript", "css": "text/css", "woff2": "font/woff2",
    "svg": "image/svg+xml", "png": "image/png", "gif": "image/gif",
}  # fmt: skip


class Files:
    """Stands before Streamlit's app and answers for its files; for one thread, the one of the event loop."""

    def __init__(self, app: ASGIApp) -> None:
        """Pass on to app what is no file."""
        self._app, self._files = app, shell.streamlit_files()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI connection."""
        if scope["type"] == "http" and scope["path"] in self._files:
            await _file(scope["path"])(scope, receive, send)
        else:
            await self._app(scope, receive, send)


@cache
def _file(path: str) -> Response:
    kind = _KINDS.get(path.rpartition(".")[2], "application/octet-stream")
    return Response((shell.streamlit_folder() / path.lstrip("/")).read_bytes(), media_type=kind)
