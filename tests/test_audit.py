""".ci/audit.py: known weaknesses fail, and what could not be looked up is said."""

from __future__ import annotations

import importlib.util
import json
import subprocess

import pytest

from tests.small_corpus import ROOT

SPEC = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
AUDIT = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(AUDIT)
SOUND = {"name": "a", "version": "1", "vulns": []}
WEAK = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}
UNKNOWN = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("dependencies", "status", "said"),
    [
        ([SOUND], 0, "1 packages audited, 0 known weaknesses."),
        ([SOUND, WEAK, UNKNOWN], 1, "b 2: CVE-1, mended in 3"),
        ([SOUND, UNKNOWN], 0, "Not known to the service: c"),
        ([UNKNOWN], 0, "The audit was skipped: the package index here knows nothing"),
        (None, 0, "The audit was skipped: the service that knows weaknesses could not be reached (no route)"),
    ],
)
def test_what_is_known_and_what_is_not(monkeypatch, capsys, dependencies, status, said):
    out = "" if dependencies is None else json.dumps({"dependencies": dependencies})
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1, out, "x\nno route\n"))
    assert AUDIT.main() == status
    assert said in capsys.readouterr().out


def test_every_package_of_the_lock_is_looked_up():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    lines = AUDIT.pinned(lock).splitlines()
    assert len(lines) == sum("==" in line for line in lock.splitlines() if not line.startswith((" ", "#"))) > 100
    assert not any("--hash" in line or "\\" in line for line in lines)
