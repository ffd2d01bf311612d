"""evals.asking: the index that questions are asked of is today's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from evals import asking
from evals.errors import EvalError
from ingest.publish import build_lock


def test_a_build_by_another_process_is_waited_for_and_not_for_ever(small_index, monkeypatch):
    with ThreadPoolExecutor(1) as pool:
        with build_lock(small_index.index):
            monkeypatch.setattr(asking, "_PATIENCE_S", 0.5)
            with pytest.raises(EvalError, match="Another build of this index is under way"):
                asking.build_index(small_index.corpus, small_index.index)
            monkeypatch.setattr(asking, "_PATIENCE_S", 30.0)
            waiting = pool.submit(asking.build_index, small_index.corpus, small_index.index)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
        assert not waiting.result(timeout=30).built
