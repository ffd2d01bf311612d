"""What takes the time of an answer is told by stage, each measured where it is in use."""

from __future__ import annotations

import time

from evals.scale import STAGES, _Watch
from ingest.lexical import Lexical


def test_each_stage_is_found_watched_and_let_go_and_none_is_counted_twice(monkeypatch):
    monkeypatch.setattr(Lexical, "scores", lambda self, question: time.sleep(0.02))
    plain, watch = Lexical.scores, _Watch()
    with watch.watching():
        outer = watch._timed(lambda: Lexical.scores(None, ""), "rest")
        outer()
    assert Lexical.scores is plain
    assert set(watch.spent) == set(STAGES)
    assert watch.spent["lexical"] >= 0.02
    assert watch.spent["rest"] < 0.02
