"""Sets that others bring, through the real command."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from evals import __main__ as command
from evals.errors import EvalError
from evals.pdf_text import Pdfs
from evals.pdfqa import Told, figures, pdfqa
from evals.pdfqa_set import Asked, read_set
from evals.questions import QUESTIONS
from tests.pdfs import make_pdf
from tests.small_corpus import GUIDE, POLICY, PROGRAMME

FILES = ("policy.pdf", "sub folder/programme.pdf", "Première étape.PDF")


@pytest.fixture
def folder(tmp_path):
    pdfs = tmp_path / "set" / "pdfs"
    (pdfs / "sub folder").mkdir(parents=True)
    for name, pages in zip(FILES, (POLICY, PROGRAMME, GUIDE), strict=True):
        make_pdf(pdfs / name, pages)
    (pdfs / "broken.pdf").write_bytes(b"no PDF at all")
    (tmp_path / "store").mkdir()
    (pdfs / "policy.pdf").rename(tmp_path / "store" / "policy.pdf")
    (pdfs / "policy.pdf").symlink_to(tmp_path / "store" / "policy.pdf")
    rows = [
        {"id": 1, "question": "Is there a deadline for a formal complaint of sexual harassment?", "answerable": True,
         "pages": [{"file": "policy.pdf", "page": 2}], "evidence": "There is no deadline", "unknown": [1]},
        {"id": "b", "question": "Is there a confidential helpline of the Programme?", "answerable": True,
         "pages": [{"file": "pdfs/sub folder/programme.pdf", "page": "1"}]},
        {"id": "c", "question": "And at night?", "answerable": None,
         "history": [{"role": "user", "content": "Is there a confidential helpline?"},
                     {"role": "assistant", "content": "Bicycles are removed."}],
         "pages": [{"file": "programme", "page": 1.0}]},
        {"id": "d", "question": "What is the capital of Peru?", "answerable": False, "pages": []},
    ]  # fmt: skip
    lines = "\r\n".join(json.dumps(row) for row in rows)
    (tmp_path / "set" / "questions.jsonl").write_text("\ufeff" + lines + "\r\n\r\n", encoding="utf-8")
    return tmp_path / "set"


def test_one_object_is_printed_and_a_line_written_for_each_question(
    folder, tmp_path, small_index, builds_here, monkeypatch, capsys
):
    places = ("--out", str(tmp_path / "lines.jsonl"), "--report", str(tmp_path / "report.html"))
    monkeypatch.setattr("evals.asking.INDEX_DIR", small_index.index)  # its model is lent
    monkeypatch.setattr(sys, "argv", ["python -m evals", "pdfqa", str(folder), *places])
    assert command.main() == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert out.count("\n") == 1
    assert found["n"] == 4
    assert found["retrieval"] == {"recall@1": 1.0, "recall@3": 1.0, "recall@5": 1.0, "recall@10": 1.0, "mrr": 1.0}
    assert found["citations"]["page_recall"] == found["citations"]["any_page_rate"] == 1.0
    assert found["quotes"]["exact_rate"] == 1.0
    assert found["abstention"] == {
        "answered_when_answerable": 1.0, "answered_when_unanswerable": 0.0,
        "marked_when_answerable": 0.0, "marked_when_unanswerable": 0.0, "auroc": 1.0,
    }  # fmt: skip
    assert found["latency_ms"]["p50"] > 0 and found["pages_per_second"] > 0
    assert "not read: broken.pdf" in err
    lines = [json.loads(line) for line in (tmp_path / "lines.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["1", "b", "c", "d"]
    assert lines[0]["cited"] == [{"file": "policy.pdf", "page": 2}]
    assert sorted(path.name for path in folder.iterdir()) == ["pdfs", "questions.jsonl"]
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "citations.page_recall" in page and "went wrong (0 of 4)" in page and "<script" not in page


def test_files_are_found_by_the_names_that_people_use(tmp_path):
    path = tmp_path / "q.jsonl"
    names = ("policy.pdf", "POLICY.PDF", "pdfs/policy.pdf", "programme.pdf", "Première étape", "nowhere/policy.pdf")
    rows = [{"id": n, "question": "x", "pages": [{"file": name, "page": 1}]} for n, name in enumerate(names)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    found = [file for asked in read_set(path, FILES) for file, _ in asked.pages]
    assert found == [FILES[0], FILES[0], FILES[0], FILES[1], FILES[2], "nowhere/policy.pdf"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"question": "x"}, "has no id"),
        ({"id": "a"}, "question a: has no question"),
        ({"id": "a", "question": "x", "pages": ["p"]}, "pages is no list"),
        ({"id": "a", "question": "x", "pages": [{"file": "f", "page": 0}]}, "no number from 1 on"),
        ({"id": "a", "question": "x", "pages": [{"file": "f", "page": "³"}]}, "no number from 1 on"),
        ({"id": "a", "question": "x", "pages": [{"file": None, "page": 1}]}, "no file name"),
        ({"id": None, "question": "x"}, "has no id"),
        ({"id": "a", "question": "x", "answerable": "false"}, "neither true nor false"),
        ({"id": "a", "question": "x", "answerable": False, "pages": [{"file": "f", "page": 1}]}, "is not answerable"),
        ({"id": "a", "question": "x", "history": "before"}, "history is no list"),
    ],
)
def test_a_question_that_cannot_be_used_is_told(tmp_path, row, said):
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps(row))
    with pytest.raises(EvalError, match=said):
        read_set(path, ())


def test_two_questions_with_one_id_and_none_at_all_are_told(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": 1, "question": "x"}\n{"id": "1", "question": "y"}')
    with pytest.raises(EvalError, match="two questions have the id 1"):
        read_set(path, ())
    path.write_text("")
    with pytest.raises(EvalError, match="holds no question"):
        read_set(path, ())


def test_the_set_on_public_documents_names_pages_that_there_are():
    given = os.environ.get("AVENUES_PDFS")
    if not given:
        pytest.skip("AVENUES_PDFS is not set, so the documents of that set are not here.")
    pdfs = Pdfs(Path(given))
    asked = read_set(QUESTIONS / "pdfqa" / "un-documents.jsonl", [path.name for path in Path(given).glob("*.pdf")])
    assert sum(bool(question.pages) for question in asked) >= 40
    for file, page in {place for question in asked for place in question.pages}:
        assert 1 <= page <= pdfs.get(file).pages, file


def test_a_folder_without_pdfs_is_told(tmp_path):
    (tmp_path / "pdfs").mkdir()
    with pytest.raises(EvalError, match="no PDF in"):
        pdfqa(tmp_path, None)


def test_an_answer_that_is_marked_as_only_near_counts_apart():
    answer = {"status": "answered_nearest", "quotes": [], "retrieved": [], "confidence": 0.5}
    told = [Told(Asked(id_, "x", (), yes, frozenset()), answer, 1.0) for id_, yes in (("a", True), ("b", False))]
    found = figures(told, None, 1.0, 1)["abstention"]
    assert found["answered_when_answerable"] == found["answered_when_unanswerable"] == 0.0
    assert found["marked_when_answerable"] == found["marked_when_unanswerable"] == 1.0


def test_a_question_that_broke_scores_worst_in_everything():
    broke = Told(Asked("a", "x", (), True, frozenset({("f", 1)})), None, 1.0)
    also = Told(Asked("b", "x", (), False, frozenset()), None, 1.0)
    found = figures([broke, also], None, 1.0, 1)
    assert set(found["retrieval"].values()) == {0.0}
    assert found["citations"]["page_recall"] == found["citations"]["page_precision"] == 0.0
    assert found["abstention"]["answered_when_answerable"] == 0.0
    assert found["abstention"]["answered_when_unanswerable"] == 1.0
    assert found["quotes"]["exact_rate"] is None
