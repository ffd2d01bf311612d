"""Can questions be answered? → one word for whoever watches over the server, and nothing of who asks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.responses import PlainTextResponse
from starlette.routing import Route

from views import engine
from views.modes import HEALTH

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

READY: Final = "ok"
NOT_READY: Final = (
    "wait"  # there is no index, a damaged one, or the first is being made; the contacts are shown meanwhile
)


def route() -> Route:
    """The address of the health check: 200 and READY, or 503 and NOT_READY; never a number, a time or a name."""
    return Route(HEALTH, _health)


async def _health(_: Request) -> Response:
    ready = await asyncio.to_thread(_ready)
    return PlainTextResponse(READY if ready else NOT_READY, 200 if ready else 503)


def _ready() -> bool:
    try:
        return engine.ready()
    except Exception:  # noqa: BLE001  whatever it is, questions cannot be answered
        return False
