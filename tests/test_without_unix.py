"""Where a platform lacks fork, flock, resource limits or a memory folder, building and asking work all the same."""

from __future__ import annotations

import json
import os

import pytest

from tests.small_corpus import QUESTIONS, own_index, run, small_index

__all__ = ["own_index", "small_index"]
ELSEWHERE = """
import builtins, os
whole_import = builtins.__import__
def import_elsewhere(name, globals=None, *rest, **others):
    ours = str((globals or {}).get("__name__", "")).split(".")[0] in ("ingest", "assistant", "__main__")
    if ours and name in ("resource", "fcntl", "pwd", "grp", "msvcrt"):  # other libraries ask for the platform's name
        raise ModuleNotFoundError(f"No module named {name!r}")
    return whole_import(name, globals, *rest, **others)
builtins.__import__ = import_elsewhere
for name in ("fork", "forkpty", "killpg", "getuid", "geteuid", "setsid"):
    if hasattr(os, name):
        delattr(os, name)
access = os.access
os.access = lambda path, mode, **options: not str(path).startswith("/dev/shm") and access(path, mode, **options)
"""


@pytest.fixture
def elsewhere(tmp_path):
    """The environment of a process, and of its children, on a platform without what Unix has."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(ELSEWHERE, encoding="utf-8")
    (tmp_path / "temporary").mkdir()
    return os.environ | {"PYTHONPATH": str(tmp_path / "site"), "TMPDIR": str(tmp_path / "temporary")}


def test_the_platform_really_lacks_them(elsewhere):
    done = run("-c", "import os; print(hasattr(os, 'fork'))\nimport fcntl", env=elsewhere)
    assert done.stdout == b"False\n"
    assert b"No module named 'fcntl'" in done.stderr


@pytest.mark.long
def test_a_corpus_is_built_and_asked(own_index, elsewhere, tmp_path):
    (own_index.corpus / "documents" / "old circular.pdf").unlink()
    built = run("-m", "ingest", *own_index.options, "build", "--quiet", env=elsewhere)
    assert (built.returncode, built.stdout) == (0, b""), built.stderr.decode()
    code = (
        "import sys, json; from pathlib import Path; from assistant import Assistant; from ingest import vector_store\n"
        "vector_store.GRAPH_FROM = 0\n"
        "asked = Assistant(Path(sys.argv[1]), Path(sys.argv[2])); answer = asked.ask(sys.argv[3])\n"
        "print(json.dumps([answer.status, answer.quotes[0].text, asked._opened.condition, "
        "str(asked._opened.index.graph.private)]))"
    )
    asked = run("-c", code, str(own_index.corpus), str(own_index.index), QUESTIONS[7], env=elsewhere)
    status, text, condition, copy = json.loads(asked.stdout)
    assert (status, condition) == ("answered", "ready")
    assert text.startswith("Anonymous complaints are accepted")
    assert copy.startswith(str(tmp_path / "temporary"))
    assert list((tmp_path / "temporary").iterdir()) == []
