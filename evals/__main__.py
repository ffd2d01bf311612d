"""`python -m evals check | coverage | bench`: are the answers right, is there one, and what do they cost."""

import argparse
import sys
from pathlib import Path

from evals.asking import EvalError
from evals.bench import bench
from evals.check import check
from evals.coverage import coverage
from ingest.build import CORPUS_DIR, INDEX_DIR


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals", description="Check the answers, or measure what they cost."
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--corpus", type=Path, default=CORPUS_DIR, metavar="DIR", help="the folder of PDFs")
    common.add_argument("--out", type=Path, metavar="FILE", help="write the figures as JSON too")
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", parents=[common], help="hold the answers to 100 questions to the rules")
    checking.add_argument("--index", type=Path, default=INDEX_DIR, metavar="DIR", help="built if it is not today's")
    covering = commands.add_parser("coverage", parents=[common], help="ask for all that the presentation names")
    covering.add_argument("--index", type=Path, default=INDEX_DIR, metavar="DIR", help="built if it is not today's")
    benching = commands.add_parser("bench", parents=[common], help="time, memory and disk beside a plain recipe")
    benching.add_argument("--repeats", type=int, default=3, metavar="N", help="builds and sessions of each")
    return parser


def main() -> int:
    """Run one of them; 0 when all is well, 1 when a check failed, 2 when nothing could be measured."""
    arguments = _parser().parse_args()
    try:
        if not arguments.corpus.is_dir():
            raise EvalError(f"There is no folder {arguments.corpus}. Give a folder of PDFs with --corpus.")
        if arguments.command == "check":
            return check(arguments.corpus, arguments.index, arguments.out)
        if arguments.command == "coverage":
            return coverage(arguments.corpus, arguments.index, arguments.out)
        return bench(arguments.corpus, arguments.repeats, arguments.out)
    except EvalError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
