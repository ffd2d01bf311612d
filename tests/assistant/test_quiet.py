"""assistant.quiet: no log line, warning or traceback holds what a person typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETUP = """
import asyncio, logging, os, sys, threading, traceback, warnings
from assistant.quiet import hush, mute_libraries
hush()
hush()
mute_libraries()
def fail(*args):
    raise ValueError("failed on question: CANARY")
def caught():
    try:
        fail()
    except ValueError as error:
        return error
class Leaky:
    def __del__(self):
        fail()
class Loud:
    def __str__(self):
        raise ValueError("CANARY")
class Odd(logging.Handler):
    def emit(self, record):
        try:
            fail()
        except ValueError:
            self.handleError(record)
"""
IN_A_TRY = "\ntry:\n    fail()\nexcept ValueError:\n    "
LEAKS = {  # each with what is still said of it
    "log with exc_info": ("log.error('Uncaught app execution', exc_info=caught())", "ValueError at <string>:"),
    "log.exception": (IN_A_TRY + "log.exception('Failed')", "ERROR of x at <string>:"),
    "exception as argument": ("log.error('It failed: %s', caught())", "ValueError at <string>:"),
    "exception as message": ("log.error(caught())", "ValueError at <string>:"),
    "text as argument": ("log.error('It failed on %s and %r', 'CANARY', 'CANARY')", "ERROR of x at <string>:"),
    "mapping as argument": ("log.error('It failed on %(q)s', {'q': 'CANARY'})", "ERROR of x at <string>:"),
    "text in the message": ("log.error(f'It failed on {\"CANARY\"}')", "ERROR of x at <string>:"),
    "stack": ("log.error('CANARY' and 'stack', stack_info=True)", "ERROR of x at <string>:"),
    "no handler": ("logging.root.handlers.clear(); log.warning('It failed on CANARY')", "WARNING of x at <string>:"),
    "record of its own": (
        "log.handle(logging.LogRecord('y', 40, 'f.py', 1, 'CANARY', (), None))",
        "ERROR of y at f.py",
    ),
    "handler that fails": ("log.addHandler(Odd()); log.error('CANARY %d', 'CANARY')", "ERROR of x at <string>:"),
    "text that fails": ("log.error('%s', Loud())", "ERROR of x at <string>:"),
    "warning": ("warnings.warn('It failed on CANARY')", "UserWarning at <string>:"),
    "captured warning": ("logging.captureWarnings(True); warnings.warn('CANARY')", "WARNING of py.warnings at"),
    "print_exc": (IN_A_TRY + "traceback.print_exc()", "ValueError at <string>:"),
    "print_exception": ("traceback.print_exception(caught())", "ValueError at <string>:"),
    "TracebackException": ("traceback.TracebackException.from_exception(caught()).print()", "met an error"),
    "uncaught": ("fail()", "ValueError at <string>:"),
    "chained": (IN_A_TRY + "raise KeyError('CANARY')", "KeyError at <string>:"),
    "group": ("raise ExceptionGroup('CANARY', [caught()])", "ExceptionGroup at <string>:"),
    "thread": ("t = threading.Thread(target=fail); t.start(); t.join()", "ValueError at <string>:"),
    "destructor": ("x = Leaky(); del x", "ValueError at <string>:"),
    "task never awaited": (
        "\nasync def main():\n    async def task():\n        fail()\n    t = asyncio.create_task(task())\n"
        "    await asyncio.sleep(0)\n    await asyncio.sleep(0)\n    del t\nasyncio.run(main())",
        "ValueError at <string>:",
    ),
    "callback": (
        "\nasync def main():\n    asyncio.get_running_loop().call_soon(fail, 'CANARY')\n    await asyncio.sleep(0)\n"
        "asyncio.run(main(), debug=True)",
        "ERROR of asyncio at base_events.py",
    ),
    "native code": ("os.write(2, b'thread panicked on CANARY'); print('still here', file=sys.stderr)", "still here"),
}


# Each in a copy of one process, as what is imported for it takes longer than all of them.
EACH = f"""{SETUP}
import json
logging.basicConfig(stream=sys.stderr)
log = logging.getLogger("x")
said = {{}}
for name, code in json.load(sys.stdin).items():
    ours, theirs = os.pipe()
    if not os.fork():
        os.dup2(theirs, 1)
        os.dup2(theirs, sys.stderr.fileno())  # which is no longer 2
        os.close(theirs)
        exec(compile(code, "<string>", "exec"))
        sys.exit()
    os.close(theirs)
    with open(ours, encoding="utf-8") as output:
        said[name] = output.read()
    os.wait()
json.dump(said, sys.stdout)
"""


@pytest.fixture(scope="module")
def said_of():
    """What is said of each leak, on both outputs together."""
    done = subprocess.run(
        [sys.executable, "-c", EACH],
        input=json.dumps({leak: code for leak, (code, _) in LEAKS.items()}),
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "always"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "CANARY" not in done.stderr  # where 2 leads
    return json.loads(done.stdout)


@pytest.mark.parametrize("leak", LEAKS)
def test_text_of_an_exception_reaches_no_output(leak, said_of):
    _, told = LEAKS[leak]
    said = said_of[leak]
    assert "CANARY" not in said
    assert told in said
