"""views.settings: the settings that keep a question private hold in a hostile environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from views.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
READ_BACK = """
import json, os, signal, sys, urllib.request
from views import modes, server, settings
sock = server.take_port(18700)
port = sock.getsockname()[1]
mode = modes.local(port) if sys.argv[1] == "local" else modes.server(("a.example", "b.example"), port)
def read_back(keys):
    host = {} if mode.local else {"Host": "a.example"}
    path = f"/?key={keys.lasting}" if mode.local else "/"
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=host)
    assert urllib.request.urlopen(asked).status == 200
    from streamlit import config, net_util
    found = {name: config.get_option(name) for name in settings.settings_of(mode)}
    found |= {name: config.get_option(name) for name in ("theme.font", "server.baseUrlPath")}
    found["addresses"] = [net_util.get_external_ip(), net_util.get_internal_ip()]
    print(json.dumps([port, found]), flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
server.serve(sock, mode, read_back)
"""
LISTED = {
    "browser.gatherUsageStats": False,
    "browser.serverAddress": "localhost",
    "server.address": "127.0.0.1",
    "server.headless": True,
    "server.showEmailPrompt": False,
    "server.fileWatcherType": "none",
    "server.runOnSave": False,
    "server.allowRunOnSave": False,
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.xsrfCookieSameSite": "strict",
    "server.allowedHosts": ["localhost", "127.0.0.1"],
    "server.trustedUserHeaders": {"x-visit": "visit"},
    "server.enableStaticServing": False,
    "server.enableWebsocketCompression": False,
    "server.disconnectedSessionTTL": 1,
    "server.maxUploadSize": 1,
    "server.maxMessageSize": 4,
    "server.enableAgentApi": False,
    "server.scriptHealthCheckEnabled": False,
    "global.disableWidgetStateDuplicationWarning": True,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "client.disableDataExport": True,
    "client.showSidebarNavigation": False,
    "logger.level": "error",
    "logger.hideWelcomeMessage": True,
    "logger.enableRich": False,
    "runner.magicEnabled": False,
}
HOSTILE_FILE = """
[browser]
gatherUsageStats = true
[server]
address = "0.0.0.0"
baseUrlPath = "elsewhere"
enableAgentApi = true
disconnectedSessionTTL = 600
[client]
showErrorDetails = "full"
[theme]
font = "https://evil.test/font.css"
"""


@pytest.mark.parametrize("mode", ["local", "server"])
def test_each_setting_of_a_running_server_is_as_listed_whatever_the_environment_says(tmp_path, mode):
    for folder in (tmp_path / "home", tmp_path / "here"):
        (folder / ".streamlit").mkdir(parents=True)
        (folder / ".streamlit" / "config.toml").write_text(HOSTILE_FILE)
        (folder / ".streamlit" / "secrets.toml").write_text('[auth]\nredirect_uri = "http://evil.test"\n')
    hostile = {name: value for option in SETTINGS for name, value in {f"STREAMLIT_{_snake(option)}": "true"}.items()}
    done = subprocess.run(
        [sys.executable, "-c", READ_BACK, mode],
        cwd=tmp_path / "here",
        env={**os.environ, **hostile, "HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout, done.stderr
    port, found = json.loads(done.stdout)
    assert found.pop("addresses") == [None, None]
    assert (found.pop("theme.font"), found.pop("server.baseUrlPath")) == (None, "")
    assert found == LISTED | (
        {"server.port": port, "browser.serverPort": port}
        if mode == "local"
        else {
            "server.port": port,
            "browser.serverPort": 443,
            "browser.serverAddress": "a.example",
            "server.allowedHosts": ["a.example", "b.example"],
        }
    )
    assert not list((tmp_path / "home" / ".streamlit").glob("machine_id*"))


def _snake(option: str) -> str:
    section, _, name = option.partition(".")
    words = "".join(f"_{sign}" if sign.isupper() else sign for sign in name)
    return f"{section}_{words}".upper()


def test_the_file_and_the_code_say_the_same():
    sections = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert {f"{section}.{name}": value for section, options in sections.items() for name, value in options.items()} == (
        SETTINGS
    )


def test_the_list_is_the_one_that_was_measured():
    assert SETTINGS == LISTED
