"""Checks → one page for a person, and the same as JSON."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, dataclass, field
from typing import Any, Final

OK: Final = "ok"
BROKEN: Final = "NOT ok"
UNKNOWN: Final = "not checked"
_WIDTH: Final = 100
_SIGNS: Final = {OK: "  ok      ", BROKEN: "  NOT ok  ", UNKNOWN: "  ?       "}
_MOST_SHOWN: Final = 12  # places of one kind


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: in words, the figure, how it came out, and why or where when it is not ok."""

    what: str
    figure: str
    outcome: str
    why: str = ""


@dataclass
class Report:
    """All checks by part, and what they were made on."""

    title: str
    surroundings: list[str] = field(default_factory=list)
    parts: dict[str, list[Check]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, part: str, *checks: Check) -> None:
        """Put checks at the end of a part."""
        self.parts.setdefault(part, []).extend(checks)

    def outcomes(self, outcome: str) -> list[Check]:
        """The checks that came out like this."""
        return [check for checks in self.parts.values() for check in checks if check.outcome == outcome]

    def status(self, *, strict: bool) -> int:
        """0 when nothing failed, else 1; strict also counts what could not be checked."""
        return int(bool(self.outcomes(BROKEN) or (strict and self.outcomes(UNKNOWN)) or not self.outcomes(OK)))

    def verdict(self) -> str:
        """The whole in one sentence or two."""
        broken, unknown, good = (len(self.outcomes(outcome)) for outcome in (BROKEN, UNKNOWN, OK))
        if broken:
            return f"{broken} of {broken + unknown + good} checks FAILED. The promise does not hold here; see below."
        if not good:
            return "Nothing could be checked here."
        rest = f" {unknown} could not be checked here; each says why." if unknown else ""
        return f"No trace was found: {good} checks are ok.{rest}"

    def text(self) -> str:
        """One page of plain text."""
        lines = [self.title, "", *_wrapped(self.verdict(), ""), ""]
        lines += [line for said in self.surroundings for line in _wrapped(said, "")]
        reasons: list[str] = []
        for part, checks in self.parts.items():
            lines += ["", part]
            lines += [line for check in checks for line in _shown(check, reasons)]
        if reasons:
            lines += ["", "Not checked, because"]
            lines += [line for number, why in enumerate(reasons, 1) for line in _wrapped(f"  [{number}] {why}", "")]
        for heading, pairs in (("Made with", self.versions), ("SHA-256", self.hashes)):
            width = max((len(name) for name in pairs), default=0)
            lines += ["", heading, *(f"  {name.ljust(width)}  {value}" for name, value in pairs.items())]
        return "\n".join([*lines, "", f"It took {self.seconds:.0f} seconds.", ""])

    def to_json(self) -> dict[str, Any]:
        """The same for programs."""
        return {"verdict": self.verdict(), **asdict(self)}


def _shown(check: Check, reasons: list[str]) -> list[str]:
    """The lines of one check; why it could not be made is put into reasons, once, and named by its number."""
    sign, figure, why = _SIGNS[check.outcome], check.figure, check.why
    if check.outcome == UNKNOWN and why:
        if why not in reasons:
            reasons.append(why)
        figure, why = f"{figure} [{reasons.index(why) + 1}]", ""
    dots = "." * max(2, _WIDTH - len(sign) - len(check.what) - len(figure) - 2)
    return [f"{sign}{check.what} {dots} {figure}", *_wrapped(why, " " * (len(sign) + 2))]


def _wrapped(text: str, indent: str) -> list[str]:
    fill = textwrap.TextWrapper(
        _WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return [line for part in text.splitlines() for line in fill.wrap(part)]


def places(found: list[str]) -> str:
    """Places one below the other, the first dozen of them."""
    rest = len(found) - _MOST_SHOWN
    return "\n".join([*found[:_MOST_SHOWN], *([f"… and {rest} more"] if rest > 0 else [])])


def none_of(what: str, found: list[str], among: str, *, why_not: str = "") -> Check:
    """A check that nothing was found; why_not says why one could not look."""
    if found:
        return Check(what, f"{len(found)} {among}", BROKEN, places(found))
    return Check(what, "not checked", UNKNOWN, why_not) if why_not else Check(what, f"0 {among}", OK)
