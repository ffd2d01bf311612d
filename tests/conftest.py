"""Shared by all tests: what need not be done twice, and where AVENUES_NO_SKIPS is set, a skipped test is a failed one.

The rules of copied corpora are those of this project in most tests; reading them takes longer than an answer.
"""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import settings

from assistant import corpus_files, triage

settings.register_profile("same every time", deadline=None, derandomize=True, database=None)
settings.load_profile("same every time")  # before any test is read, or those read sooner are held to a time

os.environ.setdefault("OMP_NUM_THREADS", "1")  # torch's threads wait for each other where other tests run beside them


def _once_for_the_same_files(read, *names):
    """The same function of a corpus folder, which reads again only what is not among the last that it read."""
    known = {}

    def reading(corpus_dir, language="en", copies=None):
        files = sorted(path for name in names for path in corpus_dir.glob(name) if path.is_file())
        try:
            key = language, *((path.relative_to(corpus_dir), path.read_bytes()) for path in files)
        except OSError:
            return read(corpus_dir, language, copies)
        found = known.get(key)
        if found is None:
            found = known[key] = read(corpus_dir, language, copies)
            for old in list(known)[:-12]:  # rules take much memory
                known.pop(old, None)
        return found

    return reading


triage.read_triage = corpus_files.read_triage = _once_for_the_same_files(triage.read_triage, "triage/**/*.toml")
corpus_files.read_situations = _once_for_the_same_files(
    corpus_files.read_situations, "situations.toml", "situations/**/*.toml"
)


def pytest_collection_finish():
    gc.freeze()  # six thousand tests stay to the end: the collector need not look through them each time


def _fail_if_skipped(report):
    if report.skipped and os.environ.get("AVENUES_NO_SKIPS") and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"No test may be skipped here (AVENUES_NO_SKIPS). {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return _fail_if_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return _fail_if_skipped((yield))
