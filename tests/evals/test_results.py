"""A run, its folder, and what can be done with it: the same bytes again, verified, compared, reported."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET
from copy import deepcopy
from dataclasses import replace

import pytest

from evals import asking, results
from evals.compare import compare, print_comparison
from evals.errors import EvalError
from evals.gate import broken_rules, differing, differing_answers
from evals.jsonl import write_lines
from evals.questions import read_sets
from evals.report import failures, figures, result_folders, shown, svgs, told_of, write_report
from evals.results import read
from evals.run import group_table, run, table
from evals.summary import summarise, told_apart
from evals.verify import set_problems, verify
from ingest.catalogue import read_catalogue
from tests.pdfs import make_pdf


@pytest.fixture(scope="session")
def ran(questions, small_index, tmp_path_factory):
    return run(questions, small_index.corpus, small_index.index, tmp_path_factory.mktemp("evals") / "first")


@pytest.fixture
def copy(ran, tmp_path):
    """A copy of the results that a test may spoil."""
    shutil.copytree(ran.folder, tmp_path / "copy")
    return tmp_path / "copy"


def changed(folder, change):
    """Rewrite the lines of a results folder."""
    lines = [json.loads(line) for line in (folder / "lines.jsonl").read_text(encoding="utf-8").splitlines()]
    change(lines)
    (folder / "lines.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


@pytest.mark.long
def test_a_second_run_by_two_processes_writes_the_same_bytes_but_for_the_times(ran, questions, small_index, tmp_path):
    again = run(questions, small_index.corpus, small_index.index, tmp_path / "again", processes=2)
    assert differing(ran.folder, again.folder) == []
    assert {path.name for path in ran.folder.iterdir()} == set(results.FILES)
    (again.folder / "figures.csv").write_text("other")
    assert differing(ran.folder, again.folder) == ["figures.csv differs in a second process"]


def test_a_process_that_ends_while_it_asks_is_told(questions, small_index, tmp_path, monkeypatch):
    monkeypatch.setattr(asking.sys, "executable", shutil.which("false"))
    with pytest.raises(EvalError, match="ended with 1 before it had asked everything"):
        run(questions, small_index.corpus, small_index.index, tmp_path / "run", processes=2)


def test_a_second_run_of_some_questions_gives_the_same_answers_and_another_answer_is_told(
    ran, questions, small_index, copy, tmp_path
):
    some = run(questions[:2], small_index.corpus, small_index.index, tmp_path / "some")
    assert differing_answers(ran.folder, some.folder) == []
    changed(copy, lambda lines: lines[0]["answer"].update(lead="Another"))
    (told,) = differing_answers(copy, some.folder)
    assert told.startswith(f"{questions[0].id} is answered in another way")


def test_the_manifest_names_all_that_the_figures_rest_on(ran):
    for name in ("corpus", "contacts", "index", "index_files", "model", "code"):
        assert len(ran.manifest[name]) == 64
    assert ran.manifest["libraries"]["pypdf"]
    assert set(ran.manifest["files"]) == {"lines.jsonl", "summary.json", "figures.csv"}


def test_what_is_read_is_what_was_written(ran):
    again = read(ran.folder)
    assert (again.lines, again.summary, again.manifest) == (ran.lines, ran.summary, ran.manifest)


def test_times_and_clock_stand_in_their_own_file_alone(ran):
    times = json.loads((ran.folder / "times.json").read_text())
    assert times["latency_ms"]["p50"] > 0
    assert set(times["timings_ms"]) == {"s-1", "s-2", "s-3", "s-4", "s-5"}
    for name in results.FILES[:4]:
        assert "timings_ms" not in (ran.folder / name).read_text(encoding="utf-8")
        assert times["started"] not in (ran.folder / name).read_text(encoding="utf-8")


def test_a_folder_that_is_there_is_not_written_over(ran, questions, small_index):
    with pytest.raises(EvalError, match="not empty"):
        run(questions, small_index.corpus, small_index.index, ran.folder)


def test_nothing_to_ask_and_evidence_from_nowhere_are_told(questions, small_index, tmp_path):
    with pytest.raises(EvalError, match="no question"):
        run([], small_index.corpus, small_index.index, tmp_path / "out")
    evidence = replace(questions[0].gold[0][0], text="Nobody wrote this.")
    with pytest.raises(EvalError, match="s-1: policy does not say"):
        run([replace(questions[0], gold=((evidence,),))], small_index.corpus, small_index.index, tmp_path / "out")


def test_the_table_shows_every_figure_with_its_n(ran):
    shown_table = table(ran.summary, [("style", "lay")])
    assert "quotes_exact" in shown_table and "lay" in shown_table
    assert "must be" not in shown_table
    groups = group_table(ran.summary).splitlines()
    assert [line for line in groups if line.split()[:2] == ["keyword", "1"]]
    assert {"set", "style", "language", "entity", "audience"} <= set(groups)


# Verify


def test_a_true_folder_is_verified(ran, small_index, capsys):
    assert verify(ran.folder, small_index.corpus, small_index.index) == 0
    assert "the figures follow" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[2]["scores"].update(abstained=0.0), "s-3: abstained"),
        (lambda lines: lines[0]["answer"]["quotes"][0].update(text="There is a deadline."), "s-1: "),
        (lambda lines: lines.pop(), "summary.json does not follow"),
        (lambda lines: lines.reverse(), "other questions than the manifest names"),
        (lambda lines: lines[1].update(needs=[lines[0]["needs"][0]]), "s-2: needs"),
        (lambda lines: lines[1].update(answer=None), "s-2: "),
    ],
)
def test_a_line_that_was_changed_is_found(copy, small_index, capsys, change, said):
    changed(copy, change)
    assert verify(copy, small_index.corpus, small_index.index) == 1
    out = capsys.readouterr().out
    assert "lines.jsonl is not the file" in out and said in out


def test_a_summary_or_csv_that_was_changed_is_found(copy, small_index, capsys):
    (copy / "figures.csv").write_text((copy / "figures.csv").read_text().replace("1.0", "0.9", 1))
    summary = json.loads((copy / "summary.json").read_text())
    summary["figures"]["answers"]["value"] = 0.99
    (copy / "summary.json").write_text(json.dumps(summary))
    assert verify(copy, small_index.corpus, small_index.index) == 1
    out = capsys.readouterr().out
    assert "summary.json does not follow from lines.jsonl: figures" in out and "figures.csv does not" in out


def test_over_another_corpus_nothing_is_verified_and_that_is_said(ran, own_index, capsys):
    (own_index.corpus / "documents" / "programme.pdf").unlink()
    with pytest.raises(EvalError, match="could not be verified"):
        verify(ran.folder, own_index.corpus, own_index.index)
    assert "corpus is not the one of that run" in capsys.readouterr().out


def test_a_line_that_stands_twice_makes_no_results_folder(copy):
    changed(copy, lambda lines: lines.append(lines[0]))
    with pytest.raises(EvalError, match="s-1 stands there twice"):
        read(copy)


def test_lines_are_held_to_their_set(small_index, tmp_path):
    """A question of a set that was dropped, or whose expectation was changed to what happened, is found."""
    (one, *rest) = [q for q in read_sets(["look_alike"], "development") if not q.entity][:4]
    found = run([one, *rest], small_index.corpus, small_index.index, tmp_path / "run")
    missing = [problem for problem in set_problems(found) if "has no line" in problem]
    assert len(missing) == len(read_sets(["look_alike"], "development")) - 4
    found.lines[0]["question"]["expect"] = ["referred"]
    assert f"{one.id}: is not the question of its set." in set_problems(found)


def test_wording_and_triage_are_part_of_what_a_run_rests_on(ran, own_index):
    (own_index.corpus / "triage" / "en.toml").write_text("changed = true")
    now = results.provenance(ran.lines, own_index.corpus, own_index.index)
    assert now["contacts"] != ran.manifest["contacts"]


def test_a_line_with_any_sign_in_it_can_be_read_again(copy):
    changed(copy, lambda lines: lines[2]["question"].update(question="What\u2028is\u0085the \x1c capital?"))
    text = (copy / "lines.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.split("\n") if line]
    write_lines(copy / "lines.jsonl", rows)  # written as the evals write, without escapes
    assert read(copy).lines[2]["question"]["question"] == "What\u2028is\u0085the \x1c capital?"


def test_questions_that_broke_are_shown_and_count_as_surely_wrong(lines):
    broken = deepcopy(lines)
    broken[2]["answer"] = None
    right, sure = told_apart(broken)
    assert (right[2], sure[2]) == (False, 1.0)
    whole, less = summarise(lines), summarise(broken)
    assert less["figures"]["auroc"]["value"] < whole["figures"]["auroc"]["value"]
    assert less["confidence"]["aurc"]["value"] > whole["confidence"]["aurc"]["value"]
    assert "1 questions have no answer" in table(less)


# Compare


def test_two_equal_runs_differ_in_nothing(ran):
    found = compare(ran, ran)
    assert found.ids == ("s-1", "s-2", "s-3", "s-4", "s-5")
    assert found.remarks == ()
    assert all(d.difference.value == d.difference.low == d.difference.high == 0 for d in found.differences)


def test_what_was_won_and_lost_is_told_by_question(ran, capsys):
    worse = deepcopy(ran)
    worse.lines[2]["scores"]["abstained"] = 0.0
    worse.lines[0]["scores"]["contacts_unknown"] = 1.0
    found = {d.measure.name: d for d in compare(ran, worse).differences}
    assert (found["abstained"].won, found["abstained"].lost) == ((), ("s-3",))
    assert (found["contacts_unknown"].won, found["contacts_unknown"].lost) == ((), ("s-1",))
    assert found["contacts_unknown"].difference.value > 0
    better = {d.measure.name: d for d in compare(worse, ran).differences}
    assert better["abstained"].won == ("s-3",)
    assert print_comparison(ran.folder, ran.folder) == 0
    assert "5 questions" in capsys.readouterr().out


def test_only_what_was_asked_alike_is_compared_and_that_is_said(ran):
    other = deepcopy(ran)
    other.lines[0]["question"]["gold"] = []
    other.lines.pop(1)
    other.manifest["corpus"] = "another"
    found = compare(ran, other)
    assert found.ids == ("s-3", "s-4", "s-5")
    said = " ".join(found.remarks)
    assert "another wording, gold or expectation" in said and "in one of the two only" in said
    assert "different documents" in said


def test_runs_with_nothing_in_common_are_refused(ran):
    other = deepcopy(ran)
    for line in other.lines:
        line["question"]["id"] += "x"
    with pytest.raises(EvalError, match="no question in common"):
        compare(ran, other)


# Report


def test_the_report_is_one_page_that_needs_nothing_else(copy):
    page = write_report(copy).read_text(encoding="utf-8")
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in page and "<link" not in page and "src=" not in page
    assert page.count("<svg") == sum(len(plots) for plots in svgs(read(copy)).values())


def test_a_failed_question_stands_in_the_report_with_both_sides_escaped(copy):
    def fail(lines):
        lines[2]["question"]["question"] = "<script>alert(1)</script>"
        lines[2]["scores"]["status_right"] = 0.0
        lines[2]["answer"]["quotes"] = [{**lines[0]["answer"]["quotes"][0], "text": "Lima <b>is</b>"}]

    changed(copy, fail)
    page = write_report(copy).read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in page and "Lima &lt;b&gt;is&lt;/b&gt;" in page
    assert "<script" not in page and "<b>" not in page
    (one,) = shown(read(copy))
    assert one.failed == ("status_right",)
    assert one.quoted[0][0].startswith("policy, paragraph")


def test_plots_are_well_formed_and_told_in_words(ran):
    for plots in svgs(ran).values():
        for plot in plots:
            assert ET.fromstring(plot.svg).tag.endswith("svg")
            assert plot.title in plot.svg


def test_figures_that_are_not_what_they_must_be_are_marked(ran):
    wrong = deepcopy(ran)
    wrong.summary["figures"]["quotes_exact"]["value"] = 0.99
    assert [figure.name for figure in figures(wrong) if figure.wrong] == ["quotes_exact"]
    assert "5 questions of the" in told_of(ran)


def test_a_right_answer_fails_in_nothing(ran):
    assert [failures(line) for line in ran.lines] == [[]] * 5
    assert len(shown(ran, every=True)) == 5


def test_result_folders_are_found_the_last_first(ran, tmp_path):
    for name in ("2026-01", "2026-02"):
        shutil.copytree(ran.folder, tmp_path / name)
    (tmp_path / "other").mkdir()
    assert [path.name for path in result_folders(tmp_path)] == ["2026-02", "2026-01"]
    assert result_folders(ran.folder) == [ran.folder]
    assert result_folders(tmp_path / "nothing") == []


@pytest.mark.parametrize("missing", ["lines.jsonl", "summary.json", "manifest.json"])
def test_a_folder_that_is_not_whole_is_told(copy, missing):
    (copy / missing).unlink()
    with pytest.raises(EvalError, match=missing):
        read(copy)


def test_a_set_of_ones_own_over_ones_own_pdfs_needs_nothing_else(own_index, builds_here, tmp_path):
    shutil.rmtree(own_index.corpus)
    own_index.corpus.mkdir()
    text = "Parental leave is sixteen weeks long for every parent."
    make_pdf(own_index.corpus / "Leave policy.pdf", [f"1.  {text}\n"])
    document = read_catalogue(own_index.corpus).documents[0].id
    evidence = {"document": document, "text": text}
    row = {"id": "own-1", "question": "How long is parental leave?", "expect": ["answered"], "gold": [[evidence]]}
    (tmp_path / "own.jsonl").write_text(json.dumps(row), encoding="utf-8")
    found = run(
        read_sets([str(tmp_path / "own.jsonl")], "test"), own_index.corpus, own_index.index, tmp_path / "results"
    )
    assert found.summary["figures"]["answers"]["value"] == 1.0
    assert list(broken_rules(found.summary)) == ["referral_roles nothing was measured, must be 1"]
    assert "page 1" in shown(found, every=True)[0].expected[0][0]
    assert verify(tmp_path / "results", own_index.corpus, own_index.index) == 0
