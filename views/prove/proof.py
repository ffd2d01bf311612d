"""The running product → evidence: it is asked, left, ended and then leaked on purpose, while everything is watched."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from views.prove import control, namespace, planted_page, surroundings
from views.prove.browser import Browser, NoBrowserError, Questions, Visit, browser_processes, find_browser
from views.prove.canaries import Canaries
from views.prove.search import Detector, Searched, hash_folder, search_deleted, search_folders
from views.prove.session import Page, StartError, Terminal, end_group
from views.prove.surroundings import ROOT, Listener, Surroundings, python
from views.prove.trace import Seen, Traced, strace_command
from views.prove.watch import Watch, descendants

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from views.prove.search import Find
    from views.prove.session import Asked

PATIENCE_S: Final = 75.0  # for the page to end itself: a minute, and some time to end
_SINGLY: Final = 4
_MEMORY: Final = Path("/dev/shm")  # noqa: S108  only looked at


@dataclass(frozen=True)
class Wanted:
    """What a person asked for."""

    corpus_dir: Path
    index_dir: Path
    questions: int = 50
    hostile: bool = True

    @property
    def options(self) -> tuple[str, ...]:
        """The folders, as options of the product."""
        return ("--corpus", str(self.corpus_dir), "--index", str(self.index_dir))


@dataclass
class Evidence:
    """All that was seen; `judge` makes checks of it."""

    detector: Detector
    canaries: Canaries
    not_alone: str = ""  # why there is no network of its own, or ""
    traced: bool = False
    hostile: bool = True
    interfaces: list[str] = field(default_factory=list)
    listener: str = ""
    wanted_questions: int = 0

    no_browser: str = ""
    visit_failed: str = ""
    visit: Visit = field(default_factory=Visit)
    page: Seen = field(default_factory=Seen)
    page_log: bytes = b""
    page_failed: str = ""
    page_pid: int = 0
    ended_after_s: float | None = None
    left_running: list[int] = field(default_factory=list)
    terminal: Asked | None = None
    terminal_failed: str = ""
    watch: Watch | None = None
    while_open: Searched = field(default_factory=Searched)
    deleted: Searched = field(default_factory=Searched)
    profile_closed: Searched = field(default_factory=Searched)
    leftovers: list[str] = field(default_factory=list)
    index_before: dict[str, str] = field(default_factory=dict)
    index_after: dict[str, str] = field(default_factory=dict)
    heard: int = 0

    control: Seen = field(default_factory=Seen)
    control_log: bytes = b""
    control_watch: Watch | None = None
    control_deleted: Searched = field(default_factory=Searched)
    control_open: Searched = field(default_factory=Searched)
    control_foreign: list[str] = field(default_factory=list)
    control_heard: int = 0
    control_failed: str = ""
    final: Searched = field(default_factory=Searched)
    searched_folders: list[Path] = field(default_factory=list)
    known_folder: Path = Path()


def prove(wanted: Wanted, say: Callable[[str], None]) -> Evidence:
    """Make the evidence; say gets a line of progress at each step. Must run before this process has threads."""
    since = time.time() - 1
    not_alone = namespace.enter_empty_network()
    canaries = Canaries()
    evidence = Evidence(Detector(canaries.root, canaries.control_root), canaries, not_alone)
    evidence.traced, evidence.hostile = bool(strace_command()), wanted.hostile
    evidence.interfaces = namespace.interfaces() if not not_alone else []
    evidence.wanted_questions = wanted.questions
    say("In a network of its own" if not not_alone else f"In your own network: {not_alone}")
    say("strace follows what the program does" if evidence.traced else "Without strace: it is missing or not allowed")
    with contextlib.closing(Listener()) as listener, tempfile.TemporaryDirectory(prefix="proof-") as folder:
        evidence.listener = listener.address
        made = surroundings.make(Path(folder), listener.address, hostile=wanted.hostile)
        _Run(wanted, evidence, made, listener, since, say).all()
    return evidence


class _Run:
    """One run, step by step."""

    def __init__(
        self,
        wanted: Wanted,
        evidence: Evidence,
        made: Surroundings,
        listener: Listener,
        since: float,
        say: Callable[[str], None],
    ) -> None:
        self.wanted, self.evidence, self.made = wanted, evidence, made
        self.listener, self.since, self.say = listener, since, say
        self.before = _files(made.home, made.temporary)
        self.memory_before = _memory_folders()

    def all(self) -> None:
        """Everything, in an order in which no step spoils what another one looks at."""
        self.evidence.known_folder = self.made.folder
        self.evidence.index_before = hash_folder(self.wanted.index_dir)
        alone = not self.evidence.not_alone
        with Watch(self.evidence.detector, everything=alone) as self.evidence.watch:
            self._page_and_terminal()
        self.evidence.heard = self.listener.heard
        self.evidence.leftovers = self._leftovers()
        with Watch(self.evidence.detector, everything=alone) as self.evidence.control_watch:
            self._controls(isolated=alone)
        self.evidence.control_heard = self.listener.heard - self.evidence.heard
        self._search_everything()
        self.evidence.index_after = hash_folder(self.wanted.index_dir)

    def _page_and_terminal(self) -> None:
        self.say("Starting the page")
        page = Page(self.wanted.options, self.made.product)
        self.evidence.page_pid = page.pid
        try:
            try:
                self._visit(page)
                closed = time.monotonic()
                self._ask_in_terminal()
                self._wait_for_the_end(page, closed)
            except StartError as error:
                self.evidence.page_failed = str(error)
        finally:
            page.end()
        self.evidence.left_running = page.pids
        self.evidence.page_log = page.log
        self.evidence.page = page.seen(self.evidence.detector)

    def _visit(self, page: Page) -> None:
        address = page.address()
        try:
            browser = Browser(find_browser(), self.made.profile, self.made.browser)
        except NoBrowserError as error:
            self.evidence.no_browser = str(error)
            self.say(f"No visit: {error}")
            return
        new, asked = self.evidence.canaries.word, self.evidence.canaries.questions(self.wanted.questions)
        questions = Questions(
            asked,
            f"May I report this? {planted_page.IN_BODY} {new()}",
            f"May I report this? {planted_page.IN_CALLBACK} {new()}",
            f"May I report this? {planted_page.IN_THREAD} {new()}",
            self.evidence.canaries.looked_up(),
            f"Nobody may ever see that {new()} did this to me",
        )
        self.say(f"Asking {len(asked)} questions in a browser, with three planted faults, and looking up texts")
        try:
            self.evidence.visit = browser.visit(address, questions, lambda: self._look_meanwhile(page))
        except Exception as error:  # noqa: BLE001  whatever it is, the rest is still looked at
            self.evidence.visit_failed = f"{type(error).__name__}: {error}"
        self.evidence.profile_closed = search_folders(self.evidence.detector, [self.made.folder], 0)

    def _look_meanwhile(self, page: Page) -> None:
        self.say("Looking while the page is open and a question stands unsent in its field")
        found = search_folders(self.evidence.detector, [self.made.folder, _MEMORY], self.since)
        self.evidence.while_open.add(found)
        self.evidence.deleted.add(search_deleted(self.evidence.detector, page.pids, memory=True))
        self.evidence.deleted.add(search_deleted(self.evidence.detector, self._of_browser(), memory=False))

    def _of_browser(self) -> set[int]:
        return {pid for one in browser_processes(self.made.profile) for pid in descendants(one)}

    def _ask_in_terminal(self) -> None:
        terminal = Terminal(self.wanted.options, self.made.product, self.evidence.detector)
        self.evidence.terminal = terminal.result
        questions = self.evidence.canaries.questions(self.wanted.questions)
        singly, together = questions[:_SINGLY], questions[_SINGLY:]
        self.say(f"Asking {len(questions)} questions in the terminal")
        try:
            if os.name == "posix" and singly:
                terminal.typed(singly.pop())
            for question in singly:
                terminal.one(question)
            terminal.many(together, self.evidence.canaries.questions(1)[0])
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            self.evidence.terminal_failed = f"It ended with {type(error).__name__}."

    def _wait_for_the_end(self, page: Page, closed: float) -> None:
        if self.evidence.no_browser:  # it waits for its first visitor
            return
        left_s = PATIENCE_S - (time.monotonic() - closed)
        self.say(f"Waiting for the page to end by itself, {max(left_s, 0):.0f} seconds at most")
        ended = page.ended_before(closed + PATIENCE_S)
        if ended is not None:
            self.evidence.ended_after_s = ended - closed

    def _leftovers(self) -> list[str]:
        """Files that the product left in its home, its temporary folder or in memory."""
        left = [path for path in _files(self.made.home, self.made.temporary) if path not in self.before]
        memory = [folder for folder in _memory_folders() - self.memory_before if self._is_ours(folder)]
        return sorted([*left, *memory])

    def _is_ours(self, folder: str) -> bool:
        """Whether a folder or file in memory is one of ours, not of a page that somebody else has open."""
        if self.evidence.traced:
            return any(path == folder or path.startswith(f"{folder}/") for path in self._written())
        terminal = self.evidence.terminal
        pids = [self.evidence.page_pid, *(terminal.pids if terminal else ())]
        return any(f"avenues-{pid}-" in folder for pid in pids)

    def _written(self) -> set[str]:
        """Every file that the page or the terminal opened for writing, where that was traced."""
        terminal = self.evidence.terminal
        return self.evidence.page.written | (terminal.seen.written if terminal else set())

    def _controls(self, *, isolated: bool) -> None:
        self.say("Leaking on purpose: each of the leaks must be found")
        word = self.evidence.canaries.control()
        wanted = {"word": word, "folder": str(self.made.temporary), "listener": self.listener.port}
        try:
            self._leaking_program({**wanted, "isolated": isolated})
            if not self.evidence.no_browser:
                browser = Browser(find_browser(), self.made.profile, self.made.browser)
                self.evidence.control_foreign = browser.control(word, self._look_at_control)
        except Exception as error:  # noqa: BLE001  what was not planted is not found, and that is said
            self.evidence.control_failed = f"{type(error).__name__}: {error}"

    def _look_at_control(self) -> None:
        self.evidence.control_open = search_folders(self.evidence.detector, [self.made.profile], self.since)

    def _leaking_program(self, wanted: dict[str, object]) -> None:
        traced = Traced(
            python("-m", control.__name__), cwd=ROOT, env=self.made.product,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        pids: list[Searched] = []
        looking = threading.Thread(target=lambda: pids.append(self._deleted_files_of(traced.process.pid)))
        try:
            looking.start()
            self.evidence.control_log, _ = traced.process.communicate(json.dumps(wanted).encode(), 60)
            looking.join()
        finally:
            end_group(traced.process)
        self.evidence.control_deleted = pids[0]
        self.evidence.control = traced.seen(self.evidence.detector)

    def _deleted_files_of(self, pid: int) -> Searched:
        """Look at the deleted files of the leaking program until one is found, for a few seconds."""
        done = Searched()
        for _ in range(50):
            done.add(search_deleted(self.evidence.detector, descendants(pid), memory=True))
            if done.finds:
                break
            time.sleep(0.1)
        return done

    def _search_everything(self) -> None:
        folders = [self.made.folder, Path.home(), Path(tempfile.gettempdir()), *_shared(), ROOT]
        folders += [self.wanted.index_dir, self.wanted.corpus_dir]
        folders = list(dict.fromkeys(folder.resolve() for folder in folders if folder.is_dir()))
        self.evidence.searched_folders = folders
        self.say("Searching every file that changed since the start")
        self.evidence.final = search_folders(self.evidence.detector, folders, self.since)
        elsewhere = [Path(path) for path in sorted(self._written()) if not _below(path, folders)]
        self.evidence.final.add(_search_each(self.evidence.detector, elsewhere))


def _search_each(detector: Detector, paths: Sequence[Path]) -> Searched:
    done = Searched()
    for path in paths:
        with contextlib.suppress(OSError):
            if path.is_file():
                with path.open("rb") as file:
                    done.finds |= detector.find_in(file, str(path))
                    done.files += 1
    return done


def _below(path: str, folders: Sequence[Path]) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in folders)


def _shared() -> list[Path]:
    return [Path("/tmp"), Path("/var/tmp"), _MEMORY]  # noqa: S108  only looked at


def _files(*folders: Path) -> set[str]:
    return {str(path) for folder in folders for path in folder.rglob("*") if not path.is_dir()}


def _memory_folders() -> set[str]:
    with contextlib.suppress(OSError):
        return {str(path) for path in _MEMORY.glob("avenues-*")}
    return set()


def of_questions(evidence: Evidence, finds: set[Find]) -> list[str]:
    """The finds that are no planted ones, as text."""
    return sorted(f"{find.place} ({find.encoding})" for find in finds if find.root == evidence.canaries.root)


def of_control(evidence: Evidence, finds: set[Find], place: str, encoding: str = "") -> bool:
    """Whether a planted mark was found at a place with these words in it."""
    return any(
        find.root == evidence.canaries.control_root and place in find.place and encoding in find.encoding
        for find in finds
    )
