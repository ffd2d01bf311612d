"""One PDF → its pages, sentences and chunks, read in a child process of its own with limits.

A crash, a hang, a bomb of memory or of recursion costs that document and nothing else. On Linux a server process loads
the libraries once and forks, for each document, a child that reads it, says what it read and ends; elsewhere each
child is a new interpreter. What a child says is JSON whose shape is checked: it has read a foreign file, and is not
trusted.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ingest.chunks import Chunk, Splitter
from ingest.drawn import read_drawn
from ingest.embeddings import token_counter
from ingest.identity import is_tombstone
from ingest.layout import read_blocks
from ingest.left_out import LeftOut, Screened, screen
from ingest.limits import Limits, cores, end_group, end_with_parent, hold
from ingest.page_text import PageNote, PageTexts, noted, read_pictures
from ingest.pages import Page, UnreadableError, read_pages, sha256_of
from ingest.sentences import Sentence, read_sentences
from ingest.shapes import ShapeError, plain, shaped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

READ_LIMITS: Final = Limits(wall=1800.0, processor=300, memory=2 << 30)
STRAINED: Final = b'{"strained"'  # how a child begins that could not read a document with what it may use
_ROOT: Final = Path(__file__).resolve().parent.parent
_CHILD: Final = (sys.executable, "-m", "ingest.reading")
_LARGEST: Final = 256 << 20  # bytes that a child may say
_HALF: Final = re.compile("[\ud800-\udfff]")  # half a character: no file and no screen can hold it
_LIBRARIES: Final = ("numpy", "pypdf", "pypdfium2", "sentencex")  # loaded before the fork: a child starts at once
_SPARE: Final = 30.0  # seconds beyond the wall time, in which the child's own parent ends it
_LEISURE: Final = 5.0  # seconds in which the server, told that nobody asks any more, ends by itself
_NO_PARAGRAPH = "No paragraph could be made of its text. It was not indexed. Look at it in a PDF viewer."
_NO_DOCUMENT = "It is only a notice that the document does not exist. It was not indexed. Get the document elsewhere."
_NOTHING_LEFT = (
    "Nothing of it can be quoted: a reader does not see its text, or it gives orders to a machine. It was not indexed. "
    "Look at it in a PDF viewer, and get it again from its publisher."
)
_NOT_DRAWN = (
    "Its pages cannot be drawn, so nobody can tell which of its text a reader sees. It was not indexed. "
    "Print it to a new PDF, or get it again from its publisher."
)
_NO_TEXT = "It has no text that can be read. It was not indexed. Look at it in a PDF viewer."
_CHANGED = "The file was changed while it was read. It was not indexed. Build again."
_TOO_LONG = (
    "Reading it takes more time than a policy needs. It was not indexed. "
    "Print it to a new PDF, or get it again from its publisher."
)
_TOO_LARGE = (
    "Reading it takes more memory than a policy needs. It was not indexed. "
    "Print it to a new PDF, or get it again from its publisher."
)
_TOO_MUCH = (
    "It is larger or more tangled inside than a policy needs to be. It was not indexed. "
    "Print it to a new PDF, or get it again from its publisher."
)
_CRASHED = (
    "It ended the program that reads PDFs: it is damaged, was made to do harm, or needs more memory than it may have. "
    "It was not indexed. Print it to a new PDF, or get it again from its publisher."
)
_ODD = "Reading it failed in a way that was not foreseen ({}). It was not indexed. Print it to a new PDF, and try that."


class StrainError(UnreadableError):
    """A document took more than it may, or ended its reader; on another day or machine it might not."""


@dataclass(frozen=True)
class Wanted:
    """A PDF to be read: where it is, the hash that it has, and what of its row decides how it is read."""

    path: str
    sha256: str
    id: str
    title: str
    language: str
    official: bool


@dataclass(frozen=True)
class Reading:
    """What was read in a document; chunks is never empty. See `ingest.left_out` for what was left out of it.

    notes is what is to be said of its pages.
    """

    pages: tuple[Page, ...]
    sentences: tuple[Sentence, ...]
    chunks: tuple[Chunk, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[PageNote, ...]


def read_document(wanted: Wanted, splitter: Splitter) -> Reading:
    """Read a document in this process: pages, then what they draw, then sentences, then chunks; for the child.

    Raises UnreadableError.
    """
    path = Path(wanted.path)
    if sha256_of(path) != wanted.sha256:
        raise StrainError(_CHANGED)
    pages = read_pages(path)
    if len(pages) < 5 and is_tombstone(" ".join(page.raw for page in pages)):
        raise UnreadableError(_NO_DOCUMENT)
    try:
        drawn = tuple(read_drawn(path, {page.number: sorted(page.false_fonts) for page in pages}))
    except Exception:  # noqa: BLE001  pdfium raises several kinds
        raise UnreadableError(_NOT_DRAWN) from None
    texts = read_pictures(path, pages, drawn, wanted.language)
    pages = texts.pages
    if len(pages) < 5 and is_tombstone(" ".join(page.raw for page in pages)):  # as a scan
        raise UnreadableError(_NO_DOCUMENT)
    legible = tuple(replace(page, raw=_HALF.sub("\ufffd", page.raw)) for page in pages)
    screened = screen(legible, texts.drawn, read_sentences(legible, read_blocks(legible), wanted.language or "en"))
    if sha256_of(path) != wanted.sha256:
        raise StrainError(_CHANGED)
    sentences = tuple(_writable(sentence, pages) for sentence in screened.sentences)
    # what stands outside the numbered paragraphs of a guide is about the guide: its cover, its list of sources
    searched = sentences if wanted.official else [s for s in sentences if s.paragraph]
    chunks = splitter.split(wanted.id, wanted.sha256, wanted.title, searched)
    if not chunks:
        raise UnreadableError(_why_nothing(texts, screened))
    return Reading(pages, sentences, tuple(chunks), screened.left_out, texts.notes)


def _why_nothing(texts: PageTexts, screened: Screened) -> str:
    """Say why no chunk could be made of a document."""
    if any(page.raw.strip() for page in texts.pages):
        return _NOTHING_LEFT if any(row.sentences for row in screened.left_out) else _NO_PARAGRAPH
    unread = [note for note in texts.notes if note.kind == "unread"]
    return f"It was not indexed: {' '.join(noted(unread))}" if unread else _NO_TEXT


def _writable(sentence: Sentence, pages: Sequence[Page]) -> Sentence:
    """The sentence, without its words where half a character stands among them."""
    if not any(_HALF.search(pages[span.page - 1].raw, span.start, span.end) for span in sentence.spans):
        return sentence
    return replace(sentence, text="", here="", paragraph="", heading=(), whole=False, stem=None)


def said_of(wanted: Wanted, splitter: Splitter) -> bytes:
    """What a child says of a document: its reading, or why there is none. Half characters in raw text are kept."""
    try:
        said: dict[str, Any] = {"reading": plain(read_document(wanted, splitter))}
    except StrainError as error:
        said = {"strained": str(error)}
    except UnreadableError as error:
        limits = {"MemoryError": ("strained", _TOO_LARGE), "LimitReached": ("refused", _TOO_MUCH)}
        kind, reason = next((said for name, said in limits.items() if name in str(error)), ("refused", str(error)))
        said = {kind: reason}
    except MemoryError:
        said = {"strained": _TOO_LARGE}
    except RecursionError:
        said = {"refused": "The file refers to itself without end. It was not indexed. Get it from its publisher."}
    except Exception as error:  # noqa: BLE001  said to the parent: the child's own output goes nowhere
        said = {"refused": _ODD.format(type(error).__name__)}
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")


def reading_of(said: bytes, wanted: Wanted) -> Reading:
    """The reading that a child said, or that was kept. Raises UnreadableError when it said why there is none."""
    try:
        found = json.loads(said.decode("utf-8", "surrogatepass"))
        for kind, error in (("refused", UnreadableError), ("strained", StrainError)):
            if kind in found:
                raise error(shaped(str, found[kind]))
        reading: Reading = shaped(Reading, found["reading"])
        _check(reading, wanted)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise StrainError(_CRASHED) from None
    return reading


def _check(reading: Reading, wanted: Wanted) -> None:
    """Raise ShapeError unless all numbers in a reading fit each other and the document that was asked for."""
    lengths = [len(page.raw) for page in reading.pages]
    count = len(reading.sentences)
    spans = [span for sentence in reading.sentences for span in sentence.spans]
    numbers = [number for chunk in reading.chunks for number in chunk.sentences]
    numbers += [sentence.stem for sentence in reading.sentences if sentence.stem is not None]
    said = [row.page for row in reading.left_out] + [note.page for note in reading.notes]
    marks = [(chunk.id, chunk.page, chunk.ordinal) for chunk in reading.chunks]
    sound = (
        [page.number for page in reading.pages] == list(range(1, len(lengths) + 1))
        and [sentence.number for sentence in reading.sentences] == list(range(count))
        and all(sentence.spans for sentence in reading.sentences)
        and all(1 <= s.page <= len(lengths) and 0 <= s.start < s.end <= lengths[s.page - 1] for s in spans)
        and all(0 <= number < count for number in numbers)
        and all(1 <= page <= len(lengths) for _, page, _ in marks)
        and all(name == f"{wanted.id}-{wanted.sha256[:16]}-{page}-{ordinal}" for name, page, ordinal in marks)
        and 0 < len(marks) == len(set(marks))
        and all(chunk.document == wanted.id for chunk in reading.chunks)
        and all(len(chunk.starts) == len(chunk.sentences) for chunk in reading.chunks)
        and all(0 <= start <= len(chunk.embedded) for chunk in reading.chunks for start in chunk.starts)
        and all(1 <= page <= len(lengths) for page in said)
        and all(0 <= w.start < w.end <= len(page.raw) for page in reading.pages for w in page.words)
    )
    if not sound:
        raise ShapeError("reading")


class Readers:
    """Reads documents side by side, each in a child of its own; `read` may be called from several threads."""

    def __init__(self, tokenizer: Path, max_tokens: int, limits: Limits = READ_LIMITS, count: int = 0) -> None:
        self._settings = {"tokenizer": str(tokenizer.resolve()), "max_tokens": max_tokens, "limits": asdict(limits)}
        self._limits = limits
        self._count = count or cores()
        self._free: queue.SimpleQueue[socket.socket | None] = queue.SimpleQueue()
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Readers:
        """Start the server where the platform can fork in safety; elsewhere nothing is started yet."""
        if sys.platform.startswith("linux") and hasattr(os, "fork"):
            pairs = [socket.socketpair() for _ in range(self._count)]
            theirs = [other for _, other in pairs]
            self._server = subprocess.Popen(
                [*_CHILD, *(str(other.fileno()) for other in theirs)],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=_ROOT,
                pass_fds=[other.fileno() for other in theirs],
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            )  # fmt: skip
            for own, other in pairs:
                other.close()
                self._free.put(own)
            assert self._server.stdin is not None  # noqa: S101  PIPE was asked for
            with contextlib.suppress(OSError):  # a server that cannot start is not missed
                self._server.stdin.write(json.dumps(self._settings).encode())
                self._server.stdin.close()
        else:
            for _ in range(self._count):
                self._free.put(None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the server and all that it started."""
        while not self._free.empty():
            desk = self._free.get()
            if desk is not None:
                desk.close()
        if self._server is not None:
            try:
                self._server.wait(0 if kind else _LEISURE)  # its time counts as ours only when it ends by itself
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()

    def read(self, wanted: Wanted) -> bytes:
        """What a child says of a document, for `reading_of`. Raises StrainError when it could say nothing."""
        desk = self._free.get()
        try:
            if desk is not None:
                try:
                    return _at_desk(desk, wanted, self._limits)
                except (OSError, ValueError):  # the server has ended; new interpreters do as well
                    desk.close()
                    desk = None
            return _alone(self._settings, wanted, self._limits)
        finally:
            self._free.put(desk)


def _at_desk(desk: socket.socket, wanted: Wanted, limits: Limits) -> bytes:
    """Ask the server for a document. Raises OSError or ValueError when nobody answers."""
    desk.settimeout(limits.wall + _SPARE)
    with desk.makefile("rwb") as stream:
        stream.write(json.dumps(asdict(wanted)).encode() + b"\n")
        stream.flush()
        head = json.loads(stream.readline())
        said = stream.read(head["bytes"])
        if len(said) != head["bytes"]:
            raise OSError
    return _judged(said, head["code"], late=head["late"], spent=head["processor"] > limits.processor - 1)


def _judged(said: bytes, code: int, *, late: bool, spent: bool) -> bytes:
    """What was said, when its child ended as it should. Raises StrainError with what went wrong."""
    if late or spent:
        raise StrainError(_TOO_LONG)
    if code or not said:
        raise StrainError(_CRASHED)
    if len(said) > _LARGEST:
        raise StrainError(_TOO_LARGE)
    return said


def _alone(settings: dict[str, Any], wanted: Wanted, limits: Limits) -> bytes:
    """Read a document in a new interpreter. Raises StrainError."""
    child = subprocess.Popen(
        _CHILD, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, cwd=_ROOT, start_new_session=True,
    )  # fmt: skip
    assert child.stdin is not None  # noqa: S101  PIPE was asked for
    assert child.stdout is not None  # noqa: S101
    since = time.monotonic()
    clock = threading.Timer(limits.wall, end_group, [child.pid])
    clock.start()
    try:
        with contextlib.suppress(OSError):
            child.stdin.write(json.dumps({**settings, "wanted": asdict(wanted)}).encode())
            child.stdin.close()
        said = child.stdout.read(_LARGEST + 1)
        if len(said) > _LARGEST:
            end_group(child.pid)
        code, late = child.wait(), time.monotonic() - since >= limits.wall
    finally:
        clock.cancel()
        if child.poll() is None:
            end_group(child.pid)
            child.wait()
        child.stdout.close()
    return _judged(said, 0 if len(said) > _LARGEST else code, late=late, spent=False)


def _serve(settings: dict[str, Any], descriptors: Sequence[int]) -> None:
    """Load the libraries once, then be as many desks as there are connections, each in a process of its own."""
    end_with_parent()
    splitter, limits = _splitter(settings), Limits(**settings["limits"])
    for name in _LIBRARIES:
        importlib.import_module(name)
    for descriptor in descriptors:
        if os.fork() == 0:
            end_with_parent()
            for other in set(descriptors) - {descriptor}:
                os.close(other)
            _desk(socket.socket(fileno=descriptor), splitter, limits)
            os._exit(0)
    for descriptor in descriptors:
        os.close(descriptor)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()


def _desk(connection: socket.socket, splitter: Splitter, limits: Limits) -> None:
    """For each document that is asked for, fork a child, watch over it, and hand on what it says."""
    with connection, connection.makefile("rwb") as stream:
        for line in stream:
            head, said = _watched(Wanted(**json.loads(line)), connection, splitter, limits)
            stream.write(json.dumps({**head, "bytes": len(said)}).encode() + b"\n" + said)
            stream.flush()


def _watched(
    wanted: Wanted, connection: socket.socket, splitter: Splitter, limits: Limits
) -> tuple[dict[str, Any], bytes]:
    """Fork a child that reads one document: how it ended, and what it said until then."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            end_with_parent()
            os.setpgrp()
            os.close(out)
            os.close(connection.detach())
            hold(limits)
            with os.fdopen(into, "wb") as pipe:
                pipe.write(said_of(wanted, splitter))
            code = 0
        finally:
            os._exit(code)
    os.close(into)
    with contextlib.suppress(OSError):  # it has done so itself, or has ended
        os.setpgid(child, child)
    since = time.monotonic()
    signal.signal(signal.SIGALRM, lambda number, frame: end_group(child))
    signal.setitimer(signal.ITIMER_REAL, limits.wall, 1.0)
    with os.fdopen(out, "rb") as pipe:
        said = pipe.read(_LARGEST + 1)
    if len(said) > _LARGEST:
        end_group(child)
    _, status, used = os.wait4(child, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    late = time.monotonic() - since >= limits.wall
    code = 0 if len(said) > _LARGEST else os.waitstatus_to_exitcode(status)
    return {"code": code, "late": late, "processor": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss}, said


def _splitter(settings: dict[str, Any]) -> Splitter:
    return Splitter(token_counter(Path(settings["tokenizer"])), settings["max_tokens"])


def main(arguments: Sequence[str]) -> int:
    """Entry of the children: a server's arguments are its connections; without any, one document is read."""
    settings = json.load(sys.stdin)
    if arguments:
        _serve(settings, [int(argument) for argument in arguments])
        return 0
    end_with_parent()
    splitter = _splitter(settings)
    hold(Limits(**settings["limits"]))
    sys.stdout.buffer.write(said_of(Wanted(**settings["wanted"]), splitter))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
