"""Paragraphs that were read off the pages of real documents, against what the layout makes of them."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.ingest.reading_measures import CHECKED, REAL, hand_checked, right

SMALL = ("ST_IC_2025_1.en.pdf", "E_ICEF_2025_26.en.pdf", "JIU_NOTE_2022_1_Rev.1(review).en.pdf")
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="AVENUES_PDFS names no folder of real PDFs")


def wrong(rows):
    return [
        (row["file"], row["page"], row["begins"], name) for row in rows for name, good in right(row).items() if not good
    ]


def test_paragraphs_of_small_documents_are_read_as_they_stand_on_the_page():
    rows = [row for row in hand_checked() if row["file"] in SMALL]
    assert len(rows) == 10
    assert [found for found in wrong(rows) if found[-1] != "heading"] == []


@pytest.mark.long
def test_of_a_hundred_paragraphs_97_and_more_have_their_number_and_their_page():
    rows = hand_checked()
    assert len(rows) == 100
    missed = Counter(name for *_, name in wrong(rows))
    assert all(missed[name] <= 3 for name in CHECKED), wrong(rows)
