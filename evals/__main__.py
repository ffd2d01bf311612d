"""`python -m evals`: are the answers right, and would an evaluator sign that? See docs/evaluate.md."""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
from pathlib import Path

from evals.errors import EvalError
from ingest.build import CORPUS_DIR, INDEX_DIR
from ingest.publish import DamagedError

RESULTS = Path(__file__).resolve().parent / "results"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description="Measure the answers, judge-free.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    places = argparse.ArgumentParser(add_help=False)
    places.add_argument("--corpus", type=Path, default=CORPUS_DIR, metavar="DIR", help="the folder of PDFs")
    places.add_argument("--index", type=Path, default=INDEX_DIR, metavar="DIR", help="built if it is not today's")
    _add_own_sets(commands, places)
    _add_results(commands, places)
    _add_others_sets(commands, places)
    hearing = commands.add_parser("urgent", help="how many messages of people in danger are understood")
    hearing.add_argument("sets", nargs="*", metavar="SET", help="names of sets in evals/messages; all, if none")
    commands.add_parser("points", help="set the points of words for urgent messages anew")
    knowing = commands.add_parser(
        "confidence", parents=[places], help="set anew how surely the documents answer, and thresholds"
    )
    knowing.add_argument("--plain", action="store_true", help="of documents without asked questions, too")
    commands.add_parser("adapt", parents=[places], help="learn anew from what people ask which questions are alike")
    commands.add_parser(
        "classify", parents=[places], help="learn anew from what people ask which paragraph is asked for"
    )
    benching = commands.add_parser("bench", help="time, memory and disk beside a plain recipe")
    benching.add_argument("--corpus", type=Path, default=CORPUS_DIR, metavar="DIR", help="the folder of PDFs")
    benching.add_argument("--out", type=Path, metavar="FILE", help="write the figures as JSON too")
    benching.add_argument("--repeats", type=int, default=3, metavar="N", help="builds and sessions of each")
    scaling = commands.add_parser("scale", parents=[places], help="time and memory of answers from growing corpora")
    scaling.add_argument("--sizes", type=int, nargs="+", metavar="N", help="chunks; default: 1,000 to 100,000")
    scaling.add_argument("--out", type=Path, metavar="DIR", help="for CSV, page and plots; default: evals/scale")
    return parser


def _add_own_sets(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], places: argparse.ArgumentParser
) -> None:
    running = commands.add_parser("run", parents=[places], help="ask the question sets and write a results folder")
    running.add_argument(
        "sets", nargs="*", metavar="SET", help="sets, or .jsonl files; all but those seen before, if none"
    )
    running.add_argument("--half", choices=("development", "test"), default="development", help="default: development")
    running.add_argument("--out", type=Path, metavar="DIR", help="default: a new folder in evals/results")
    running.add_argument("--quiet", action="store_true", help="print no table")
    checking = commands.add_parser("questions", parents=[places], help="hold every piece of evidence to its document")
    checking.add_argument("sets", nargs="*", metavar="SET", help="names of sets; every set, if none")
    gating = commands.add_parser("gate", parents=[places], help="hold the development half to the floors on record")
    gating.add_argument("--quick", action="store_true", help="ask again, and delete what was cited, for samples only")
    deleting = commands.add_parser("deletion", parents=[places], help="take cited passages out and ask again")
    deleting.add_argument("sets", nargs="*", metavar="SET")
    deleting.add_argument("--half", choices=("development", "test"), default="development", help="default: development")


def _add_results(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], places: argparse.ArgumentParser
) -> None:
    comparing = commands.add_parser("compare", help="two results folders, question by question")
    comparing.add_argument("a", type=Path, metavar="A")
    comparing.add_argument("b", type=Path, metavar="B")
    reporting = commands.add_parser("report", help="a results folder as one HTML page")
    reporting.add_argument("folder", type=Path, metavar="DIR")
    reporting.add_argument("--out", type=Path, metavar="FILE", help="default: report.html in the folder")
    verifying = commands.add_parser("verify", parents=[places], help="compute the figures of a results folder again")
    verifying.add_argument("folder", type=Path, metavar="DIR")
    rating = commands.add_parser("sheet", help="a blinded sheet for human readers, or what they gave back")
    rating.add_argument(
        "paths", type=Path, nargs="+", metavar="DIR", help="results folders; with --read: filled sheets"
    )
    rating.add_argument("--read", action="store_true", help="read filled sheets")
    rating.add_argument("--key", type=Path, metavar="FILE", help="the key that was written with the sheet")
    rating.add_argument("--out", type=Path, default=Path("sheet.csv"), metavar="FILE", help="default: sheet.csv")
    rating.add_argument("--most", type=int, default=40, metavar="N", help="answers of each run (default: 40)")


def _add_others_sets(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], places: argparse.ArgumentParser
) -> None:
    pdfqa = commands.add_parser("pdfqa", help="any folder with pdfs/ and questions.jsonl; prints one JSON object")
    pdfqa.add_argument("folder", type=Path, metavar="DIR")
    pdfqa.add_argument("--out", type=Path, metavar="FILE", help="write one line a question")
    pdfqa.add_argument("--report", type=Path, metavar="FILE", help="write an HTML page too")
    parts = commands.add_parser(
        "ablation", parents=[places], help="parts of the search on and off, beside a plain recipe"
    )
    parts.add_argument("folder", type=Path, nargs="?", metavar="DIR", help="as of beir or pdfqa; our own sets, if none")
    parts.add_argument("--half", choices=("development", "test"), default="development", help="of our own sets")
    beir = commands.add_parser("beir", help="any BEIR folder; prints one JSON object")
    beir.add_argument("folder", type=Path, metavar="DIR")
    beir.add_argument("--split", default="test", help="default: test")


def _run(wanted: argparse.Namespace) -> int:
    if wanted.command == "run":
        from evals.questions import read_sets
        from evals.run import group_table, run, table

        out = wanted.out or RESULTS / f"{time.strftime('%Y-%m-%d-%H%M%S')}-{wanted.half}"
        found = run(read_sets(wanted.sets, wanted.half), wanted.corpus, wanted.index, out)
        if not wanted.quiet:
            print(f"{table(found.summary)}\n\n{group_table(found.summary)}")
            print(f"\n{found.summary['questions']} questions, {wanted.half} half. Written to {out}")
        return int(found.summary["answers_missing"] > 0)
    if wanted.command == "questions":
        from evals.census import census

        return census(wanted.sets, wanted.corpus)
    if wanted.command == "gate":
        from evals.gate import gate

        return gate(wanted.corpus, wanted.index, quick=wanted.quick)
    if wanted.command == "confidence":
        from evals.confidence import set_confidence

        return set_confidence(wanted.corpus, wanted.index, plain=wanted.plain)
    if wanted.command == "adapt":
        from evals.adapting import set_adapter

        return set_adapter(wanted.corpus, wanted.index)
    if wanted.command == "classify":
        from evals.classifying import set_classifier

        return set_classifier(wanted.corpus, wanted.index)
    if wanted.command == "deletion":
        from evals.asking import build_index
        from evals.deletion import delete_and_ask, print_deletions
        from evals.questions import read_sets

        build_index(wanted.corpus, wanted.index)
        return print_deletions(delete_and_ask(read_sets(wanted.sets, wanted.half), wanted.corpus, wanted.index))
    return _read(wanted)


def _read(wanted: argparse.Namespace) -> int:
    """The commands that ask nothing of the corpus, and that on other people's PDFs."""
    if wanted.command == "compare":
        from evals.compare import print_comparison

        return print_comparison(wanted.a, wanted.b)
    if wanted.command == "report":
        from evals.report import write_report

        print(f"Written to {write_report(wanted.folder, wanted.out)}")
        return 0
    if wanted.command == "verify":
        from evals.verify import verify

        return verify(wanted.folder, wanted.corpus, wanted.index)
    if wanted.command == "sheet":
        return _sheet(wanted)
    if wanted.command == "pdfqa":
        from evals.pdfqa import pdfqa

        return pdfqa(wanted.folder, wanted.out, wanted.report)
    return _measure(wanted)


def _measure(wanted: argparse.Namespace) -> int:
    """The commands that measure one part, or what it costs."""
    if wanted.command == "urgent":
        from evals.urgent import print_understood

        return print_understood(wanted.sets)
    if wanted.command == "points":
        from evals.points import write_points

        return write_points()
    if wanted.command == "scale":
        from evals.scale import OUT, SIZES, scale

        return scale(wanted.corpus, wanted.index, wanted.sizes or SIZES, wanted.out or OUT)
    if wanted.command == "ablation":
        from evals.ablation import ablation

        return ablation(wanted.folder, wanted.corpus, wanted.index, wanted.half)
    if wanted.command == "beir":
        from evals.beir import beir

        return beir(wanted.folder, wanted.split)
    from evals.bench import bench

    return bench(wanted.corpus, wanted.repeats, wanted.out)


def _sheet(wanted: argparse.Namespace) -> int:
    from evals.sheet import read_sheets, write_sheet

    if wanted.read:
        if wanted.key is None:
            raise EvalError("Say where the key is that was written with the sheet: --key sheet.key.json")
        return read_sheets(wanted.paths, wanted.key)
    sheet, key = write_sheet(wanted.paths, wanted.out, wanted.most)
    print(f"Give each reader a copy of {sheet}. Keep {key} from them.")
    return 0


def main() -> int:
    """Run one command; 0 when all is well, 1 when a check failed, 2 when nothing could be measured."""
    wanted = _parser().parse_args()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has not every sign
    try:
        if "corpus" in wanted and not wanted.corpus.is_dir():
            raise EvalError(f"There is no folder {wanted.corpus}. Give a folder of PDFs with --corpus.")
        return _run(wanted)
    except (EvalError, DamagedError) as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read the output has had enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123  so that nothing more is tried at the end
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}. Check its rights, or give another place.", file=sys.stderr)
        return 2
    except UnicodeDecodeError as error:
        print(f"A file is not in UTF-8 ({error.reason}). Save it in UTF-8.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
