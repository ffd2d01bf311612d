"""Log lines, warnings and tracebacks → type, file and line; what a person typed can be inside any exception's text."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def named(error: BaseException) -> str:
    """An exception as ``ValueError at chat.py:31``, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {_place(frames[-1].filename, frames[-1].lineno)}" if frames else ""
    return f"{type(error).__name__}{where}"


def hush() -> None:
    """From now on nothing that Python says of an error or a warning holds anything but its type and place.

    That is so for log lines (also their fixed part: libraries put values into it), warnings, uncaught exceptions of
    the program, of threads, of tasks and of destructors, and for libraries that print a traceback by themselves.
    For whole processes only: it changes what the modules logging, warnings, traceback, sys and threading do.
    """
    logging.raiseExceptions = False  # else a line that cannot be written is written with its arguments
    made = logging.getLogRecordFactory()
    if not getattr(made, "hushed", False):
        logging.setLogRecordFactory(_hushed(made))
        logging.Handler.handle = _handled(logging.Handler.handle)  # type: ignore[method-assign]
    warnings.showwarning = _warned
    traceback.print_exception = _printed
    traceback.TracebackException.print = _printed  # type: ignore[method-assign]
    sys.excepthook = lambda kind, error, trace: _say(error.with_traceback(trace))
    sys.unraisablehook = lambda args: _say(args.exc_value)
    threading.excepthook = lambda args: _say(args.exc_value)


def mute_libraries() -> None:
    """From now on what native code writes to the terminal by itself goes nowhere; ``sys.stderr`` goes on as before.

    A library in C or Rust can put the text that it fails on into its last words, and Python never sees them. Give a
    child process ``stderr=sys.stderr`` to let it be heard. Nothing is done where ``sys.stderr`` is not the terminal's.
    """
    with contextlib.suppress(AttributeError, OSError, ValueError):
        if sys.stderr.fileno() != 2:
            return
        sys.stderr.flush()
        sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, encoding=sys.stderr.encoding, errors="backslashreplace")
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)


def _place(filename: str, line: int | None) -> str:
    return f"{Path(filename).name}:{line}"


def _hushed(made: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    def record(*args: Any, **extra: Any) -> logging.LogRecord:
        return _cut(made(*args, **extra))

    record.hushed = True  # type: ignore[attr-defined]
    return record


def _handled(handle: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a record that was made without the factory, such as one that came from another process."""

    def cut_and_handle(self: logging.Handler, record: logging.LogRecord) -> Any:
        return handle(self, _cut(record))

    return cut_and_handle


def _cut(line: logging.LogRecord) -> logging.LogRecord:
    """Leave of a log line who wrote it, where, and the type and place of the exceptions in it."""
    if getattr(line, "hushed", None) is line.msg is not None:
        return line
    said = [line.msg, *(line.args if isinstance(line.args, tuple) else ())]
    if line.exc_info:
        said.append(line.exc_info[1])
    errors = dict.fromkeys(named(value) for value in said if isinstance(value, BaseException))
    where = f"{line.levelname} of {line.name} at {_place(line.pathname, line.lineno)}"
    line.msg = line.hushed = where + "".join(f" [{error}]" for error in errors)
    line.args = line.exc_info = line.exc_text = line.stack_info = None
    return line


def _warned(message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any, **__: Any) -> None:
    _print(f"Avenues met a warning: {category.__name__} at {_place(filename, lineno)}.")


def _printed(*said: Any, **__: Any) -> None:
    """Stand in for what prints a traceback."""
    _say(next((value for value in said if isinstance(value, BaseException)), None) or RuntimeError())


def _say(error: BaseException | None) -> None:
    """Print one line about an exception; Ctrl-C says nothing."""
    if error is not None and not isinstance(error, KeyboardInterrupt):
        with contextlib.suppress(Exception):  # a hook that fails makes Python print the whole of both
            _print(f"Avenues met an error: {named(error)}.")


def _print(words: str) -> None:
    with contextlib.suppress(Exception):
        print(words, file=sys.stderr)  # noqa: T201  stderr
