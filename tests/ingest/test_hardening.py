"""ingest.hardening: a crash leaves no memory on disk, files are private, and what a platform lacks is said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ingest import hardening
from tests.small_corpus import ROOT

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="This is Linux only.")
PATTERN = Path("/proc/sys/kernel/core_pattern")
HARDEN = "from ingest.hardening import harden_process\nprint(harden_process())\n"


def run_hardened(code, folder, harden=HARDEN):
    """Run code in a process that may write core files as large as it likes, if it is not hardened."""
    free = (
        "import os, resource\nhard = resource.getrlimit(resource.RLIMIT_CORE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))\nos.umask(0)\n"
    )
    return subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", free + harden + code],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )


@linux
@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV])
def test_a_crash_leaves_no_core_file_and_no_stack(tmp_path, number):
    done = run_hardened(f"os.kill(os.getpid(), {int(number)})", tmp_path)
    assert done.returncode == -number
    assert list(tmp_path.iterdir()) == []
    assert (done.stdout, done.stderr) == ("()\n", "")


@linux
def test_without_hardening_the_crash_would_leave_them(tmp_path):
    done = run_hardened("os.kill(os.getpid(), 6)", tmp_path, harden="")
    assert "Fatal Python error" in done.stderr
    if PATTERN.exists() and PATTERN.read_text()[0] not in "|/":  # else core files go to another folder or program
        assert [path.name[:4] for path in tmp_path.iterdir()] == ["core"]


@linux
def test_what_is_freed_is_overwritten(tmp_path):
    (tmp_path / "program.py").write_text(
        "import ctypes, os, sys\n"
        "from ingest.hardening import wipe_freed_memory\n"
        "print(os.getpid(), *sys.argv[1:], flush=True)\n"
        "if 'hard' in sys.argv: wipe_freed_memory()\n"
        "texts = ['CANARY' * 9 + str(number) for number in range(300)]\n"
        "places = [id(text) for text in texts]\n"
        "text = texts.clear()\n"
        "print(any(b'CANARYCANARY' in ctypes.string_at(place, 100) for place in places))\n"
    )
    plain = {name: value for name, value in os.environ.items() if name not in ("PYTHONMALLOC", "GLIBC_TUNABLES")}
    plain["PYTHONPATH"] = str(ROOT)
    others = plain | {"PYTHONMALLOC": "pymalloc", "GLIBC_TUNABLES": "glibc.malloc.perturb=0:glibc.malloc.arena_max=4"}
    hard = ["hard", "an option"]
    for options, environment, found in ((hard, plain, "False"), (hard, others, "False"), ([], plain, "True")):
        command = [sys.executable, "program.py", *options]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
        *starts, last = done.stdout.splitlines()
        assert len(starts) == 1 + bool(options) and len(set(starts)) == 1  # the same process, started again once
        assert starts[0].partition(" ")[2] == " ".join(options)
        assert last == found


def test_what_is_started_gets_the_tunables_that_were_set_before_and_no_others(monkeypatch):
    started = []
    monkeypatch.setattr(hardening.platform, "libc_ver", lambda: ("glibc", "2"))
    monkeypatch.setattr(os, "execve", lambda *given: started.append(given[2]))
    for before in ({}, {"GLIBC_TUNABLES": "glibc.rtld.optional_static_tls=512"}):
        monkeypatch.delenv("PYTHONMALLOC", raising=False)
        monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
        [monkeypatch.setenv(*variable) for variable in before.items()]
        expected = dict(os.environ)
        hardening.wipe_freed_memory()
        [monkeypatch.setenv(name, started[-1][name]) for name in ("PYTHONMALLOC", "GLIBC_TUNABLES")]
        hardening.wipe_freed_memory()
        assert hardening.without_wiping() == expected
    assert len(started) == 2


@linux
def test_files_are_for_their_owner_only_also_those_of_children(tmp_path):
    child = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'open(\"child\", \"w\").close()'])\n"
    done = run_hardened(child + "open('own', 'w').close(); os.mkdir('folder')", tmp_path)
    assert done.returncode == 0, done.stderr
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()} == {
        "child": "0o600", "own": "0o600", "folder": "0o700",
    }  # fmt: skip


@linux
def test_other_programs_of_the_account_may_not_read_the_memory(tmp_path):
    ask = "import ctypes\nprint(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))\n"
    assert run_hardened(ask, tmp_path).stdout == "()\n0\n"
    assert run_hardened(ask, tmp_path, harden="").stdout == "1\n"


@pytest.mark.parametrize(
    ("platform", "name", "lacking"),
    [
        ("win32", "nt", (hardening.NO_UMASK, hardening.NO_LIMIT, hardening.NO_PRCTL)),
        ("darwin", "posix", (hardening.NO_PRCTL,)),
    ],
)
def test_what_a_platform_lacks_is_said(tmp_path, platform, name, lacking):
    stand_in = f"import sys, ingest.hardening as h\nsys.platform = {platform!r}\n"
    if name == "nt":
        stand_in += "sys.modules['resource'] = None\nclass Os: name = 'nt'\nh.os = Os\n"
    done = run_hardened(stand_in + "print(h.harden_process() == " + repr(lacking) + ")", tmp_path, harden="")
    assert done.stdout == "True\n", done.stderr


def test_hardening_never_fails(tmp_path):
    broken = "import ingest.hardening as h\ndef no(*_): raise OSError\nh.ctypes.CDLL = no\n"
    done = run_hardened(broken + "h.harden_process(); print(h.harden_process() == (h.NO_PRCTL,))", tmp_path, harden="")
    assert done.stdout == "True\n", done.stderr
