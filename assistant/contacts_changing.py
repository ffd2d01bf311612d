"""what an office typed → one change of its overlay: `contacts confirm`, `correct`, `add`, `withdraw` and `restore`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.contacts_on_file import OnFile, UsageError, a_name, line_text, on_file
from ingest.avenues import CORRECTS, REACH, Avenue, avenue_problems
from ingest.overlay_writing import Change, overlay_entries, write_change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from ingest.contacts import Reading

_WRITTEN = (
    *("id", "role", "name", "scope", "who_may_use", "telling_is_a_report", *REACH, "hours", "anonymous"),
    *("confidential", "note", "source_url", "show", "verified_on", "verified_by"),
)
_ALWAYS = frozenset({"name", "telling_is_a_report"})  # kept even when empty: the rules then say what is wrong


@dataclass(frozen=True)
class Office:
    """Who answers for a change, and on which day."""

    name: str
    day: date


@dataclass(frozen=True)
class Terminal:
    """How to say something and to ask; ask is None where nobody can be asked."""

    say: Callable[[str], None]
    ask: Callable[[str], str] | None

    def agrees(self, question: str) -> bool:
        """Ask a question that is answered with y or n, until it is; no where nobody can be asked."""
        if self.ask is None:
            return False
        while (answer := self.ask(f"{question} (y/n): ").strip().casefold()) not in ("y", "yes", "n", "no"):
            self.say("Type y for yes or n for no.")
        return answer.startswith("y")


def confirm(here: OnFile, ids: tuple[str, ...], office: Office, terminal: Terminal, *, sure: bool) -> int:
    """Confirm lines as they are on file now, one by one; gives how many were. Raises UsageError and OverlayError."""
    lines = [here.line(name) for name in dict.fromkeys(ids)]
    if not sure and terminal.ask is None:
        raise UsageError("Nobody can be asked here. Look at the line and the official page, then add --yes.")
    done = 0
    for line in lines:
        terminal.say(line_text(line, here.words("en")))
        if not sure and not terminal.agrees("Is this what the official page says today?"):
            terminal.say(
                f"{line.id} was not confirmed. If the page says something else, run: contacts correct {line.id} … "
                f"If it should not be shown: contacts withdraw {line.id} …"
            )
            continue
        path = write_change(here.corpus_dir, _confirmation(here, line, office), _is_confirmed(line, office))
        terminal.say(f"{line.id} is confirmed by {office.name} on {office.day}. Written to {path}.")
        _say_twins(here, line, terminal)
        done += 1
    return done


def _confirmation(here: OnFile, line: Avenue, office: Office) -> Change:
    """A line of the overlay gets the new day itself; for any other the overlay repeats how it is reached."""
    own = overlay_entries(here.corpus_dir, line.id).get("avenues")
    signed = {"verified_on": office.day.isoformat(), "verified_by": office.name}
    if own:
        table = {**own[1], **signed, **_correcting(here, line.id)}
        if line.id not in here.reading.shipped:
            table.pop(CORRECTS, None)
        return Change(line.id, line.entity, ("confirmed",), {"avenues": table})
    return Change(line.id, line.entity, put={"confirmed": {"id": line.id, **_repeated(line), **signed}})


def _is_confirmed(line: Avenue, office: Office) -> Callable[[Reading], bool]:
    def wanted(reading: Reading) -> bool:
        found = reading.lines().get(line.id)
        return found is not None and (found.verified_by, found.verified_on) == (office.name, office.day.isoformat())

    return wanted


def _repeated(line: Avenue) -> dict[str, str]:
    """How a line is reached and what telling means, so that what is said of it falls away when that changes."""
    return {key: getattr(line, key) for key in (*REACH, "telling_is_a_report")}


def _correcting(here: OnFile, name: str) -> dict[str, Any]:
    shipped = here.reading.shipped.get(name)
    return {CORRECTS: {key: getattr(shipped, key) for key in REACH}} if shipped else {}


def correct(here: OnFile, name: str, changes: Mapping[str, str], office: Office, terminal: Terminal) -> None:
    """Write a whole corrected line in place of the one on file.

    Raises UsageError for what the rules for lines refuse, with each reason, and OverlayError; nothing is changed then.
    """
    line = here.line(name)
    if not changes:
        raise UsageError(
            f"Nothing to correct was given. To say that the line is right as it is: contacts confirm {name}"
        )
    table = {**{key: getattr(line, key) for key in _WRITTEN}, **changes}
    _write_line(here, line.entity, table, office, terminal)
    for key, value in changes.items():
        terminal.say(f'{key}: was "{getattr(line, key)}", is now "{value}".')
    if line.note and "note" not in changes:
        terminal.say(f'Its note still says: "{line.note}" If that is no longer right, correct it with --note.')
    _say_twins(here, line, terminal)


def add(here: OnFile, entity: str, table: Mapping[str, Any], office: Office, terminal: Terminal) -> str:
    """Write a new line for an entity and give its id. Raises UsageError and OverlayError as `correct` does."""
    here.entity(entity)
    name = _new_id(here, str(table["role"]), str(table["name"]))
    _write_line(here, entity, {"id": name, **table}, office, terminal)
    return name


def _write_line(here: OnFile, entity: str, table: Mapping[str, Any], office: Office, terminal: Terminal) -> None:
    reached = bool(table.get("phone") or table.get("email"))
    signed = {"verified_on": office.day.isoformat(), "verified_by": office.name}
    full = {**table, "scope": list(table["scope"]), "show": "number" if reached else "page_only", **signed}
    written = {key: full[key] for key in _WRITTEN if full.get(key) or key in _ALWAYS}
    if problems := avenue_problems(written, local=True):
        raise UsageError("\n".join((*problems, "Nothing was changed.")))
    written |= _correcting(here, str(table["id"]))

    def wanted(reading: Reading) -> bool:
        found = reading.lines().get(written["id"])
        return found is not None and all(getattr(found, key) == full.get(key, "") for key in REACH) and found.confirmed

    change = Change(written["id"], entity, ("confirmed",), {"avenues": written})
    path = write_change(here.corpus_dir, change, wanted)
    after = on_file(here.corpus_dir)
    terminal.say(line_text(after.line(written["id"]), here.words("en")))
    terminal.say(f"Written to {path}.")
    if hidden_by := _hidden_by(after, written["id"], entity):
        terminal.say(
            f"Note: it is not shown for {entity}, since {hidden_by} gives the same contact and comes before it."
        )


def _hidden_by(after: OnFile, name: str, entity: str) -> str:
    """The line that is shown instead of one, since both give the same contact; "" when it is shown itself."""
    line = after.line(name)
    shown = (
        *after.contacts.referral(entity, "").avenues,
        *after.contacts.for_communities(entity),
        *after.contacts.emergency(entity),
    )
    if any(other.id == name for other in shown):
        return ""
    same = (other.id for other in shown if any(getattr(other, key) == getattr(line, key) != "" for key in REACH))
    return next(same, "another line")


def withdraw(here: OnFile, name: str, reason: str, office: Office, terminal: Terminal) -> None:
    """Let a line be shown no more. Raises UsageError and OverlayError; nothing is changed then."""
    line = here.line(name)
    signed = {"withdrawn_on": office.day.isoformat(), "withdrawn_by": office.name, "reason": a_name("--reason", reason)}
    change = Change(name, line.entity, put={"withdrawn": {"id": name, **_repeated(line), **signed}})
    path = write_change(here.corpus_dir, change, lambda reading: name in reading.withdrawn)
    terminal.say(line_text(line, here.words("en")))
    terminal.say(f"{name} is not shown any more. Written to {path}. To show it again: contacts restore {name}")
    _say_twins(here, line, terminal)


def restore(here: OnFile, name: str, terminal: Terminal) -> None:
    """Undo the last thing that the overlay says of an id: a withdrawal, else a line of its own, else a confirmation.

    Raises UsageError when the overlay says nothing of it, and OverlayError.
    """
    entries = overlay_entries(here.corpus_dir, name)
    if not entries:
        if name not in here.reading.shipped:
            here.line(name)
        raise UsageError(f"Nothing was entered here for {name}, so there is nothing to undo.")
    drop = next(kinds for kinds in (("withdrawn",), ("avenues", "confirmed"), ("confirmed",)) if kinds[0] in entries)
    line = here.reading.lines().get(name)

    def wanted(reading: Reading) -> bool:
        gone = name not in reading.withdrawn if drop[0] == "withdrawn" else True
        return gone and (drop[0] != "avenues" or (name in reading.lines()) == (name in reading.shipped))

    path = write_change(here.corpus_dir, Change(name, "", drop), wanted)
    if drop[0] == "withdrawn":
        terminal.say(f"{name} is shown again. Changed in {path}.")
    elif drop[0] == "confirmed":
        terminal.say(f"The confirmation of {name} is taken back. Changed in {path}.")
    elif name in here.reading.shipped:
        terminal.say(f"{name} is again as it comes with Avenues. Changed in {path}.")
    else:
        terminal.say(f"{name} was a line of your own and is removed. Changed in {path}. This is what it said:")
        terminal.say(line_text(line, here.words("en")) if line else "(it could not be read)")


def _say_twins(here: OnFile, line: Avenue, terminal: Terminal) -> None:
    """Other lines hold the same number or address: what is true of one is likely true of them."""
    for twin in _twins(here.reading, line):
        terminal.say(f"Note: {twin.id} has the same phone or e-mail ({twin.name}). It was left as it is.")


def _twins(reading: Reading, line: Avenue) -> Iterator[Avenue]:
    for other in reading.lines().values():
        same = (line.phone and other.phone == line.phone) or (line.email and other.email == line.email)
        if same and other.id != line.id:
            yield other


def _new_id(here: OnFile, role: str, name: str) -> str:
    """An id that is free, made from role and name; it begins with "local", which no line of Avenues does."""
    letters = unicodedata.normalize("NFKD", f"{role} {name}").encode("ascii", "ignore").decode().lower()
    words = list(dict.fromkeys(re.findall(r"[a-z0-9]+", letters)))[:8]
    stem = "-".join(("local", *words))
    taken = {*here.reading.lines(), *here.reading.shipped, *here.reading.withdrawn}
    free = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in free if name not in taken and not overlay_entries(here.corpus_dir, name))
