"""Port → a running server on this computer only: Streamlit's own ASGI app behind our guard."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from views import guard, quiet, settings, shell

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from streamlit import App
    from uvicorn import Server

ADDRESS: Final = "127.0.0.1"
FIRST_PORT: Final = 8501
_PORTS_TRIED: Final = 50
_GRACE_S: Final = 1.1  # a page that comes back within a second finds its conversation again
_SCRIPT: Final = Path(__file__).with_name("page.py")


class NoPortError(OSError):
    """None of the ports that were tried is free."""


def take_port(first: int = FIRST_PORT) -> socket.socket:
    """Listen on the first free port from ``first`` on, on this computer only.

    The socket is taken here and handed on, so nobody can take the port in between. Raises NoPortError.
    """
    for port in range(first, min(first + _PORTS_TRIED, 65536)):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((ADDRESS, port))
            sock.listen()
        except OSError:
            sock.close()
            continue
        return sock
    raise NoPortError(f"No free port from {first} on. End another program, or name a port: ui.py --port 9000")


def serve(sock: socket.socket, when_open: Callable[[], None]) -> None:
    """Serve the page until Ctrl-C, a closed terminal or an end signal; when_open runs once it can be reached."""
    quiet.hush()
    port: int = sock.getsockname()[1]
    settings.harden(port)
    import uvicorn

    app = guard.Guard(_streamlit(), port, on_goodbye=_forget)
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        ws_max_size=1_000_000,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=2,
        lifespan="on",
    )
    server = uvicorn.Server(config)

    def end(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # the server puts these back when it has ended, and calls them
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)
    threading.Thread(target=_tell, args=(server, when_open), daemon=True).start()
    server.run(sockets=[sock])


def _streamlit() -> App:
    """Streamlit's app with our script, start page and error sentence."""
    import streamlit as st

    from views.trouble import show_trouble

    app = st.App(_SCRIPT, routes=shell.routes(), on_script_error=show_trouble)
    settings.check()
    return app


def _tell(server: Server, when_open: Callable[[], None]) -> None:
    while not server.started:
        if server.should_exit:
            return
        time.sleep(0.02)
    when_open()


async def _forget() -> None:
    """Drop every conversation whose page has gone; Streamlit alone would keep the last one until a new one comes."""
    from streamlit.runtime import Runtime

    if not Runtime.exists():
        return
    cache = Runtime.instance()._session_mgr._session_storage._cache  # type: ignore[attr-defined]  # memory storage
    left = dict(cache._data)  # its public view leaves out the expired ones
    await asyncio.sleep(_GRACE_S)
    for name, info in left.items():
        if cache._data.get(name) is info:  # it was not taken up again
            info.session.session_state.clear()
            info.session.shutdown()
    left.clear()
    cache.expire()
    gc.collect()
