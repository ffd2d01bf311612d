"""Words looked up in documents: pasted, searched, or by their reference; whatever their line breaks and signs."""

from __future__ import annotations

import random
from dataclasses import replace
from time import perf_counter

import pytest

from assistant.check_words import change_list, changes_line, checked_lines, verdict_lines
from assistant.citing import citation, day_in_words, with_citation
from assistant.finding import Wanted, find, marked, terms_of
from assistant.pasted import LONGEST, MOST_PLACES, check_pasted
from assistant.references import BadReferenceError, read_reference, reference_of, verify
from assistant.shelf import Run, ShelfError, read_previous, read_shelf
from assistant.signs import signs_of
from tests.shelves import a_document, a_shelf, put_in_use

POLICY = [
    """
Addressing sexual harassment

2.1  Affected individuals may speak in confidence with the “staff counsellor”. Speaking with the
staff counsellor is not a formal report and starts no investigation.

2.2  Support that is offered includes the following measures:

(a)  Leave with full pay of up to ten working days;

(b)  A change of the victim-
centred reporting line, within 2.5 days, and a ﬁnancial advance;

2.3  The Ombudsman keeps everything that a visitor says in strict confidence unless the visitor
""",
    """
agrees to share it, and keeps no record of any visit.

3.1  Write to desk@example.org or to the Ethics Office within 30 days.
""",
]
OTHER = ["\n1.  Anyone may speak in confidence with a mediator. Speaking up is no duty of a visitor.\n"]


@pytest.fixture
def shelf(tmp_path):
    other = a_document("other", OTHER, issuer="Example Programme", status="superseded", published="1999", language="fr")
    return a_shelf(tmp_path, [a_document("policy", POLICY, symbol="ST/AI/2099/1"), other])


def kinds(shelf, *pasted):
    return [check_pasted(shelf, text).kind for text in pasted]


def test_a_sentence_stands_exactly_whatever_its_line_breaks_quotation_marks_cut_words_and_ligatures(shelf):
    whole = 'Affected individuals may speak in confidence with the "staff counsellor".'
    checked = check_pasted(shelf, whole)
    (place,) = checked.places
    assert checked.kind == "exact" and (place.quote.page, place.quote.paragraph) == (1, "2.1")
    assert place.quote.text == "Affected individuals may speak in confidence with the “staff counsellor”."
    same = [
        whole.replace(" ", "\r\n"), f"“{whole}”", whole[20:-20], whole.replace("confidence", "con-\nfidence"),
        "speak in confi- dence with the", "victim-centred reporting line, within 2.5 days, and a financial advance",
        "unless the visitor agrees to share it", "vic\u00adtim\u200b-centred reporting", f"  2.1 {whole}",
        "2.1 Affected individuals may speak in confidence with the “staff counsellor”. Speaking with the",
        "the following measures: (a) Leave with full pay of up to ten working days; (b) A change of",
    ]  # fmt: skip
    assert kinds(shelf, *same) == ["exact"] * len(same)


def test_every_place_is_named_in_the_order_of_the_documents(shelf):
    places = check_pasted(shelf, "may speak in confidence with").places
    assert [(place.document.card.id, place.quote.paragraph) for place in places] == [("policy", "2.1"), ("other", "1")]


def test_a_word_that_is_cut_a_changed_number_and_a_lost_not_are_never_exact(shelf):
    for text in (
        "ffected individuals may speak in confidence with the", "within 25 days, and a financial advance",
        "within 2 5 days, and a financial advance", "staff counsellor is a formal report and starts no investigation",
        "Leave with full pay of up to 10 working days",
    ):  # fmt: skip
        checked = check_pasted(shelf, text)
        assert checked.kind == "differs" and change_list(checked.places[0].changes), text


def test_a_difference_is_told_word_by_word(shelf):
    checked = check_pasted(shelf, "Leave with half pay of up to ten days;")
    (place,) = checked.places
    assert changes_line(place.changes) == "Leave with [-half-] {+full+} pay of up to ten {+working+} days;"
    assert change_list(place.changes) == [
        "For “half” the document has “full”.", "The document also has “working”.",
    ]  # fmt: skip
    assert "·" in "\n".join(checked_lines(checked))


def test_other_capitals_and_commas_are_told_apart_from_other_words(shelf):
    checked = check_pasted(shelf, "leave with full pay, of up to ten working days")
    assert checked.kind == "signs"
    assert changes_line(checked.places[0].changes).startswith("[-leave-] {+Leave+} with full [-pay,-] {+pay+} of")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "empty"), (" \n“” … ", "empty"), ("\x00\u202e", "empty"), ("x" * (LONGEST + 1), "too_long"),
        ("(.*)+[a-z]{9}\\", "nowhere"), ("<script>alert(1)</script>", "nowhere"), ("يجوز للموظف التحدث", "nowhere"),
        ("=HYPERLINK(1)", "nowhere"), ("Parking permits for bicycles are issued by the garage", "nowhere"),
    ],
)  # fmt: skip
def test_what_stands_nowhere_is_said_so(shelf, text, kind):
    assert check_pasted(shelf, text).kind == kind


def test_words_that_were_left_out_are_no_bridge_between_two_sentences(tmp_path):
    document = a_document("policy", ["1.  Leave is paid. Nobody sees this. It lasts ten days."])
    hidden = [replace(s, text="") if s.text.startswith("Nobody") else s for s in document.sentences]
    shelf = a_shelf(tmp_path, [replace(document, sentences=tuple(hidden))])
    assert kinds(shelf, "Leave is paid. It lasts ten days.", "Nobody sees this.")[1] == "nowhere"
    assert check_pasted(shelf, "Leave is paid. It lasts ten days.").kind != "exact"
    assert check_pasted(shelf, "It lasts ten days.").kind == "exact"


def test_what_repeats_often_is_listed_in_part_and_says_so(tmp_path):
    shelf = a_shelf(tmp_path, {"long": ["".join(f"{n}.  Staff may ask about case {n}.\n\n" for n in range(1, 90))]})
    checked = check_pasted(shelf, "Staff may ask about case")
    assert len(checked.places) == MOST_PLACES and checked.more


def test_ten_thousand_sentences_are_looked_through_in_a_moment(tmp_path):
    chance = random.Random(1)
    words = ["the", "of", "and", "a"] * 200 + ["".join(chance.choices("abcdefgh", k=6)) for _ in range(2_000)]
    pages = [
        "\n".join(f"{n}.  {' '.join(chance.choices(words, k=18)).capitalize()}." for n in range(1, 101))
        for _ in range(10)
    ]
    one = a_document("d0", pages)
    documents = [replace(one, card=replace(one.card, id=f"d{n}")) for n in range(10)]
    shelf = a_shelf(tmp_path, documents)
    assert sum(len(one.sentences) for one in shelf.documents) == 10_000
    text = shelf.documents[2].sentences[777].text
    check_pasted(shelf, f"{text} zebra")  # what is made once is made
    started = perf_counter()
    assert check_pasted(shelf, text).kind == "exact"
    assert check_pasted(shelf, " ".join([*text.split()[:8], "zebra", *text.split()[9:]])).kind == "differs"
    assert kinds(shelf, "the " * 1000, "the of and a " * 250) == ["nowhere", "nowhere"]
    assert perf_counter() - started < 3


def test_a_search_takes_words_phrases_beginnings_and_filters(shelf):
    def found(search, **wanted):
        return [(h.document.card.id, *h.run) for h in find(shelf, terms_of(search), Wanted(**wanted))]

    assert [name for name, *_ in found("confidence")] == ["policy", "policy", "other"]
    assert [name for name, *_ in found('"in strict confidence"')] == ["policy"]
    assert found("confid*") == found("confidence") and found("confid") == []
    assert [name for name, *_ in found("speak confidence")] == ["policy", "other"]
    assert [name for name, *_ in found("“visitor agrees to” confidence")] == ["policy"]
    assert [name for name, *_ in found("confidence", status="superseded")] == ["other"]
    assert [name for name, *_ in found("confidence", year="2099", issuer="Example Secretariat")] == ["policy"] * 2
    assert found("confidence", language="zh") == found("") == found("*") == found('"') == found("(.*)") == []


def test_the_words_that_were_looked_for_are_marked_as_they_are_written(shelf):
    terms = terms_of("victim* “2.5 days” FINANCIAL")
    text = "A change of the victim-centred line, within 2.5 days, and a ﬁnancial advance;"
    pieces = marked(text, terms)
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, here in pieces if here] == ["victim-centred", "2.5 days", "ﬁnancial"]


def quote_of(shelf, begins, name="policy"):
    document = shelf.by_id[name]
    n = next(n for n, sentence in enumerate(document.sentences) if sentence.text.startswith(begins))
    return document.quote(Run(n, n))


def test_a_citation_has_what_the_catalogue_knows_and_nothing_else(shelf):
    quote = quote_of(shelf, "(a) Leave with")
    assert citation(quote, "2099-01-01") == "ST/AI/2099/1, “Policy”, 1 January 2099, para. 2.2 (a), p. 1"
    bare = replace(quote, symbol="", issuer="", paragraph="", page_label="ii")
    assert citation(bare) == "“Policy”, p. ii (PDF page 1)"
    assert [day_in_words(day) for day in ("2099", "2099-02", "", "2099-99")] == ["2099", "February 2099", "", "2099-99"]
    copied = with_citation(quote, "2099-01-01")
    assert copied.startswith("“(a) Leave with full pay of up to ten working days;”\n— ST/AI/2099/1")
    assert "in force, as the catalogue has it" in copied and reference_of(quote) in copied
    assert "not policy text" in with_citation(replace(quote, document_status="guide"))


def test_a_reference_is_short_says_no_word_and_is_read_as_it_is_typed(shelf, tmp_path):
    quote = quote_of(shelf, "(a) Leave with")
    reference = reference_of(quote)
    assert len(reference) == 39 and "leave" not in reference.lower()
    typed = reference.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert str(read_reference(typed)) == reference
    assert verify(read_reference(typed), shelf, tmp_path / "corpus").kind == "stands"


def test_each_single_wrong_letter_of_a_reference_is_found(shelf):
    reference = reference_of(quote_of(shelf, "(a) Leave with"))
    for n, letter in enumerate(reference):
        if letter != "-" and n > 3:
            wrong = "8" if letter != "8" else "9"
            with pytest.raises(BadReferenceError, match="damaged"):
                read_reference(reference[:n] + wrong + reference[n + 1 :])
    for damaged in (reference[:-1], reference + "0", reference * 2, "AV1", "AV1-" + "-" * 500, "AV1-ÄÖÜ"):
        with pytest.raises(BadReferenceError):
            read_reference(damaged)
    with pytest.raises(BadReferenceError, match="no reference"):
        read_reference("Leave with full pay")


def later(tmp_path, *documents):
    put_in_use(tmp_path / "index", documents)
    return read_shelf(tmp_path / "index", tmp_path / "corpus")


def test_a_new_edition_says_where_the_words_stand_now_or_that_they_are_gone(shelf, tmp_path):
    kept, lost = (
        read_reference(reference_of(quote_of(shelf, begins))) for begins in ("Speaking with", "(a) Leave with")
    )
    new = ["\nPreface\n" + POLICY[0].replace("2.1", "4.7").replace("ten working", "five working"), *POLICY[1:]]
    now = later(tmp_path, a_document("policy", ["\nA new first page.\n", *new]))
    moved = verify(kept, now, tmp_path / "corpus")
    (place,) = moved.here
    assert moved.kind == "moved" and place.document.quote(place.runs[0]).paragraph == "4.7"
    assert "page 2" not in " ".join(verdict_lines(moved, now)) and "p. 2" in " ".join(verdict_lines(moved, now))
    assert verify(lost, now, tmp_path / "corpus").kind == "gone"
    assert "no longer there" in " ".join(verdict_lines(verify(lost, now, tmp_path / "corpus"), now))
    assert [one.card.id for one in read_previous(tmp_path / "index")] == ["policy", "other"]


def test_a_superseded_document_names_the_newer_one_and_if_the_words_stand_there(shelf, tmp_path):
    reference = read_reference(reference_of(quote_of(shelf, "(a) Leave with")))
    old = a_document("policy", POLICY, status="superseded", replaced_by="new", symbol="ST/AI/2099/1")
    now = later(tmp_path, old, a_document("new", OTHER, title="The new one"))
    verdict = verify(reference, now, tmp_path / "corpus")
    assert (verdict.kind, verdict.after) == ("superseded", ())
    assert "In the newer document, “The new one”, these words do not stand." in list(verdict_lines(verdict, now))


def test_a_document_that_is_not_known_any_more_is_said_so_with_where_the_words_stand(shelf, tmp_path):
    reference = read_reference(reference_of(quote_of(shelf, "(a) Leave with")))
    now = later(tmp_path, a_document("copy", POLICY))
    verdict = verify(reference, now, tmp_path / "corpus")
    assert verdict.kind == "stands"  # the very same PDF under another id
    now = later(tmp_path, a_document("copy", [*POLICY, "More."]))
    verdict = verify(reference, now, tmp_path / "corpus")
    assert verdict.kind == "unknown" and [one.document.card.id for one in verdict.elsewhere] == ["copy"]


def test_the_parts_of_a_quote_with_words_left_out_are_found_in_order(shelf, tmp_path):
    stem, item = quote_of(shelf, "Support that"), quote_of(shelf, "(b) A change of")
    both = replace(stem, parts=(stem.text, item.text), text=f"{stem.text} {item.text}")
    verdict = verify(read_reference(reference_of(both)), shelf, tmp_path)
    assert verdict.kind == "stands" and len(verdict.here[0].runs) == 2
    turned = replace(both, parts=(item.text, stem.text))
    assert verify(read_reference(reference_of(turned)), shelf, tmp_path).kind == "differently"


def test_contacts_that_no_reviewed_file_holds_are_named(shelf, tmp_path):
    verdict = verify(read_reference(reference_of(quote_of(shelf, "Write to"))), shelf, tmp_path)
    assert "  From the document, not confirmed: desk@example.org" in list(verdict_lines(verdict, shelf))


def test_without_an_index_or_with_a_damaged_one_the_shelf_says_so(tmp_path):
    with pytest.raises(ShelfError, match="no index yet"):
        read_shelf(tmp_path / "index", tmp_path)
    a_shelf(tmp_path, {"policy": POLICY})
    (texts,) = (tmp_path / "index").rglob("texts.sqlite")
    texts.write_bytes(b"spoiled")
    with pytest.raises(ShelfError, match="damaged"):
        read_shelf(tmp_path / "index", tmp_path)


def test_signs_keep_what_changes_a_number():
    assert len({signs_of(text) for text in ("2.5 %", "25 %", "2 5 %", "2,5 %", "2.5", "2.5 $")}) == 6
    assert signs_of("Victim-\ncentred “care”") == signs_of("victim centred care")
