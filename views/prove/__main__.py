"""`python -m views.prove`: whether a question leaves a trace on this computer, in one to three minutes."""

# ruff: noqa: T201  the terminal is where these words belong

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ingest.build import BuildSettings, index_state
from views.prove.judge import judge
from views.prove.proof import Wanted, prove
from views.prove.report import Report
from views.prove.surroundings import ROOT
from views.prove.versions import hashes, versions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m assistant prove",
        description="Check that a question leaves no trace here: ask marked questions, then look for the marks.",
    )
    parser.add_argument("--plain", action="store_true", help="without the environment that wants to leak")
    parser.add_argument("--strict", action="store_true", help="fail too when something could not be checked")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result as JSON")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the result as text")
    parser.add_argument(
        "--questions", type=int, default=50, metavar="N", help="how many on the page, and how many in the terminal"
    )
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus", metavar="DIR")
    parser.add_argument("--index", type=Path, default=ROOT / "index", metavar="DIR")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove it and print the result: 0 when nothing failed, 1 when something did, 2 when it was called wrongly."""
    given = _parser().parse_args(arguments)
    wanted = Wanted(given.corpus.resolve(), given.index.resolve(), max(given.questions, 1), not given.plain)
    state = index_state(BuildSettings(wanted.corpus_dir, wanted.index_dir)).name
    if state != "ready":
        print(
            f"The index is {state}, so questions cannot be answered as they should. First run: make build",
            file=sys.stderr,
        )
        return 2
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    started = time.monotonic()
    try:
        evidence = prove(wanted, lambda text: print(f"[{time.monotonic() - started:4.0f} s] {text}", flush=True))
    except KeyboardInterrupt:
        print("\nStopped. Everything that was started has been ended and removed.", file=sys.stderr)
        return 130
    report = Report("Does a question leave a trace on this computer?")
    judge(evidence, report)
    report.versions = versions(evidence.visit.version)
    report.hashes = hashes(wanted.index_dir, evidence.index_after)
    report.seconds = time.monotonic() - started
    print("\n" + report.text())
    if given.report:
        given.report.write_text(report.text(), encoding="utf-8")
    if given.json:
        given.json.write_text(json.dumps(report.to_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return report.status(strict=given.strict)


def _as_ctrl_c(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
