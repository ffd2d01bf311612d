from __future__ import annotations

from ingest.folding import tidy
from ingest.layout import read_blocks
from tests.ingest.made_up import pages_of
from tests.ingest.placed import read, shown, text

RULE = "16.  The vacancy rate of 2024 was lower than that of the year before, as the table below shows for each unit."


def test_rows_of_numbers_are_blocks_of_their_own_and_the_text_goes_on_after_them():
    rows = ["Posts approved 12 12 12 12 3 3", "Posts filled 8 12 9 9 3 3", "Vacant posts 4 0 3 3 0 1"]
    pages = pages_of("\n".join([RULE, *rows, "17.  The budget grew."]))
    found = [(block.paragraph, tidy(block.raw(pages[0]))) for block in read_blocks(pages)]
    assert found[1:] == [*(("", row) for row in rows), ("17", "The budget grew.")]


def test_a_row_whose_cells_go_on_below_reads_as_one_text(tmp_path):
    def row(number, y, allegation, result):
        first = [(72.0, y, number, "Times-Roman", 10.0), (120.0, y, "ESA", "Times-Roman", 10.0)]
        return first + text(allegation, 190, y) + text(result, 400, y)

    page = row("1", 760.0, ["Misuse of fuel cards", "by a driver."], ["Not substantiated."])
    page += row("2", 720.0, ["Theft of a monitor", "from an office."], ["Separated", "from service."])
    page += text(["17.  The budget of the office grew in the year that the report is about."], top=660)
    pages, blocks, _ = read(tmp_path, [page])
    assert [words for _, _, words in shown(pages, blocks)] == [
        "1 ESA Misuse of fuel cards by a driver. Not substantiated.",
        "2 ESA Theft of a monitor from an office. Separated from service.",
        "The budget of the office grew in the year that the report is about.",
    ]  # fmt: skip


def test_years_at_the_end_of_a_sentence_make_no_row():
    pages = pages_of(f"{RULE}\nThe plans were changed in 2019, 2020, 2021 and 2022\nand again in 2023.")
    assert len(read_blocks(pages)) == 1
