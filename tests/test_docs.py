"""Documentation under test: every command and measure of the evals is told, and every link leads somewhere."""

from __future__ import annotations

import re

import pytest

from evals.measures import MEASURES
from evals.questions import set_names
from evals.results import FILES
from tests.small_corpus import ROOT, run

EVALUATE = (ROOT / "docs" / "evaluate.md").read_text(encoding="utf-8")
SETS = (ROOT / "evals" / "questions" / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "evals").rglob("*.md"))]
_OF_MANY = re.compile(r"@\d+$")


def test_every_command_of_the_evals_is_told():
    said = run("-m", "evals", "--help").stdout.decode()
    commands = re.findall(r"^    (\w+)(?: |$)", said, re.M)
    assert {"run", "compare", "report", "verify", "deletion", "sheet", "pdfqa", "beir", "gate", "questions"} <= set(
        commands
    )
    told = EVALUATE + (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in commands if f"evals {name}" not in told and f"make {name}" not in told] == []


def test_every_measure_and_file_of_results_is_told():
    for measure in MEASURES:
        name = measure.name
        assert f"`{name}`" in EVALUATE or f"`{_OF_MANY.sub('@k', name)}`" in EVALUATE, name
    assert [name for name in FILES if f"`{name}`" not in EVALUATE] == []


def test_every_set_is_told():
    assert [name for name in set_names() if f"`{name}`" not in SETS] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:|mailto:)([^)#]*)(#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [target for target, _ in links if target and not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_file_of_the_program_that_a_page_names_is_there(page):
    named = re.findall(
        r"`((?:tests|assistant|ingest|views|evals|corpus|\.ci)/[\w./-]+\.\w+)`", page.read_text(encoding="utf-8")
    )
    own = ("corpus/official/", "corpus/contacts/local/")  # an office makes these
    assert [name for name in named if not (ROOT / name).exists() and not name.startswith(own)] == []
