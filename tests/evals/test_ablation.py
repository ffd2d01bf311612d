from __future__ import annotations

import json
import re

import pytest

from assistant.passages import WEIGHTS, Weights
from evals.ablation import _SEARCHES
from tests.small_corpus import run

TEXTS = {
    "leave": "Parental leave is sixteen weeks long, and it is paid in full.",
    "cars": "A driver shall keep the vehicle clean and report every accident.",
    "complaints": "Complaints are sent to the ethics office, which answers within a month.",
    "parking": "Bicycles stand behind the building. Cars stand in front of it.",
}
QUERIES = {"q1": ("How long is parental leave?", "leave"), "q2": ("Where does a complaint go?", "complaints")}


def test_the_weights_of_each_search_are_shares_of_one():
    assert all(sum(weights) == pytest.approx(1) for weights in _SEARCHES.values())
    assert _SEARCHES["all three"] == WEIGHTS and Weights(0, 1, 0) in _SEARCHES.values()


@pytest.mark.long
def test_each_part_and_the_recipe_are_measured_in_one_run(tmp_path):
    rows = {
        "corpus": [{"_id": name, "text": text} for name, text in TEXTS.items()],
        "queries": [{"_id": name, "text": text} for name, (text, _) in QUERIES.items()],
    }
    for name, lines in rows.items():
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("".join(f"{q}\t{text}\t1\n" for q, (_, text) in QUERIES.items()))
    done = run("-m", "evals", "ablation", str(tmp_path))
    assert done.returncode == 0, done.stderr.decode()
    out = done.stdout.decode()
    for name in (*_SEARCHES, "the plain recipe"):
        assert re.search(rf"^{name} +1\.000 \(1\.000 to 1\.000\)", out, re.M), out
    assert re.search(r"^word vectors +[\d.]+ +[\d.]+ +[\d.]+$", out, re.M), out
