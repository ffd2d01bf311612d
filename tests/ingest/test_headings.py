from __future__ import annotations

from tests.ingest.placed import BOLD, ITALIC, read, shown, text

RULE = ["Staff members may report at any time and in any form to the office that they trust, and nobody needs to",
        "give a name. The office answers within thirty days of the report, in writing, with its reasons."]  # fmt: skip


def paths(blocks):
    return [block.heading for block in blocks if block.kind != "heading"]


def test_bold_lines_of_any_number_are_one_heading_and_italics_hang_under_them(tmp_path):
    page = (
        text(
            ["E. Organizational culture, leadership and accountability and gender", "parity in all offices"],
            60,
            780,
            BOLD,
            12,
            14,
        )
        + text([f"1.  {RULE[0]}", RULE[1]], top=730)
        + text(
            ["Limited progress on outcomes, with stagnation in most areas, putting", "the goals out of reach"],
            72,
            690,
            ITALIC,
        )
        + text([f"2.  {RULE[0]}", RULE[1]], top=650)
    )
    _, blocks, _ = read(tmp_path, [page])
    letter = "E. Organizational culture, leadership and accountability and gender parity in all offices"
    italics = "Limited progress on outcomes, with stagnation in most areas, putting the goals out of reach"
    assert paths(blocks) == [(letter,), (letter, italics)]


def test_words_set_apart_at_the_start_of_a_paragraph_are_no_heading(tmp_path):
    page = text(["The office answers within thirty days"], 72, 780, BOLD) + text(
        ["of the report, and in writing."], top=768
    )
    page += (
        text(["Leave"], 72, 740, BOLD, 12)
        + text(RULE, top=720)
        + text(["Pay"], 72, 680, BOLD, 12)
        + text(RULE, top=660)
    )
    pages, blocks, _ = read(tmp_path, [page])
    assert [words for kind, _, words in shown(pages, blocks) if kind == "heading"] == ["Leave", "Pay"]


def test_a_numbered_paragraph_in_bold_counts_and_heads_nothing(tmp_path):
    page = text([f"73.  {RULE[0]}", RULE[1]]) + text(["74.  Key governance achievements:"], 72, 740, BOLD)
    page += text(["- A chief of risk was appointed."], top=728) + text([f"75.  {RULE[0]}", RULE[1]], top=700)
    pages, blocks, _ = read(tmp_path, [page])
    assert [p for _, p, _ in shown(pages, blocks)] == ["73", "74", "74", "75"]


def test_a_short_line_is_no_heading_where_headings_are_set_apart(tmp_path):
    page = (
        text(["Leave"], 72, 780, BOLD, 12)
        + text(RULE, top=760)
        + text(["Pay"], 72, 720, BOLD, 12)
        + text(RULE, top=700)
    )
    page += text(["A short line of a form"], top=660) + text(RULE, top=640)
    pages, blocks, _ = read(tmp_path, [page])
    assert ("paragraph", "", "A short line of a form") in [(k, p, w[:22]) for k, p, w in shown(pages, blocks)]


def test_the_outline_of_the_file_names_headings_and_their_levels(tmp_path):
    first, second = ["The office tells nobody who asked for leave."], ["Pay is monthly, on the last day."]
    pages = [text(["Leave", *RULE, "How to ask for leave", *first]), text(["Pay", *second])]
    outline = [(0, 0, "Leave"), (0, 1, "How to ask for leave"), (1, 0, "Pay")]
    found, blocks, _ = read(tmp_path, pages, outline)
    assert [title.level for title in found[0].titles] == [1, 2]
    assert paths(blocks) == [("Leave",), ("Leave", "How to ask for leave"), ("Pay",)]


def test_an_outline_under_one_title_does_not_hang_everything_under_that_title(tmp_path):
    pages = [text(["The rules of leave", *RULE, "", "Scope", *RULE])]
    _, blocks, _ = read(tmp_path, pages, [(0, 0, "The rules of leave"), (0, 1, "Scope")])
    assert paths(blocks) == [("The rules of leave",), ("Scope",)]


def test_a_word_before_a_title_of_the_outline_is_no_part_of_it(tmp_path):
    pages = [text([RULE[0], "hard.", "Where is the Guide?", *RULE])]
    _, blocks, _ = read(tmp_path, pages, [(0, 0, "Where is the Guide?")])
    assert paths(blocks) == [(), ("Where is the Guide?",)]
