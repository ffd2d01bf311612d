"""Command line → the page, open in a browser or served for an office, and the documents being read beside it."""

# ruff: noqa: T201  the terminal is where these words belong

from __future__ import annotations

import argparse
import getpass
import os
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant import quiet
from ingest.hardening import harden_process, wipe_freed_memory
from views import building, engine, modes, server
from views.shell import ShellError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence
    from socket import socket

    from views.visits import Keys

_ROOT: Final = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the page and serve it until it is ended; returns the exit status. Without arguments, as a program."""
    if arguments is None:
        wipe_freed_memory()
    lacking = harden_process()
    quiet.hush()
    quiet.mute_libraries()
    wanted = _parser().parse_args(arguments)
    try:
        sock = _socket(wanted)
        mode = _mode(wanted, sock.getsockname()[1])
    except (server.NoPortError, modes.ModeError) as error:
        print(error, file=sys.stderr)
        return 1
    if mode.port != wanted.port:
        print(f"Port {wanted.port} is in use, so port {mode.port} is taken.")
    for words in lacking:
        print(f"Know that on this computer {words}.")
    return _serve(wanted, sock, mode)


def _serve(wanted: argparse.Namespace, sock: socket, mode: modes.Mode) -> int:
    corpus_dir, index_dir = wanted.corpus.expanduser().resolve(), wanted.index.expanduser().resolve()
    engine.use(corpus_dir, index_dir, wanted.results and wanted.results.expanduser().resolve())
    for problem in engine.wording_problems():
        print(f"{problem} Until then, other words are shown in its place.", file=sys.stderr)
    building.allow(mode.local)
    child = _start_build(corpus_dir, index_dir) if engine.needs_build() else None
    building.know_first(child)
    closed = False
    try:
        closed = server.serve(sock, mode, when_open=lambda keys: _announce(mode, keys, browser=not wanted.no_browser))
    except KeyboardInterrupt:
        pass
    except ShellError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        building.end(child)
        building.end_all()
    why = ", because its last page was closed" if closed else ""
    print(f"\nAvenues has ended{why}. What was typed is gone.", flush=True)
    return 0


def _socket(wanted: argparse.Namespace) -> socket:
    """Where to listen; a proxy looks for the page at one port, so no other is taken for it. Raises NoPortError."""
    if wanted.server is None:
        return server.take_port(wanted.port)
    return server.take_port(wanted.port, wanted.address, tries=1)


def _mode(wanted: argparse.Namespace, port: int) -> modes.Mode:
    """How to run. Raises ModeError."""
    away = modes.away_address(wanted.away) if wanted.away is not None else ""
    return (
        modes.local(port, away)
        if wanted.server is None
        else modes.server(modes.server_names(wanted.server), port, away)
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ui.py", description="Open the chat in a browser, on this computer only.")
    parser.add_argument("--port", type=int, default=server.FIRST_PORT, help="port to try first (default: 8501)")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser, print the address")
    parser.add_argument("--corpus", type=Path, default=_ROOT / "corpus", metavar="DIR", help="folder of documents")
    parser.add_argument("--index", type=Path, default=_ROOT / "index", metavar="DIR", help="folder of the index")
    parser.add_argument(
        "--away", metavar="URL", help="a public https page that leaving leads to (default: a neutral one)"
    )
    parser.add_argument(
        "--results", type=Path, nargs="?", const=_ROOT / "evals" / "results", metavar="DIR",
        help="show the answer quality too: results folders of the evals (default: evals/results)",
    )  # fmt: skip
    office = parser.add_argument_group("for an office, behind its own proxy that keeps TLS: docs/server-mode.md")
    office.add_argument("--server", metavar="NAME[,NAME]", help="host names that the proxy answers for")
    office.add_argument("--address", default=server.ADDRESS, help="own address to listen on (default: 127.0.0.1)")
    return parser


def _start_build(corpus_dir: Path, index_dir: Path) -> subprocess.Popen[bytes]:
    print("The documents are being read. The page opens now; answers come when this is done.", flush=True)
    return building.start(corpus_dir, index_dir, stderr=sys.stderr)


def _announce(mode: modes.Mode, keys: Keys, *, browser: bool) -> None:
    """Say where the page is. The browser is given a key that works once: its arguments can be seen by others."""
    if not mode.local:
        print(f"Avenues is served for https://{' and https://'.join(mode.names)} on port {mode.port}.", flush=True)
        return
    page = f"http://{server.ADDRESS}:{mode.port}/?key="
    reason = "" if browser else "no browser was wanted"
    reason = reason or why_no_browser(os.environ, sys.platform)
    if not reason and not _opened(page + keys.once()):
        reason = "no browser was found"
    print(f"Avenues is open at {page}{keys.lasting}" + (f" ({reason})." if reason else ""))
    if "SSH_CONNECTION" in os.environ:
        print(f"On your own computer, run:  {tunnel(mode.port, os.environ)}\nThen open {page}{keys.lasting} there.")
    print("Whoever has this address can open the page. To end it, press Ctrl-C here.", flush=True)


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
