"""Builds that are killed at random, each in a fork of one process that has loaded the libraries; see test_attacks.

Arguments: corpus, index, how many, seed. Says in JSON how many builds were killed, ended, and what was wrong.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest

from ingest.build import BuildSettings, build
from ingest.opening import open_index
from ingest.publish import current, hash_files, private_copy
from ingest.vector_store import CHROMA, VectorStore, load_libraries
from tests.pdfs import make_pdf
from tests.small_corpus import work_here


def in_fork(work) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return child


def main(corpus: Path, index: Path, count: int, seed: int) -> dict[str, int]:
    chance, settings = random.Random(seed), BuildSettings(corpus, index)
    load_libraries()
    work_here(pytest.MonkeyPatch())
    told = {"killed": 0, "ended": 0, "wrong": 0}

    def looks_right() -> None:
        published = current(index)
        assert hash_files(published.folder) == published.manifest["files"]
        opened = open_index(settings)
        assert opened.condition in ("ready", "stale")
        kept = VectorStore(private_copy(published, CHROMA))
        assert kept.count() == opened.index.size == published.manifest["chunks"]
        assert kept.lost(opened.index.store.chunk_ids(), opened.index.chunk_vectors) == 0
        kept.close()
        opened.index.close()

    longest = 0.0
    for n in range(count):
        make_pdf(
            corpus / "documents" / "programme.pdf", [f"1.  Rule number {n} holds from today on for all offices.\n"]
        )
        started = time.monotonic()
        child = in_fork(lambda: build(settings))
        if longest:
            time.sleep(chance.random() * longest)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        longest = longest or time.monotonic() - started
        told["killed" if status == signal.SIGKILL else "ended"] += 1
        if n % 4 == 0 or n == count - 1:
            told["wrong"] += os.waitpid(in_fork(looks_right), 0)[1] != 0
        elif hash_files(current(index).folder) != current(index).manifest["files"]:
            told["wrong"] += 1
    told["wrong"] += os.waitpid(in_fork(lambda: build(settings)), 0)[1] != 0
    told["wrong"] += os.waitpid(in_fork(looks_right), 0)[1] != 0
    return told


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))))
