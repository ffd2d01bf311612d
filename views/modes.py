"""How the page is run → who may come, by which cookie, headers and routes; on this computer, or for an office."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

THIS_COMPUTER: Final = ("localhost", "127.0.0.1")
NEUTRAL: Final = frozenset({"/away", "/icon.svg"})  # say nothing of what this is, so they need no visit
PAGES: Final = NEUTRAL | {"/", "/page.js", "/page.css", "/_stcore/health", "/_stcore/host-config"}
STREAM: Final = "/_stcore/stream"  # the only WebSocket
HEALTH: Final = "/healthz"  # on an office's server only
_HERE: Final = re.compile(r"(?:localhost|127\.0\.0\.1):[0-9]{1,5}")
_NAME: Final = re.compile(
    r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
)
_OFF: Final = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "display-capture",
    "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi",
    "payment", "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip


class ModeError(ValueError):
    """A name, port or address that was given cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Mode:
    """One way to run the page.

    `names` are the hosts that an office's own proxy answers for; without any, the page is for this computer only.
    `port` is the one that this process listens on. `away` is where leaving leads, the page's own neutral page if "".
    At most `sockets` pages are open at once, `sockets_each` of one visit. `ends_after_s` seconds after the last page
    has closed the program ends; None is never.
    """

    port: int
    names: tuple[str, ...]
    away: str
    cookie: str
    sockets: int
    sockets_each: int
    ends_after_s: float | None

    @property
    def local(self) -> bool:
        """Whether the page is for this computer only: it opens with a key, and over plain HTTP."""
        return not self.names

    @property
    def neutral(self) -> frozenset[str]:
        """The addresses that are answered without a visit."""
        return NEUTRAL if self.local else NEUTRAL | {HEALTH}

    def is_ours(self, host: str) -> bool:
        """Whether a Host header names this server. A tunnel may bring another port to this computer."""
        return host.removesuffix(":443") in self.names if self.names else bool(_HERE.fullmatch(host))

    def origin(self, host: str) -> str:
        """The only Origin that a page of ours, at an own host, can have."""
        return f"https://{host.removesuffix(':443')}" if self.names else f"http://{host}"

    def set_cookie(self, visit: str) -> str:
        """The Set-Cookie header that gives a browser its visit until it is closed; "" takes it away."""
        secure = "; Secure" if self.names else ""
        gone = "" if visit else "; Max-Age=0"
        return f"{self.cookie}={visit}; Path=/; HttpOnly; SameSite=Strict{secure}{gone}"

    def headers(self) -> dict[str, str]:
        """The headers that stand on every answer of this server, by name."""
        sockets = [f"wss://{name}" for name in self.names] or [f"ws://{name}:{self.port}" for name in THIS_COMPUTER]
        policy = (
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            f"connect-src 'self' {' '.join(sockets)}",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
        )
        kept = {"strict-transport-security": "max-age=31536000"} if self.names else {}
        return kept | {
            "content-security-policy": "; ".join(policy),
            "referrer-policy": "no-referrer",
            "x-frame-options": "DENY",
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
            "permissions-policy": ", ".join(f"{name}=()" for name in _OFF),
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
        }


def local(port: int, away: str = "", ends_after_s: float = 60.0) -> Mode:
    """For this computer only; it ends by itself when its last page has closed."""
    return Mode(port, (), away, f"visit-{port}", sockets=40, sockets_each=8, ends_after_s=ends_after_s)


def server(names: tuple[str, ...], port: int, away: str = "") -> Mode:
    """For the people of an office, behind its own proxy that keeps TLS."""
    return Mode(port, names, away, "__Host-visit", sockets=400, sockets_each=8, ends_after_s=None)


def server_names(given: str) -> tuple[str, ...]:
    """Host names from ``a.example.org,b.example.org``. Raises ModeError for anything else, such as an address."""
    names = tuple(dict.fromkeys(name.lower() for name in given.split(",")))
    for name in names:
        if not _NAME.fullmatch(name) or name.rpartition(".")[2].isdigit() or name == "localhost":
            raise ModeError(
                f"{name!r} is not a host name. Give the names that people type, as in: --server avenues.example.org "
                "(no https://, no path, no port, no number, no *; commas between two)"
            )
    return names


def away_address(given: str) -> str:
    """A public https page to leave to. Raises ModeError for anything else."""
    try:
        parts = urlsplit(given)
        fit = parts.scheme == "https" and bool(_NAME.fullmatch(parts.hostname or "")) and parts.username is None
        fit = fit and (parts.port is None or parts.port > 0)
    except ValueError:
        fit = False
    if not fit or not re.fullmatch(r"[!#-;=?-~]+", given):  # no space, quote, or angle bracket
        raise ModeError(
            f"{given!r} is not a page to leave to. Give a public one, as in: --away https://weather.example.org"
        )
    return given
