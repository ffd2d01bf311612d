"""Evidence → checks, each with its figure; the only place that says what is allowed."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final

from views.prove.proof import PATIENCE_S, of_control, of_questions
from views.prove.report import BROKEN, OK, UNKNOWN, Check, none_of, places
from views.prove.trace import Seen

if TYPE_CHECKING:
    from views.prove.proof import Evidence
    from views.prove.report import Report
    from views.prove.search import Find

_NO_STRACE: Final = "strace is not here or not allowed; on Debian or Ubuntu: apt-get install strace"
_FAULTS: Final = ("FaultInBody", "FaultInCallback", "FaultInThread")
_LOOKED_UP: Final = 4  # fields of the view for exact words
_MAY_BE_WRITTEN: Final = re.compile(
    r"/dev/(?:null|tty|pts/\d+|ptmx)$"  # no files
    r"|/proc/"
    r"|/dev/shm/avenues-[^/]+/"  # the private copy of the index
    r"|.*/__pycache__/[^/]+\.pyc(?:\.\d+)?$"  # Python's translation of the program itself
    r"|.*/lock$"  # empty, says whether the documents are being read
)
_OWN_HOSTS: Final = ("127.", "::1", "::ffff:127.")


def judge(evidence: Evidence, report: Report) -> None:
    """Put all checks of a run into a report."""
    report.surroundings += _surroundings(evidence)
    report.add("What was asked", *_asked(evidence))
    report.add("Nothing leaves this computer", *_network(evidence))
    report.add("Nothing is kept", *_kept(evidence))
    report.add("Leaving and ending", *_leaving(evidence))
    report.add("Leaks made on purpose, which the same search must find", *_controls(evidence))


def _surroundings(evidence: Evidence) -> list[str]:
    alone = (
        f"It ran in an empty network of its own (only: {', '.join(evidence.interfaces)})."
        if not evidence.not_alone
        else f"It ran in the network of this computer, because {evidence.not_alone}."
    )
    hostile = (
        "Its environment asked it to leak: tracing, telemetry, proxies, tokens, debug logs, a Streamlit config.toml."
        if evidence.hostile
        else "Its environment was plain (--plain)."
    )
    folders = ", ".join(str(folder) for folder in evidence.searched_folders)
    return [f"{alone} {hostile}", f"Searched for files changed since the start: {folders}."]


def _asked(evidence: Evidence) -> list[Check]:
    wanted, visit = evidence.wanted_questions, evidence.visit
    if evidence.page_failed:
        page = Check("the page was started", "no", BROKEN, evidence.page_failed)
    elif evidence.no_browser:
        page = Check("questions on the page", "not checked", UNKNOWN, evidence.no_browser)
    else:
        good = visit.answered == wanted and visit.quoted and not evidence.visit_failed
        figure = f"{visit.answered} of {wanted} answered, {visit.quoted} with quotes"
        page = Check("questions on the page", figure, OK if good else BROKEN, evidence.visit_failed)
    terminal = evidence.terminal
    answered, quoted = (terminal.answered, terminal.quoted) if terminal else (0, 0)
    figure = f"{answered} of {wanted} answered, {quoted} with quotes"
    outcome = OK if answered == wanted and quoted else BROKEN
    asked = Check("questions in the terminal", figure, outcome, evidence.terminal_failed)
    return [page, _looked_up(evidence), asked, _faults(evidence)]


def _looked_up(evidence: Evidence) -> Check:
    what = "texts that were pasted, searched, verified and compared on the page"
    if evidence.no_browser:
        return Check(what, "not checked", UNKNOWN, evidence.no_browser)
    done = evidence.visit.looked_up
    return Check(what, f"{done} of {_LOOKED_UP}", OK if done == _LOOKED_UP else BROKEN, evidence.visit_failed)


def _faults(evidence: Evidence) -> Check:
    what = "planted exceptions: on the page, on sending, in a thread"
    if evidence.no_browser:
        return Check(what, "not checked", UNKNOWN, evidence.no_browser)
    log = evidence.page_log.decode(errors="replace")
    happened = [name for name in _FAULTS if name in log]
    missing = "".join(f"{name} is not named in the log.\n" for name in _FAULTS if name not in happened)
    return Check(what, f"{len(happened)} of 3 happened", BROKEN if missing else OK, missing)


def _product(evidence: Evidence) -> Seen:
    seen = Seen()
    seen.add(evidence.page)
    if evidence.terminal:
        seen.add(evidence.terminal.seen)
    return seen


def _network(evidence: Evidence) -> list[Check]:
    seen, not_traced = _product(evidence), "" if evidence.traced else _NO_STRACE
    calls = f"in {seen.lines:,} calls" if evidence.traced else ""
    checks = [
        none_of("calls of the program to other computers", seen.far, calls, why_not=not_traced),
        none_of("look-ups of a name in the network (DNS)", seen.lookups, calls, why_not=not_traced),
        none_of("talks with other programs here (system log, bus, resolver)", seen.programs, calls, why_not=not_traced),
        _listening(evidence, seen),
    ]
    watch = evidence.watch
    if watch is None or not watch.possible:
        checks.append(Check("open connections to elsewhere", "not checked", UNKNOWN, _no_proc()))
    else:
        checks.append(none_of("open connections to elsewhere", sorted(watch.far), f"in {watch.looks} looks"))
    requests = f"of {len(evidence.visit.own) + len(evidence.visit.foreign)} requests"
    what = "requests of the browser to other addresses"
    checks.append(none_of(what, evidence.visit.foreign, requests, why_not=evidence.no_browser))
    heard = ["A connection came in."] * evidence.heard
    if evidence.hostile:
        checks.append(none_of("connections to where the environment says", heard, "came in"))
    return checks


def _no_proc() -> str:
    return f"this system ({sys.platform}) has no /proc to look at"


def _listening(evidence: Evidence, seen: Seen) -> Check:
    watch = evidence.watch
    found = {address.strip("[]") for address in seen.listening}
    if watch is not None:
        found |= {one.split()[1] for one in watch.listening}
    wrong = sorted(one for one in found if not one.lstrip("[").startswith(_OWN_HOSTS))
    if not found:
        return Check("ports of the program that others can reach", "not checked", UNKNOWN, _no_proc())
    return Check(
        "ports of the program that others can reach",
        f"{len(wrong)} of {len(found)}",
        BROKEN if wrong else OK,
        places(wrong),
    )


def _kept(evidence: Evidence) -> list[Check]:
    seen, not_traced = _product(evidence), "" if evidence.traced else _NO_STRACE
    megabytes = f"in {seen.writes:,} writes, {seen.size / 1e6:,.0f} MB"
    final, visit = evidence.final, evidence.visit
    return [
        none_of(
            "words of a question: in all that was written, deleted files too", of_questions(evidence, seen.finds),
            megabytes, why_not=not_traced or _not_seen(seen),
        ),
        none_of("… in files changed since the start", of_questions(evidence, final.finds), f"in {final.files:,} files"),
        _while_open(evidence),
        _profile(evidence),
        _page_storage(evidence, visit.kept, visit.shown),
        _logs(evidence),
        _process_list(evidence),
        _unexpected(evidence, seen, not_traced),
        _index(evidence),
    ]  # fmt: skip


def _not_seen(seen: Seen) -> str:
    """Why strace did not show all content, or ""."""
    if seen.unseen:
        return f"content went by ways that show none: {places(sorted(set(seen.unseen)))}"
    return f"{seen.cut} writes were too long to be seen whole" if seen.cut else ""


def _while_open(evidence: Evidence) -> Check:
    what = "… in files while the page was open, and deleted ones still held"
    if evidence.no_browser:
        return Check(what, "not checked", UNKNOWN, evidence.no_browser)
    found, held = evidence.while_open, evidence.deleted
    finds = of_questions(evidence, found.finds | held.finds)
    check = none_of(what, finds, f"in {found.files + held.files:,} files")
    if held.unreadable and not finds:
        return Check(what, "not checked", UNKNOWN, f"These may not be looked at: {places(held.unreadable)}")
    return check


def _profile(evidence: Evidence) -> Check:
    closed = evidence.profile_closed
    finds, among = of_questions(evidence, closed.finds), f"in {closed.files:,} files"
    return none_of("… in the browser's profile, sent or unsent", finds, among, why_not=evidence.no_browser)


def _page_storage(evidence: Evidence, kept: str, shown: list[str]) -> Check:
    what = "… in address, title, cookies, storage, links, errors, the saved page"
    if evidence.no_browser:
        return Check(what, "not checked", UNKNOWN, evidence.no_browser)
    said = kept + "\n".join(shown)
    found = of_questions(evidence, evidence.detector.find(said.encode(), "what the page holds beside the conversation"))
    found += [f"the page shows {name}" for name in ("Traceback", *_FAULTS) if name in said]
    return none_of(what, found, f"in {len(said):,} letters")


def _logs(evidence: Evidence) -> Check:
    said = evidence.page_log + b"\n" + (evidence.terminal.beside if evidence.terminal else b"")
    found = of_questions(evidence, evidence.detector.find(said, "what the program says in its terminal"))
    return none_of("… in what the program prints, three exceptions included", found, f"in {len(said):,} letters")


def _process_list(evidence: Evidence) -> Check:
    what, watch = "… in the process list, for others on this computer", evidence.watch
    if watch is None or not watch.possible:
        return Check(what, "not checked", UNKNOWN, _no_proc())
    return none_of(what, of_questions(evidence, watch.finds), f"in {watch.looks} looks")


def _unexpected(evidence: Evidence, seen: Seen, not_traced: str) -> Check:
    ours = str(evidence.known_folder / "tmp" / "avenues-")
    wrong = [path for path in sorted(seen.written) if not _MAY_BE_WRITTEN.match(path) and not path.startswith(ours)]
    what = "files written that are not the copy of the index in memory"
    return none_of(what, wrong, f"of {len(seen.written)}", why_not=not_traced)


def _index(evidence: Evidence) -> Check:
    before, after = evidence.index_before, evidence.index_after
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return none_of("files of the index that changed by a bit", changed, f"of {len(before)}")


def _leaving(evidence: Evidence) -> list[Check]:
    checks = []
    visit = evidence.visit
    if evidence.no_browser:
        checks.append(Check("leaving, and Back after it", "not checked", UNKNOWN, evidence.no_browser))
    elif visit.back:
        found = of_questions(evidence, evidence.detector.find(visit.back.encode(), visit.back.partition("\n")[0]))
        good = not found and visit.left_after_s < 1
        figure = f"left in {visit.left_after_s:.2f} s"
        checks.append(Check("leaving, and Back shows nothing", figure, OK if good else BROKEN, places(found)))
    else:
        checks.append(Check("leaving, and Back shows nothing", "no", BROKEN, "The visit did not come that far."))
    return [*checks, _ended(evidence), _gone(evidence)]


def _ended(evidence: Evidence) -> Check:
    what = "the program ends by itself after the last page closed"
    if evidence.ended_after_s is not None:
        return Check(what, f"after {evidence.ended_after_s:.0f} s", OK)
    if evidence.no_browser or evidence.page_failed:
        return Check(what, "not checked", UNKNOWN, evidence.no_browser or "the page did not start")
    return Check(what, "no", BROKEN, f"It still ran after {PATIENCE_S:.0f} s and was ended as with Ctrl-C.")


def _gone(evidence: Evidence) -> Check:
    left = [f"process {pid}" for pid in evidence.left_running] + evidence.leftovers
    return none_of("processes and files left behind, in memory too", left, "left")


def _controls(evidence: Evidence) -> list[Check]:
    planted = _planted(evidence)
    if evidence.control_failed:
        return [Check("planting the leaks", "failed", BROKEN, evidence.control_failed), *planted]
    return planted


def _planted(evidence: Evidence) -> list[Check]:
    final, seen, watch = evidence.final.finds, evidence.control, evidence.control_watch
    log = evidence.detector.find(evidence.control_log, "log")
    traced, browser = "" if evidence.traced else _NO_STRACE, evidence.no_browser
    proc = "" if watch and watch.possible else _no_proc()
    network = evidence.not_alone and "only in a network of its own"
    listed: set[Find] = watch.finds if watch else set()
    listening = any("0.0.0.0" in one for one in (watch.listening if watch else ()))  # noqa: S104  looked for
    held = of_control(evidence, evidence.control_deleted.finds, "deleted")
    kept = of_control(evidence, evidence.control_open.finds | final, "profile")
    rows = (
        ("a word in a file", of_control(evidence, final, "in a file", "UTF-8"), ""),
        ("a word in a file, in UTF-16", of_control(evidence, final, "in another file", "UTF-16"), ""),
        ("a word in a log", of_control(evidence, log, "log"), ""),
        ("a word in a file that was deleted at once", of_control(evidence, seen.finds, "write"), traced),
        ("a word in a deleted file that is still open", held, proc),
        ("a word in a command line, in the process list", of_control(evidence, listed, "process list"), proc),
        ("a word in a command line, as the kernel saw it", of_control(evidence, seen.finds, "command line"), traced),
        ("a call to another computer", any("192.0.2.1" in one for one in seen.far), traced),
        ("a look-up of a name", bool(seen.lookups), traced),
        ("a call to another program on this computer", bool(seen.programs), traced),
        ("a port that is open to others", listening, proc or network),
        ("a connection to where the environment says", evidence.control_heard > 0, ""),
        ("words in the browser's profile", kept, browser),
        ("a draft in the browser's profile", of_control(evidence, evidence.control_open.finds, "Sessions"), browser),
        ("a request of the browser to elsewhere", bool(evidence.control_foreign), browser),
    )
    return [_planted_one(what, found=found, why_not=why_not) for what, found, why_not in rows]


def _planted_one(what: str, *, found: bool, why_not: str) -> Check:
    if why_not and not found:
        return Check(what, "not checked", UNKNOWN, why_not)
    return Check(what, "found" if found else "NOT FOUND", OK if found else BROKEN)
