"""views.settings: the settings that keep a question private hold in a hostile environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from views.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
READ_BACK = """
import json, sys
from pathlib import Path
from starlette.testclient import TestClient
from views import server, settings
settings.harden(8599)
from streamlit import config, net_util
with TestClient(server._streamlit()):
    found = {name: config.get_option(name) for name in settings.SETTINGS}
    found |= {name: config.get_option(name) for name in ("server.port", "theme.font", "server.baseUrlPath")}
    found["addresses"] = [net_util.get_external_ip(), net_util.get_internal_ip()]
print(json.dumps(found))
"""
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


def test_each_setting_reads_back_as_listed_whatever_the_environment_says(tmp_path):
    for folder in (tmp_path / "home", tmp_path / "here"):
        (folder / ".streamlit").mkdir(parents=True)
        (folder / ".streamlit" / "config.toml").write_text(HOSTILE_FILE)
        (folder / ".streamlit" / "secrets.toml").write_text('[auth]\nredirect_uri = "http://evil.test"\n')
    hostile = {name: value for option in SETTINGS for name, value in {f"STREAMLIT_{_snake(option)}": "true"}.items()}
    done = subprocess.run(
        [sys.executable, "-c", READ_BACK],
        cwd=tmp_path / "here",
        env={**os.environ, **hostile, "HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("addresses") == [None, None]
    assert found == {**SETTINGS, "server.port": 8599, "theme.font": None, "server.baseUrlPath": ""}
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
    assert SETTINGS == {
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
        "server.enableStaticServing": False,
        "server.enableWebsocketCompression": False,
        "server.disconnectedSessionTTL": 1,
        "server.maxUploadSize": 1,
        "server.maxMessageSize": 4,
        "server.enableAgentApi": False,
        "server.scriptHealthCheckEnabled": False,
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
