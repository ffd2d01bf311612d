"""Port → a running server: Streamlit's own ASGI app behind our guard."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from views import engine, health, settings, shell
from views.files import Files
from views.guard import Gate, Guard
from views.sessions import Sessions
from views.visits import Keys, Visits

if TYPE_CHECKING:
    from asyncio import Transport
    from collections.abc import AsyncIterator, Callable
    from types import FrameType

    from streamlit import App
    from uvicorn import Config, Server

    from views.modes import Mode

ADDRESS: Final = "127.0.0.1"
FIRST_PORT: Final = 8501
_PORTS_TRIED: Final = 50
_PATIENCE_S: Final = 5  # for a connection to say what it wants
_SWITCH_S: Final = 0.0005  # so that who works long, such as on opening the index, lets small answers pass
_SCRIPT: Final = Path(__file__).with_name("page.py")


class NoPortError(OSError):
    """None of the ports that were tried is free, or the address is not one of this computer's."""


def take_port(first: int = FIRST_PORT, address: str = ADDRESS, tries: int = _PORTS_TRIED) -> socket.socket:
    """Listen on the first free port from ``first`` on, at one address, which is this computer only unless said.

    The socket is taken here and handed on, so nobody can take the port in between. It is said to be one of TCP: only
    then asyncio has small packets sent at once, and a page needs a hundred small files. Raises NoPortError.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for port in range(first, min(first + tries, 65536)):
        sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name == "posix":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((address, port))
            sock.listen()
        except (OSError, UnicodeError):
            sock.close()
            continue
        return sock
    if tries == 1:
        raise NoPortError(
            f"{address} port {first} cannot be listened on. Is another program there? Name one with --port"
        )
    raise NoPortError(f"No free port from {first} on. End another program, or name a port: ui.py --port 9000")


def serve(sock: socket.socket, mode: Mode, when_open: Callable[[Keys], None]) -> bool:
    """Serve the page until Ctrl-C, a closed terminal, an end signal, or until its last page has closed for good.

    when_open runs once the page can be reached; it gets the keys that open it. Returns whether the last page closed.
    """
    settings.harden(mode)
    sys.setswitchinterval(_SWITCH_S)
    import uvicorn

    gate = Gate(mode, Keys(), Visits(mode.sockets, mode.sockets_each), Sessions())
    server = uvicorn.Server(_config(Guard(Files(_streamlit(mode, gate.sessions)), gate), mode))

    def end(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # the server puts these back when it has ended, and calls them
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)
    closed = threading.Event()
    watching = (server, gate, lambda: when_open(gate.keys), closed)
    threading.Thread(target=_watch, args=watching, daemon=True).start()
    server.run(sockets=[sock])
    return closed.is_set()


def _config(app: Guard, mode: Mode) -> Config:
    """No log of who came, no trust in what a proxy adds, and an end to whatever is too slow or too large."""
    import uvicorn
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Patient(H11Protocol):
        """HTTP that hangs up on whoever has not sent a whole request in time; others are served meanwhile."""

        def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.loop.call_later(_PATIENCE_S, self._hang_up)

        def _hang_up(self) -> None:
            if self.transport.is_closing() or self.transport.get_protocol() is not self:  # it is a WebSocket now
                return
            if self.cycle is None or self.cycle.response_complete:
                self.transport.close()
            else:
                self.loop.call_later(_PATIENCE_S, self._hang_up)

    return uvicorn.Config(
        app,
        loop="asyncio",
        http=Patient,
        ws="websockets-sansio",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws_max_size=1_000_000,
        ws_per_message_deflate=False,
        h11_max_incomplete_event_size=16_384,
        limit_concurrency=4 * mode.sockets,
        timeout_graceful_shutdown=2,
        lifespan="on",
    )


def _streamlit(mode: Mode, sessions: Sessions) -> App:
    """Streamlit's app with our script, start page and error sentence; the script has run once before anybody comes."""
    import streamlit as st

    from views.trouble import show_trouble

    own = [*shell.routes(mode.away), *([] if mode.local else [health.route()])]

    @contextlib.asynccontextmanager
    async def prepared(_: App) -> AsyncIterator[None]:
        with contextlib.suppress(Exception):  # without it the first visitor waits longer, and that is all
            if not mode.local:
                await asyncio.to_thread(engine.warm_at_once)
            with engine.kept_cold():
                await sessions.rehearse()
        yield

    app = st.App(_SCRIPT, routes=own, lifespan=prepared, on_script_error=show_trouble)
    settings.check(mode)
    return app


def _watch(server: Server, gate: Gate, when_open: Callable[[], None], closed: threading.Event) -> None:
    """Say when the page can be reached, and end the server when its last page has closed for good."""
    while not server.started:
        if server.should_exit:
            return
        time.sleep(0.02)
    when_open()
    if gate.mode.local:  # the browser is only starting, so this computer has the time
        with contextlib.suppress(Exception):  # without it the first answer waits longer, and that is all
            engine.warm()
    limit = gate.mode.ends_after_s
    while limit is not None and not server.should_exit:
        if gate.visits.empty_for() > limit:
            closed.set()
            server.should_exit = True
        time.sleep(0.2)
