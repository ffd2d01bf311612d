"""Nothing → a home of its own for the run, an environment that wants to leak, and a listener that hears if it does."""

from __future__ import annotations

import os
import socket
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
_KEPT: Final = ("PATH", "LANG", "LC_ALL", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT", "PYTHONDONTWRITEBYTECODE")
_XDG: Final = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")

_ON: Final = (
    "LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2", "LANGCHAIN_VERBOSE",
    "LANGCHAIN_DEBUG", "LANGSMITH_RUNS_ENDPOINTS_ENABLED", "ANONYMIZED_TELEMETRY", "HF_HUB_ENABLE_HF_TRANSFER",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS", "STREAMLIT_CLIENT_SHOW_ERROR_LINKS", "STREAMLIT_LOGGER_ENABLE_RICH",
    "STREAMLIT_SERVER_ENABLE_STATIC_SERVING",
)  # fmt: skip
_ADDRESSES: Final = (
    "LANGSMITH_ENDPOINT", "LANGCHAIN_ENDPOINT", "LANGCHAIN_API_URL", "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "CHROMA_OTEL_COLLECTION_ENDPOINT",
    "HF_ENDPOINT", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy",
    "ORT_TELEMETRY_ENDPOINT", "SENTRY_DSN",
)  # fmt: skip
_OTHERS: Final = {
    "LANGSMITH_API_KEY": "key", "LANGCHAIN_API_KEY": "key", "LANGSMITH_PROJECT": "p", "LANGCHAIN_PROJECT": "p",
    "HF_TOKEN": "hf_x", "HUGGING_FACE_HUB_TOKEN": "hf_x", "HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "0",
    "HF_HUB_DISABLE_TELEMETRY": "0", "DO_NOT_TRACK": "0", "ORT_DISABLE_TELEMETRY": "0", "HF_DEBUG": "1",
    "OTEL_SDK_DISABLED": "false", "OTEL_TRACES_EXPORTER": "otlp", "OTEL_LOGS_EXPORTER": "otlp",
    "CHROMA_OTEL_GRANULARITY": "all", "CHROMA_OTEL_SERVICE_NAME": "s",
    "CHROMA_PRODUCT_TELEMETRY_IMPL": "chromadb.telemetry.product.posthog.Posthog",
    "NO_PROXY": "", "no_proxy": "", "TRANSFORMERS_VERBOSITY": "debug", "LOGLEVEL": "DEBUG",
    "RUST_LOG": "trace", "RUST_BACKTRACE": "full", "PYTHONFAULTHANDLER": "1", "PYTHONWARNINGS": "default",
    "STREAMLIT_SERVER_ADDRESS": "0.0.0.0",  # noqa: S104  it must not be taken
    "STREAMLIT_CLIENT_SHOW_ERROR_DETAILS": "full",
    "STREAMLIT_LOGGER_LEVEL": "debug",
}  # fmt: skip
_CONFIG: Final = """
[browser]
gatherUsageStats = true
[server]
address = "0.0.0.0"
enableAgentApi = true
[client]
showErrorDetails = "full"
showErrorLinks = true
[logger]
level = "debug"
enableRich = true
"""


@dataclass(frozen=True)
class Surroundings:
    """Fresh folders, and the variables that the product and the browser are started with."""

    folder: Path
    product: dict[str, str]
    browser: dict[str, str]

    @property
    def home(self) -> Path:
        """The home folder of the run; files that were there before the product ran are not counted."""
        return self.folder / "home"

    @property
    def temporary(self) -> Path:
        """The folder that programs of the run are told to put temporary files in."""
        return self.folder / "tmp"

    @property
    def profile(self) -> Path:
        """The browser's profile."""
        return self.folder / "profile"


def make(folder: Path, address: str, *, hostile: bool) -> Surroundings:
    """Make the folders, and an environment of what programs need and no more; hostile adds all that could leak.

    address is where everything that wants to send something is told to send it.
    """
    made = Surroundings(folder, {}, {})
    plain = {name: os.environ[name] for name in _KEPT if name in os.environ}
    made.product.update(plain | _folders(made.home, made.temporary))
    made.browser.update(plain | _folders(folder / "browser home", folder / "browser tmp"))
    made.profile.mkdir(mode=0o700)
    if hostile:
        made.product.update({**dict.fromkeys(_ON, "true"), **dict.fromkeys(_ADDRESSES, address), **_OTHERS})
        (made.home / ".streamlit").mkdir()
        (made.home / ".streamlit" / "config.toml").write_text(_CONFIG, encoding="utf-8")
    return made


def _folders(home: Path, temporary: Path) -> dict[str, str]:
    """Make a home and a temporary folder, and the variables that name them."""
    named = {"HOME": home, "USERPROFILE": home, **dict.fromkeys(("TMPDIR", "TMP", "TEMP"), temporary)}
    named |= {name: home / name.lower() for name in _XDG}
    for path in named.values():
        path.mkdir(parents=True, mode=0o700, exist_ok=True)
    return {name: str(path) for name, path in named.items()}


class Listener:
    """Takes whatever reaches one port of this computer, and remembers how often."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.heard = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            self.heard += 1
            caller.close()

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()


def python(*arguments: str) -> list[str]:
    """A command line of this Python."""
    return [sys.executable, *arguments]
