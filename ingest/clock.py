"""Connections of one transfer → ended when their time is over."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Any


class TooSlowError(Exception):
    """The time for a transfer is over."""


class Clock:
    """Ends the connections of one transfer when it takes too long, whatever the server drips.

    whole is the time for all of it, headers that for each answer to begin, both in seconds. The library that
    fetches limits each single wait only. Use it in a ``with`` block, and hand `trace` to the library.
    """

    def __init__(self, whole: float, headers: float) -> None:
        self.expired = False
        self._headers = headers
        self._end = time.monotonic() + whole
        self._sockets: list[socket.socket] = []
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Clock:
        self.wait_for_body()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Remember each connection that the library says it opened."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            found = info["return_value"].get_extra_info("socket")
            if isinstance(found, socket.socket):
                self._sockets.append(found)

    def wait_for_headers(self) -> None:
        """Give the server its time for headers, from now on."""
        self._set(min(self._headers, self._end - time.monotonic()))

    def wait_for_body(self) -> None:
        """Give the server what is left of the time for the whole document."""
        self._set(self._end - time.monotonic())

    def check(self) -> None:
        """Raise TooSlowError when the time is over: a connection that was ended may look like a finished one."""
        if self.expired:
            raise TooSlowError

    def _set(self, seconds: float) -> None:
        self._stop()
        self._timer = threading.Timer(max(0.0, seconds), self._expire)
        self._timer.daemon = True
        self._timer.start()

    def _stop(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _expire(self) -> None:
        self.expired = True
        for found in self._sockets:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(found, socket.SHUT_RDWR)  # the plain one: TLS would first ask the other side
