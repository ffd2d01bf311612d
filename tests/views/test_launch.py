"""views.launch: ports, browsers and tunnels."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from views import launch, server


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
    launch._end(child)
    assert child.returncode == -signal.SIGKILL and time.monotonic() - started < 10
    child.stdout.close()
