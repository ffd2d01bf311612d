"""requirements.lock → known weaknesses of what it names, by pip-audit; run by `make audit`.

Exit status 0 when none is known, or when the service that knows them cannot be reached, which is said; 1 otherwise.
"""

# ruff: noqa: T201  the terminal is where these words belong

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def pinned(lock: str) -> str:
    """The lock without its hashes: pip-audit wants one for every package or for none, and torch has none."""
    return "".join(f"{line}\n" for line in re.findall(r"^[A-Za-z0-9][^\s;]*==[^\\\n]+", lock, re.MULTILINE))


def main() -> int:
    """Audit the lock and print what was found, in one line each."""
    with tempfile.TemporaryDirectory() as folder:
        names = Path(folder) / "requirements.txt"
        names.write_text(pinned((ROOT / "requirements.lock").read_text(encoding="utf-8")), encoding="utf-8")
        command = ["-m", "pip_audit", "-r", str(names), "--no-deps", "--disable-pip", "--progress-spinner", "off"]
        command += ["--format", "json", "--timeout", "10"]
        done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    try:
        audited = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        print(f"The audit was skipped: the service that knows weaknesses could not be reached ({_last(done.stderr)}).")
        return 0
    weak = [(one, found) for one in audited for found in one.get("vulns", ())]
    unknown = [one["name"] for one in audited if "skip_reason" in one]
    for one, found in weak:
        print(
            f"{one['name']} {one['version']}: {found['id']}, mended in {', '.join(found['fix_versions']) or 'none yet'}"
        )
    if len(unknown) == len(audited):
        print(
            f"The audit was skipped: the package index here knows nothing of the weaknesses of {len(audited)} packages."
        )
    else:
        print(f"{len(audited) - len(unknown)} packages audited, {len(weak)} known weaknesses.")
        if unknown:
            print(f"Not known to the service: {', '.join(unknown)}")
    return int(bool(weak))


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1][:200]


if __name__ == "__main__":
    sys.exit(main())
