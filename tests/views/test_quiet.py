"""views.quiet: no log line or traceback holds what a person typed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETUP = """
import asyncio, logging, sys, threading, warnings
from views.quiet import hush
hush()
logging.basicConfig(stream=sys.stderr)
def fail():
    raise ValueError("failed on question: CANARY")
def caught():
    try:
        fail()
    except ValueError as error:
        return error
class Leaky:
    def __del__(self):
        fail()
"""
LEAKS = {
    "log with exc_info": "logging.getLogger('x').error('Uncaught app execution', exc_info=caught())",
    "log.exception": "\ntry:\n    fail()\nexcept ValueError:\n    logging.getLogger('x').exception('Failed')",
    "exception as argument": "logging.getLogger('x').error('It failed: %s', caught())",
    "text as argument": "logging.getLogger('x').error('It failed on %s and %r', 'CANARY', 'CANARY')",
    "mapping as argument": "logging.getLogger('x').error('It failed on %(q)s', {'q': 'CANARY'})",
    "exception as message": "logging.getLogger('x').error(caught())",
    "stack": "logging.getLogger('x').error('CANARY' and 'stack', stack_info=True)",
    "uncaught": "fail()",
    "thread": "t = threading.Thread(target=fail); t.start(); t.join()",
    "destructor": "x = Leaky(); del x",
    "task never awaited": (
        "\nasync def main():\n    async def task():\n        fail()\n    t = asyncio.create_task(task())\n"
        "    await asyncio.sleep(0)\n    await asyncio.sleep(0)\n    del t\nasyncio.run(main())"
    ),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_text_of_an_exception_reaches_no_output(leak):
    done = subprocess.run(
        [sys.executable, "-c", SETUP + LEAKS[leak]],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    said = done.stdout + done.stderr
    assert said.strip() and "CANARY" not in said
    if leak not in ("text as argument", "mapping as argument", "stack"):
        assert "ValueError at <string>:" in said
