from __future__ import annotations

from tests.ingest.placed import BOLD, read, shown, text

LEFT = [
    "The office answers within thirty days of",
    "the report. It writes to the person who",
    "reported, and it gives its reasons.",
]
RIGHT = [
    "Leave is paid for ten working days, and",
    "nobody has to say why. The office that",
    "grants it keeps no record.",
]


def test_two_columns_are_read_one_after_the_other(tmp_path):
    pages, blocks, _ = read(tmp_path, [text(LEFT, 60) + text(RIGHT, 310)])
    assert [words for _, _, words in shown(pages, blocks)] == [" ".join(LEFT), " ".join(RIGHT)]


def test_columns_that_the_file_holds_the_wrong_way_round_are_put_right(tmp_path):
    heading = text(["Answers"], 60, 800, BOLD, 12)
    pages, blocks, _ = read(tmp_path, [text(RIGHT, 310) + text(LEFT, 60) + heading])
    found = shown(pages, blocks)
    assert [kind for kind, _, _ in found] == ["heading", "paragraph", "paragraph"]
    assert [words for _, _, words in found] == ["Answers", " ".join(LEFT), " ".join(RIGHT)]


def test_a_sentence_is_never_put_together_against_the_order_of_the_file(tmp_path):
    first, second = (
        ["1. The office keeps in confidence what a", "visitor says to it unless the visitor"],
        ["agrees to share it with others."],
    )
    above = text(["Confidence"], 60, 800, BOLD, 12)
    _, _, sentences = read(tmp_path, [text(second, 310) + text(first, 60) + above])
    assert [sentence.whole for sentence in sentences if sentence.kind == "sentence"] == [False, False]


def test_a_page_in_order_stays_as_the_file_has_it(tmp_path):
    rows = [(60.0 + 120 * column, 700.0 - 12 * row, f"cell {row} {column}", "Times-Roman", 10.0)
            for row in range(4) for column in range(4)]  # fmt: skip
    pages, blocks, _ = read(tmp_path, [rows])
    assert "".join(block.raw(pages[0]) for block in blocks).split() == pages[0].raw.split()
