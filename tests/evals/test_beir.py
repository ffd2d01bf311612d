from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from evals.beir import read_beir
from evals.errors import EvalError
from tests.small_corpus import run

TEXTS = (
    {"_id": "t1", "title": "Leave", "text": "Parental leave is sixteen weeks long."},
    {"_id": "t2", "title": "", "text": "A driver shall keep the vehicle clean and report every accident."},
    {"_id": "t3", "title": "", "text": "Word"},
    {"_id": "t4", "title": "Empty", "text": ""},
    {"_id": "t5", "text": "Complaints are sent to the ethics office. " * 60},
)
QUERIES = (
    {"_id": "q1", "text": "How long is parental leave?"},
    {"_id": "q2", "text": "What must drivers do after an accident?"},
    {"_id": "q3", "text": "Where do I send a complaint?"},
    {"_id": "q4", "text": "This one has no judgement."},
)
HEAD = "query-id\tcorpus-id\tscore\n"


@pytest.fixture
def folder(tmp_path):
    for name, rows in (("corpus", TEXTS), ("queries", QUERIES)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(f"{HEAD}q1\tt1\t1\nq2\tt2\t1\nq3\tt5\t1\nq3\tt1\t0\n")
    return tmp_path


@pytest.mark.long
def test_a_folder_is_indexed_and_asked_and_one_object_printed(folder):
    done = run("-m", "evals", "beir", str(folder))
    assert done.returncode == 0, done.stderr.decode()
    out = done.stdout.decode()
    found = json.loads(out)
    assert out.count("\n") == 1
    assert (found["n"], found["texts"]) == (3, 5)
    assert found["nDCG@10"] == found["Recall@10"] == found["MAP@10"] == found["RR@10"] == 1.0
    assert found["index_seconds"] > 0 and found["latency_ms"]["p95"] >= found["latency_ms"]["p50"] > 0


def test_a_file_of_judgements_needs_no_head(folder):
    (folder / "qrels" / "dev.tsv").write_text("q1\tt1\t1\n")
    assert read_beir(folder, "dev")[2] == {"q1": {"t1": 1}}


def test_texts_that_are_not_there_and_ids_that_stand_twice_are_told(folder, capsys):
    (folder / "qrels" / "dev.tsv").write_text("q1\tnowhere\t1.0\n")
    assert read_beir(folder, "dev")[2] == {"q1": {"nowhere": 1}}
    assert "1 judgements are of texts" in capsys.readouterr().err
    with (folder / "corpus.jsonl").open("a") as file:
        file.write(json.dumps(TEXTS[0]) + "\n")
    with pytest.raises(EvalError, match="_id t1 stands there twice"):
        read_beir(folder, "test")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEAD}q1 t1 1\n", "line 2 is not query-id"),
        (f"{HEAD}q9\tt1\t1\n", "has no query q9"),
        (HEAD, "names no relevant text"),
        ("q9\tt1\t1.0\n", "has no query q9"),
        (f"{HEAD}q1\tt1\t²\n", "line 2 is not query-id"),
    ],
)
def test_judgements_that_cannot_be_used_are_told(folder, text, said):
    (folder / "qrels" / "test.tsv").write_text(text)
    with pytest.raises(EvalError, match=said):
        read_beir(folder, "test")


def test_a_folder_or_split_that_is_not_there_is_told(folder, tmp_path):
    with pytest.raises(EvalError, match=r"train\.tsv\. The splits there: test"):
        read_beir(folder, "train")
    with pytest.raises(EvalError, match="no BEIR folder"):
        read_beir(tmp_path / "nothing", "test")
    (folder / "corpus.jsonl").write_text('{"_id": "x"}\n')
    with pytest.raises(EvalError, match=r"corpus.jsonl: object 1 has no _id or no text"):
        read_beir(folder, "test")


def test_the_benchmark_beside_the_project_can_be_read():
    given = os.environ.get("AVENUES_BENCHMARKS")
    if not given:
        pytest.skip("AVENUES_BENCHMARKS is not set, so there is no benchmark to read.")
    texts, queries, qrels = read_beir(Path(given) / "regulations-dev", "test")
    assert len(texts) == 12988 and len(qrels) <= len(queries)
