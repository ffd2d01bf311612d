"""Log lines and tracebacks → type, file and line; what a person typed can be inside any exception's text."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

HIDDEN = "(text left out)"


def named(error: BaseException) -> str:
    """An exception as ``ValueError at chat.py:31``, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


def hush() -> None:
    """From now on no log line, traceback or warning of this process holds an exception's or an argument's text."""
    made = logging.getLogRecordFactory()
    if not getattr(made, "hushed", False):
        logging.setLogRecordFactory(_hushed(made))
    sys.excepthook = lambda kind, error, trace: _say(error.with_traceback(trace))
    sys.unraisablehook = lambda args: _say(args.exc_value)
    threading.excepthook = lambda args: _say(args.exc_value)


def _hushed(made: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    def record(*args: Any, **extra: Any) -> logging.LogRecord:
        line = made(*args, **extra)
        line.msg = _message(line)
        line.args = line.exc_info = line.exc_text = line.stack_info = None
        return line

    record.hushed = True  # type: ignore[attr-defined]
    return record


def _message(line: logging.LogRecord) -> str:
    """The constant part of a log line: its template's first line; an exception in it by type and place only."""
    said = named(line.msg) if isinstance(line.msg, BaseException) else str(line.msg).partition("\n")[0]
    if line.args:
        values = line.args if isinstance(line.args, tuple) else (line.args,)
        said += "".join(f" [{named(value)}]" for value in values if isinstance(value, BaseException))
        said = said.replace("%s", HIDDEN).replace("%r", HIDDEN)
    error = line.exc_info[1] if line.exc_info else None
    return said + (f" [{named(error)}]" if error else "")


def _say(error: BaseException | None) -> None:
    """Print one line about an uncaught exception; Ctrl-C says nothing."""
    if error is not None and not isinstance(error, KeyboardInterrupt):
        trace: TracebackType | None = error.__traceback__
        print(f"Avenues met an error: {named(error.with_traceback(trace))}.", file=sys.stderr)  # noqa: T201  stderr
