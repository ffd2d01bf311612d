"""What a proxy does wrong → one line where the server was started, once for each kind; nothing of who came."""

# ruff: noqa: T201  the terminal is where these words belong

from __future__ import annotations

import sys
from typing import Final

FOREIGN_HOST: Final = (
    "A request named a host that was not given with --server, so it was refused. If nobody gets in, let the proxy hand "
    "on the Host as it came: proxy_set_header Host $host"
)
NO_UPGRADE: Final = (
    "A page wanted to open its WebSocket, and the proxy made a plain request of it. Nobody can ask anything until it "
    "hands on Upgrade and Connection: see docs/server/nginx.conf"
)
FULL: Final = (
    "More pages were wanted than may be open at once, so somebody was asked to try again. If that was no flood, see "
    "docs/server-mode.md"
)


class Signs:
    """Each sign is given once: a line for each request would be a log of who came."""

    def __init__(self) -> None:
        """Nothing was said yet."""
        self._given: set[str] = set()

    def give(self, sign: str) -> None:
        """Say one of the signs above, unless it was said before."""
        if sign not in self._given:
            self._given.add(sign)
            print(sign, file=sys.stderr, flush=True)
