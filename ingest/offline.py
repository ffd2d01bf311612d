"""Hostile or helpful environment → one that sends nothing; runs before any other library is imported.

LangChain posts every question to LangSmith when one of four variables is true in somebody's shell, even without a
key; onnxruntime writes a device id and calls home when imported; the Hugging Face libraries ask the hub which files
are new. All of it is switched off here, in code, by overwriting and not by defaults.
"""

from __future__ import annotations

import os

_OFF = {
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
    "LANGCHAIN_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "ORT_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "OTEL_SDK_DISABLED": "true",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
}
_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
_REMOVED_PREFIXES = ("LANGSMITH_", "LANGCHAIN_", "OTEL_", "CHROMA_", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")


def silence() -> None:
    """Overwrite every switch that could make a library of this stack send something; safe to call twice."""
    for name in list(os.environ):
        if name.upper().startswith(_REMOVED_PREFIXES):
            del os.environ[name]
    os.environ.update(_OFF)
    os.environ.update(_OFFLINE)


def allow_model_download() -> None:
    """Let the model hub be asked, in this process only, because a person explicitly allowed it."""
    for name in _OFFLINE:
        os.environ[name] = "0"


def silence_langsmith() -> None:
    """Switch tracing off inside LangSmith itself; called by each module that imports LangChain, right after."""
    import langsmith

    langsmith.configure(enabled=False)
