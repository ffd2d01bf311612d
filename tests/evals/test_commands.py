"""Every command through its door: what is wrong is said in words, without a traceback, with exit status 2."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.small_corpus import ROOT, run


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "nothing"], "There is no set nothing"),
        (["run", "--corpus", "nowhere"], "There is no folder nowhere"),
        (["compare", "nowhere", "nowhere"], "There is no folder nowhere"),
        (["report", "evals"], "is no results folder"),
        (["verify", "nowhere"], "There is no folder nowhere"),
        (["sheet", "nowhere"], "There is no folder nowhere"),
        (["sheet", "nowhere", "--read"], "--key"),
        (["pdfqa", "nowhere"], "There is no PDF in nowhere"),
        (["beir", "nowhere"], "This is no BEIR folder"),
        (["questions", "nothing"], "There is no set nothing"),
        (["run", "--half", "both"], "invalid choice"),
    ],
)
def test_what_is_wrong_is_said(arguments, said):
    done = run("-m", "evals", *arguments)
    assert done.returncode == 2
    err = done.stderr.decode()
    assert said in err and "Traceback" not in err
    assert done.stdout == b""


def test_the_questions_are_counted_and_all_evidence_stands():
    done = run("-m", "evals", "questions")
    assert done.returncode == 0, done.stderr.decode()
    assert "all evidence stands in its document" in done.stdout.decode()


@pytest.mark.long
def test_an_output_that_nobody_reads_to_its_end_is_no_error():
    command = [sys.executable, "-m", "evals", "questions"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
