"""Shared by all tests: where AVENUES_NO_SKIPS is set, a skipped test is a failed one."""

from __future__ import annotations

import os

import pytest


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
