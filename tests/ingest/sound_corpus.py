"""A corpus of one guide in which nothing is wrong, for faults to be planted in."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from ingest.catalogue import COLUMNS
from ingest.facts import FLAG_COLUMNS
from ingest.guides import build_guides

if TYPE_CHECKING:
    from pathlib import Path

GUIDE = """---
title: First steps
reviewed: 2026-11-25
---
# First steps

## Who can help?

1. You can talk to an office. It is your choice. <!-- facts: none -->

2. The office began on 4 June 2023 and answers within 30 days. So says ST/SGB/2019/8.
   <!-- facts: F001 -->
"""
TEXTS = {
    "guides/one.md": GUIDE,
    "facts.csv": """id,statement,document,official_url,evidence,date
F001,The office began on 4 June 2023 and answers within 30 days.,ST/SGB/2019/8,https://undocs.org/ST/SGB/2019/8,read,
""",
    "flags.csv": f"{','.join(FLAG_COLUMNS)}\none,2,not_first,It is a rule.,A reviewer,2026-11-25,\n",
    "asked.csv": "document,paragraph,question\none,1,who can i talk to\none,2,how long does it take\n",
    "questions.csv": "question,paragraphs\nis there somebody for me,one 1; one 2\n",
    "lexicon/fr.csv": "said,english\nbureau,office\nle,\n",
    "domains.csv": "domain,owner,kind,note\nun.org,UN,official,\nundocs.org,UN,official,\nforms.com,F,provider,\n",
    "contacts/un-system.toml": """id = "un-system"
name = "UN system"
short_name = "UN system"
inherits = []

[[avenues]]
id = "counsel"
role = "counsellor"
name = "Counsel"
scope = ["sexual_harassment"]
telling_is_a_report = "no"
phone = "+1 212 555 0100"
url = "https://www.un.org/counsel"
source_url = "https://www.un.org/page"
show = "number"
""",
}
ROW = {"id": "one", "file": "documents/one.pdf", "title": "First steps", "status": "guide", "language": "en"}
SGB = {"id": "sgb", "file": "official/sgb.pdf", "title": "A bulletin", "status": "in_force", "symbol": "ST/SGB/2019/8"}
SGB |= {"official_url": "https://undocs.org/ST/SGB/2019/8", "pdf_url": "https://undocs.org/sgb.pdf"}


@pytest.fixture
def corpus(tmp_path) -> Path:
    """A guide and its PDF, a fact, a flag, two asked questions and French words, a bulletin elsewhere, a contact."""
    for name, text in TEXTS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with (tmp_path / "catalogue.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS, "", lineterminator="\n")
        rows.writeheader()
        rows.writerows([ROW, SGB])
    build_guides(tmp_path)
    return tmp_path


def change(corpus: Path, name: str, old: str, new: str) -> None:
    """Put other words in the place of some that stand in a file, where they stand first."""
    text = (corpus / name).read_text(encoding="utf-8")
    assert old in text
    (corpus / name).write_text(text.replace(old, new, 1), encoding="utf-8")
