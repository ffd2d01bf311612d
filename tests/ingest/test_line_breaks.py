from __future__ import annotations

from tests.ingest.placed import BOLD, read, shown, text

FULL = [
    "103.  The office of the ombudsman and mediation services gave its advice to the funds, the programmes and the",
    "agencies of the system in this year as in the year before, and it was asked to speak before the bodies of the",
]


def test_a_paragraph_that_goes_on_with_a_capital_keeps_its_number_and_its_sentence(tmp_path):
    rest = [
        "United Nations on what it had seen in those years, and on what it had been told by those who came to it, in",
        "confidence.",
    ]
    pages, blocks, sentences = read(tmp_path, [text(FULL), text([*rest, "104.  It was asked again."])])
    assert [p for _, p, _ in shown(pages, blocks)] == ["103", "103", "104"]
    assert sentences[0].whole and sentences[0].text.endswith("those who came to it, in confidence.")
    assert [span.page for span in sentences[0].spans] == [1, 2]


def test_what_begins_elsewhere_on_the_next_page_does_not_go_on(tmp_path):
    box = text(["United Nations day is kept on the day on which the charter of the organization came into force."], 120)
    _, _, sentences = read(tmp_path, [text(FULL), box])
    assert [sentence.whole for sentence in sentences] == [False, True]


def test_a_paragraph_whose_sentence_ended_with_the_page_keeps_its_number(tmp_path):
    ended = [
        FULL[0],
        "agencies of the system in this year as in the year before, and it was asked to speak before them again.",
    ]
    more = [
        "The office then wrote to all of them on what it had seen in those years, and on what it had been told, and",
        "why.",
    ]
    pages, blocks, _ = read(tmp_path, [text(ended), text([*more, "104.  It was asked again."])])
    assert [p for _, p, _ in shown(pages, blocks)] == ["103", "103", "104"]


def test_a_sentence_goes_on_past_a_figure_at_the_foot_of_its_page(tmp_path):
    figure = text(["Figure 4", "Arab States"], 200, 300, size=7)
    _, _, sentences = read(
        tmp_path, [text(FULL) + figure, text(["agencies that asked for it.", "104.  It was asked again."])]
    )
    over = next(s for s in sentences if s.paragraph == "103")
    assert over.whole and over.text.endswith("the bodies of the agencies that asked for it.")


def test_a_box_beside_the_text_is_kept_apart_from_it(tmp_path):
    narrow = ["30.  The office leads the work of", "all entities, and it writes to", "those who ask it for help in a"]
    wide = [
        "year, or in the years before, and to all the others who came to it with a question on what it does and",
        "on what it had been told. It is asked by many, in each of the years in which it has been at work, to",
    ]
    box = text(["SPOTLIGHT: Safety"], 330, 778, BOLD) + text(["- 50 per cent of the costs are met"], 330, 764)
    page = text([*narrow, *wide]) + box
    pages, blocks, sentences = read(tmp_path, [page, text(["say more.", "31.  It was asked again."])])
    assert [p for _, p, _ in shown(pages, blocks)] == ["30", "", "", "30", "31"]
    assert any(s.whole and s.text.endswith("at work, to say more.") for s in sentences)


def test_a_list_may_begin_after_a_line_that_is_not_ended(tmp_path):
    first = "1.  Takes note of the report of the board of auditors for the year that ended in 2023 and of its annex;"
    lines = ["The Executive Board,", first, "2.  Welcomes the opinion."]
    pages, blocks, _ = read(tmp_path, [text(lines)])
    assert [p for _, p, _ in shown(pages, blocks)] == ["", "1", "2"]


def test_small_letters_with_a_full_stop_are_list_items(tmp_path):
    lines = [
        "5.  The letter says, in words that everybody who gets it can read and keep for later:",
        "a. what was decided; and", "b. why.",
    ]  # fmt: skip
    pages, blocks, sentences = read(tmp_path, [text(lines)])
    assert [p for _, p, _ in shown(pages, blocks)] == ["5", "5 (a)", "5 (b)"]
    assert [sentence.stem for sentence in sentences] == [None, 0, 0]
