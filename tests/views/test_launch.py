"""views.launch: ports, browsers and tunnels."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from tests.small_corpus import ROOT
from views import building, engine, launch, modes, server
from views.visits import Keys


def test_a_port_in_use_gives_the_next_one():
    first = server.take_port(18501)
    second = server.take_port(first.getsockname()[1])
    try:
        assert second.getsockname()[0] == "127.0.0.1"
        assert second.getsockname()[1] > first.getsockname()[1]
    finally:
        first.close()
        second.close()


def test_no_port_is_said_plainly():
    with pytest.raises(server.NoPortError, match="No free port from 65536"):
        server.take_port(65536)


@pytest.mark.parametrize(
    ("environment", "platform", "reason"),
    [
        ({"SSH_CONNECTION": "a 1 b 2", "DISPLAY": ":0"}, "linux", "this is a remote shell"),
        ({}, "linux", "this shell has no screen"),
        ({"WAYLAND_DISPLAY": "w"}, "linux", ""),
        ({"DISPLAY": ":0"}, "linux", ""),
        ({}, "darwin", ""),
        ({}, "win32", ""),
    ],
)
def test_a_browser_is_opened_only_where_a_person_sits(environment, platform, reason):
    assert launch.why_no_browser(environment, platform) == reason


def test_the_tunnel_names_the_machine_that_was_reached():
    line = launch.tunnel(8502, {"SSH_CONNECTION": "10.0.0.1 5000 10.0.0.2 22"})
    assert line.startswith("ssh -L 8502:127.0.0.1:8502 ") and line.endswith("@10.0.0.2")


def test_a_build_that_ignores_the_polite_signal_is_ended_all_the_same(monkeypatch):
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True)
    assert child.stdout.readline() == b"up\n"
    started = time.monotonic()
    building.end(child)
    assert child.returncode == -signal.SIGKILL and time.monotonic() - started < 10
    child.stdout.close()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--server", "https://a.example"], "is not a host name"),
        pytest.param(["--server", ""], "is not a host name", marks=pytest.mark.long),
        pytest.param(["--server", "0.0.0.0"], "is not a host name", marks=pytest.mark.long),
        pytest.param(
            ["--server", "a.example", "--address", "not here"],
            "not here port 18600 cannot be listened on",
            marks=pytest.mark.long,
        ),
        (["--server", "a.example", "--port", "TAKEN"], "cannot be listened on"),
        (["--away", "http://weather.example"], "is not a page to leave to"),
    ],
)
def test_what_cannot_be_served_is_refused_in_one_line(tmp_path, options, told):
    taken = server.take_port(18650)
    options = [str(taken.getsockname()[1]) if option == "TAKEN" else option for option in options]
    command = [sys.executable, str(ROOT / "ui.py"), "--port", "18600", *options]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    taken.close()
    assert done.returncode == 1 and told in done.stderr
    assert len(done.stderr.splitlines()) == 1 and done.stdout == ""


def test_the_browser_gets_a_key_that_works_once_and_the_terminal_the_lasting_one(monkeypatch, capsys):
    opened = []
    monkeypatch.setattr(launch.webbrowser, "open", lambda address: opened.append(address) or True)
    monkeypatch.setattr(launch.os, "environ", {"DISPLAY": ":0"})
    keys = Keys()
    launch._announce(modes.local(8501), keys, browser=True)
    told = capsys.readouterr().out
    assert told.startswith(f"Avenues is open at http://127.0.0.1:8501/?key={keys.lasting}\n")
    once = opened[0].partition("?key=")[2]
    assert once not in told and keys.lasting not in opened[0]
    assert [keys.fits(once.encode()), keys.fits(once.encode())] == [True, False]


def test_the_hint_for_a_remote_shell_has_the_key_too(monkeypatch, capsys):
    monkeypatch.setattr(launch.os, "environ", {"SSH_CONNECTION": "10.0.0.1 5000 10.0.0.2 22"})
    keys = Keys()
    launch._announce(modes.local(8501), keys, browser=True)
    address = f"http://127.0.0.1:8501/?key={keys.lasting}"
    told = capsys.readouterr().out.splitlines()
    assert told[0] == f"Avenues is open at {address} (this is a remote shell)."
    assert told[2] == f"Then open {address} there."


def test_an_office_is_told_its_addresses_and_asked_nothing(monkeypatch, capsys):
    monkeypatch.setattr(launch.webbrowser, "open", lambda address: pytest.fail("opened"))
    launch._announce(modes.server(("a.example", "b.example"), 8600), Keys(), browser=True)
    assert capsys.readouterr().out == "Avenues is served for https://a.example and https://b.example on port 8600.\n"


def test_the_service_and_the_proxy_of_the_docs_fit_together_and_this_program():
    files = [
        (ROOT / "docs" / "server" / name).read_text(encoding="utf-8") for name in ("avenues.service", "nginx.conf")
    ]
    _, script, *options = re.search(r"^ExecStart=(.+)$", files[0], re.MULTILINE).group(1).split()
    wanted = launch._parser().parse_args(options)
    mode = launch._mode(wanted, wanted.port)
    assert (ROOT / script).exists() and f"server {wanted.address}:{wanted.port};" in files[1]
    assert {name for name in re.findall(r"server_name (\S+);", files[1])} == set(mode.names)


@pytest.mark.parametrize("mode", [modes.local(8501, ends_after_s=0.0), modes.server(("a.example",), 8501)])
def test_the_index_is_opened_while_the_browser_starts_and_what_goes_wrong_there_ends_nothing(monkeypatch, mode):
    done, closed = [], threading.Event()

    def warm():
        done.append("warmed")
        raise OSError

    monkeypatch.setattr(engine, "warm", warm)
    running = SimpleNamespace(started=True, should_exit=False)
    gate = SimpleNamespace(mode=mode, visits=SimpleNamespace(empty_for=lambda: 1.0))
    server._watch(running, gate, lambda: done.append("said"), closed)
    assert done == (["said", "warmed"] if mode.local else ["said"])
    assert closed.is_set() == running.should_exit == mode.local
