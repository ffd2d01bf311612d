from __future__ import annotations

from ingest.layout import read_blocks
from ingest.pages import Page
from ingest.runs import Placed, Run
from ingest.sentences import read_sentences
from tests.ingest.made_up import pages_of
from tests.ingest.placed import read, shown, text

BODY = [
    "10.  The office keeps everything that a visitor says to it in strict confidence.3 It never says to anybody",
    "who came to see it, or why. It keeps no record of a visit, and it does not answer a question on who came,",
    "and the person who heads it may not be called before a tribunal on it unless the visitor",
]
REST = ["agrees to it in writing. Nobody has to agree.", "11.  Leave is paid for ten working days in each year."]


def test_a_footnote_is_kept_apart_from_the_sentence_that_goes_on_over_the_page(tmp_path):
    notes = text(
        ["3  Terms of reference of the office, paragraph 4, as they were", "changed in 2019."], top=80, size=8, pitch=9
    )
    pages, blocks, sentences = read(tmp_path, [text(BODY) + notes, text(REST)])
    assert [p for _, p, _ in shown(pages, blocks)] == ["10", "note 3", "10", "11"]
    (over,) = [s for s in sentences if len({span.page for span in s.spans}) > 1]
    assert over.text.endswith("unless the visitor agrees to it in writing.")
    assert over.whole
    note = next(s for s in sentences if s.paragraph == "note 3")
    assert note.text == "Terms of reference of the office, paragraph 4, as they were changed in 2019."
    assert sentences[0].text.endswith("confidence.3")


def test_footnotes_under_a_rule_are_found_without_places():
    first = "\n".join([*BODY, "__________________", " 3 Terms of reference, paragraph 4.", " 4 Ibid., paragraph 5."])
    pages = pages_of(first, "\n".join(REST))
    sentences = read_sentences(pages, read_blocks(pages))
    assert [s.paragraph for s in sentences if s.paragraph.startswith("note")] == ["note 3", "note 4"]
    assert any(s.text.endswith("unless the visitor agrees to it in writing.") and s.whole for s in sentences)


def test_small_print_whose_mark_stands_nowhere_in_the_text_is_no_footnote(tmp_path):
    small = text(["7  years after the date of the decision it is put away for good."], top=80, size=8)
    pages, blocks, _ = read(tmp_path, [text(BODY) + small])
    assert not [p for _, p, _ in shown(pages, blocks) if p.startswith("note")]


def test_a_mark_of_a_footnote_at_the_start_of_a_line_counts_no_paragraph():
    lines = [
        "4.  Four posts were vacant at the end of the year that the report is about. All were.",
        "5. They are filled.",
    ]
    raw = "\n".join(lines)
    sizes = [(0, len(lines[0]) + 1, 700.0, 10.0), (len(lines[0]) + 1, len(lines[0]) + 2, 691.0, 6.0),
             (len(lines[0]) + 2, len(raw), 688.0, 10.0)]  # fmt: skip
    runs = tuple(Run(start, end, 72.0, y, size, "times", False, False) for start, end, y, size in sizes)
    page = Page(1, "1", raw, placed=Placed(raw, runs))
    assert [block.paragraph for block in read_blocks([page])] == ["4"]
    assert [block.paragraph for block in read_blocks([Page(1, "1", raw)])] == ["4", "5"]


def test_a_mark_that_stands_apart_ends_the_sentence_before_it_where_the_page_has_that_note():
    raw = "Deaths fell from 339 to 223 in 2015. 1 Births rose in all years.\n__________________\n 1 World report, 2019."
    pages = pages_of(raw)
    found = [s.text for s in read_sentences(pages, read_blocks(pages))]
    assert found == ["Deaths fell from 339 to 223 in 2015. 1", "Births rose in all years.", "World report, 2019."]
