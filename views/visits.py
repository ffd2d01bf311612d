"""Cookie → visit: the browsers that are here now, the pages that each has open, and the keys that let one in."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_KEPT: Final = 10_000  # visits without an open page; the oldest go first


class Keys:
    """The keys of the page on this computer: one for as long as the program runs, and some that work once."""

    def __init__(self) -> None:
        """Make the lasting key."""
        self.lasting: Final = secrets.token_urlsafe(32)
        self._once: list[str] = []

    def once(self) -> str:
        """A key that works once: it is given to another program, whose arguments others on this computer can read."""
        self._once.append(secrets.token_urlsafe(32))
        return self._once[-1]

    def fits(self, given: bytes) -> bool:
        """Whether a key lets somebody in now; each is compared in the same time, however much of it is right."""
        used = next((key for key in self._once if secrets.compare_digest(key.encode(), given)), None)
        if used is not None:
            self._once.remove(used)
        return secrets.compare_digest(self.lasting.encode(), given) or used is not None


@dataclass(eq=False)
class Visit:
    """One browser's visit: the name by which Streamlit knows it, and what closes each page that is open."""

    name: str = field(default_factory=secrets.token_urlsafe)
    pages: set[Callable[[], object]] = field(default_factory=set)


class Visits:
    """All visits of this process; for one thread, the one of the event loop."""

    def __init__(self, most: int, most_each: int) -> None:
        """At most `most` pages may be open at once, `most_each` of one visit."""
        self._most, self._most_each = most, most_each
        self._visits: dict[str, Visit] = {}
        self._empty_since: float | None = None
        self.pages = 0

    def begin(self) -> str:
        """Begin a visit and return its id, the secret that its browser keeps as a cookie."""
        while len(self._visits) >= _MOST_KEPT:
            left = next((name for name, visit in self._visits.items() if not visit.pages), None)
            if left is None:
                break
            del self._visits[left]
        made = secrets.token_urlsafe(32)
        self._visits[made] = Visit()
        return made

    def find(self, cookie: str) -> Visit | None:
        """The visit of a cookie, or None when there is none or it has ended."""
        return self._visits.get(cookie)

    def open(self, visit: Visit, close: Callable[[], object]) -> bool:
        """Take note of a page that was opened, and of what closes it; False when there are too many."""
        if self.pages >= self._most or len(visit.pages) >= self._most_each:
            return False
        visit.pages.add(close)
        self.pages += 1
        self._empty_since = None
        return True

    def closed(self, visit: Visit, close: Callable[[], object]) -> None:
        """Take note that a page has gone."""
        visit.pages.remove(close)
        self.pages -= 1
        if not self.pages:
            self._empty_since = time.monotonic()

    def end(self, cookie: str) -> Visit | None:
        """End a visit: its cookie is worth nothing any more, and its open pages are closed."""
        visit = self._visits.pop(cookie, None)
        for close in tuple(visit.pages) if visit else ():
            close()
        return visit

    def empty_for(self) -> float:
        """For how many seconds no page has been open; 0 while one is, and before the first one was."""
        return time.monotonic() - self._empty_since if self._empty_since is not None else 0.0
