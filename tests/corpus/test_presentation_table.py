"""The table of what the presentation names points to paragraphs that exist, and to every topic that is asked for."""

import json
import re
from pathlib import Path

from ingest.guide_text import guide_paragraphs

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "what-the-presentation-names.md").read_text(encoding="utf-8")
ROWS = [line.strip("|").split("|") for line in TABLE.splitlines() if line.startswith("| ")][2:]
PLACE = re.compile(r"\b([a-z]+(?:-[a-z]+)*) (\d+)(?:–(\d+))?")


def test_every_paragraph_that_the_table_names_exists():
    places = [found for row in ROWS for found in PLACE.findall(row[1])]
    assert len(places) >= 25
    for guide, first, last in places:
        path = ROOT / "corpus" / "guides" / f"{guide}.md"
        if path.exists():
            numbers = {int(paragraph.number) for paragraph in guide_paragraphs(path)}
            assert {int(first), int(last or first)} <= numbers, (guide, first, last)


def test_every_guide_that_the_table_names_exists():
    named = {word for row in ROWS for word in re.findall(r"\b[a-z]+(?:-[a-z]+)+\b", row[1])}
    guides = {path.stem for path in (ROOT / "corpus" / "guides").glob("*.md")}
    assert named <= guides
    assert len(named) >= 12


def test_there_is_a_row_for_each_of_the_twenty_things_that_are_asked_for():
    lines = (ROOT / "evals" / "questions" / "presentation.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(ROWS) == len({json.loads(line)["topic"] for line in lines}) == 20
