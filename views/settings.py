"""Any environment → Streamlit as we want it: private, local, silent; the only module that knows its settings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from views.modes import Mode

VISIT_HEADER: Final = "x-visit"  # our guard says with it whose connection it is; what a browser says there is dropped
SETTINGS: Final[dict[str, Any]] = {
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
    "server.trustedUserHeaders": {VISIT_HEADER: "visit"},
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


class SettingsError(RuntimeError):
    """Streamlit did not take one of the settings that keep a question private, so nothing is started."""


def settings_of(mode: Mode) -> dict[str, Any]:
    """Every setting of a mode: SETTINGS, and on an office's server its names in place of this computer's."""
    named = {"browser.serverAddress": mode.names[0], "server.allowedHosts": list(mode.names)} if mode.names else {}
    return {**SETTINGS, **named, "server.port": mode.port, "browser.serverPort": 443 if mode.names else mode.port}


def harden(mode: Mode) -> None:
    """Make Streamlit take the settings of a mode and nothing else.

    STREAMLIT_* variables are removed from this process, no config.toml or secrets.toml of the person or of the
    working directory is read, and the look-up of this computer's own address on the internet is taken out.
    """
    for name in [name for name in os.environ if name.upper().startswith("STREAMLIT_")]:
        del os.environ[name]
    from streamlit import config, net_util

    config.get_config_files = lambda file_name: []
    net_util.get_external_ip = net_util.get_internal_ip = lambda: None
    config.get_config_options(force_reparse=True, options_from_flags=settings_of(mode))
    check(mode)


def check(mode: Mode) -> None:
    """Read every setting back. Raises SettingsError when one differs."""
    from streamlit import config

    wrong = [name for name, value in settings_of(mode).items() if config.get_option(name) != value]
    if wrong:
        raise SettingsError(f"Streamlit did not take these settings: {', '.join(wrong)}. Nothing was started.")
