"""Command line → the page, open in a browser, and the documents being read beside it."""

# ruff: noqa: T201  the terminal is where these words belong

from __future__ import annotations

import argparse
import contextlib
import getpass
import os
import signal
import subprocess
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Final

from views import engine, server

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ROOT: Final = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the page and serve it until it is ended; returns the exit status."""
    wanted = _parser().parse_args(arguments)
    try:
        sock = server.take_port(wanted.port)
    except server.NoPortError as error:
        print(error, file=sys.stderr)
        return 1
    port: int = sock.getsockname()[1]
    if port != wanted.port:
        print(f"Port {wanted.port} is in use, so port {port} is taken.")
    corpus_dir, index_dir = wanted.corpus.expanduser().resolve(), wanted.index.expanduser().resolve()
    engine.use(corpus_dir, index_dir, wanted.results and wanted.results.expanduser().resolve())
    child = _start_build(corpus_dir, index_dir) if engine.needs_build() else None
    try:
        server.serve(sock, when_open=lambda: _announce(port, browser=not wanted.no_browser))
    except KeyboardInterrupt:
        pass
    finally:
        _end(child)
    print("\nAvenues has ended. What was typed is gone.", flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ui.py", description="Open the chat in a browser, on this computer only.")
    parser.add_argument("--port", type=int, default=server.FIRST_PORT, help="port to try first (default: 8501)")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser, print the address")
    parser.add_argument("--corpus", type=Path, default=_ROOT / "corpus", metavar="DIR", help="folder of documents")
    parser.add_argument("--index", type=Path, default=_ROOT / "index", metavar="DIR", help="folder of the index")
    parser.add_argument(
        "--results", type=Path, nargs="?", const=_ROOT / "evals" / "results", metavar="DIR",
        help="show the answer quality too: results folders of the evals (default: evals/results)",
    )  # fmt: skip
    return parser


def _start_build(corpus_dir: Path, index_dir: Path) -> subprocess.Popen[bytes]:
    print("The documents are being read. The page opens now; answers come when this is done.", flush=True)
    command = [sys.executable, "-m", "ingest", "build", "--corpus", str(corpus_dir), "--index", str(index_dir)]
    return subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.DEVNULL, start_new_session=True)


def _end(child: subprocess.Popen[bytes] | None) -> None:
    """End the build and everything that it started, first politely."""
    if child is None or child.poll() is not None:
        return
    _signal(child, signal.SIGTERM)
    try:
        child.wait(5)
    except subprocess.TimeoutExpired:
        _signal(child, getattr(signal, "SIGKILL", signal.SIGTERM))
        child.wait()


def _signal(child: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, number)  # it leads a group of its own
        else:
            child.terminate()


def _announce(port: int, *, browser: bool) -> None:
    address = f"http://{server.ADDRESS}:{port}"
    reason = "" if browser else "no browser was wanted"
    reason = reason or why_no_browser(os.environ, sys.platform)
    if not reason and not _opened(address):
        reason = "no browser was found"
    print(f"Avenues is open at {address}" + (f" ({reason})." if reason else "."))
    if "SSH_CONNECTION" in os.environ:
        print(f"On your own computer, run:  {tunnel(port, os.environ)}\nThen open {address} there.")
    print("To end it, press Ctrl-C here.", flush=True)


def why_no_browser(environment: Mapping[str, str], platform: str) -> str:
    """Why a browser would not appear before the person who started this, or ""."""
    if "SSH_CONNECTION" in environment:
        return "this is a remote shell"
    if platform.startswith(("linux", "freebsd")) and not (
        environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    ):
        return "this shell has no screen"
    return ""


def tunnel(port: int, environment: Mapping[str, str]) -> str:
    """The command that brings the page to the computer that a remote shell was opened from."""
    parts = environment.get("SSH_CONNECTION", "").split()
    host = parts[2] if len(parts) == 4 else "this-machine"
    return f"ssh -L {port}:{server.ADDRESS}:{port} {getpass.getuser()}@{host}"


def _opened(address: str) -> bool:
    try:
        return webbrowser.open(address)
    except (webbrowser.Error, OSError):
        return False
