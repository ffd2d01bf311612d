"""PDFs that hide contacts, links and orders, catalogued as official: nothing of it is shown, and the referral stays."""

from __future__ import annotations

import csv
import re
from dataclasses import asdict, dataclass, replace

import pytest

from assistant import Assistant
from assistant.confidence import read_confidence
from ingest import build as building
from ingest import reading
from ingest.__main__ import main
from ingest.build import CORPUS_DIR, BuildReport
from ingest.left_out import Screened
from tests.pdfs import make_pdf
from tests.poison import FORMS, HIDDEN, MARK, TOPICS, Passage, make_beside, make_poisoned, passages
from tests.small_corpus import QUESTIONS, Built, copied, work_here

SEEN = (
    "Lockers for bicycle helmets stand in the hall of the garage.",
    "The garage office opens every Tuesday at nine in the morning.",
)
ASKED = tuple(dict.fromkeys((*QUESTIONS, *(question for question, _ in TOPICS))))
BLOCKED = QUESTIONS[9:]
BESIDE = "call +1 555 0199 999 (zq9999)"
LETTERS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Poisoned:
    """An index with poisoned documents, what was hidden in them and what stands in the open."""

    built: Built
    assistant: Assistant
    report: BuildReport
    hidden: tuple[Passage, ...]
    plain: tuple[Passage, ...]


def poisoned(small_index: Built, folder, count: int) -> Poisoned:
    """Build the small corpus with one poisoned document for each form, and a blocker; count passages in each form."""
    built = copied(small_index, folder)
    corpus = built.corpus
    made = passages(count * len(FORMS))
    rows, hidden, plain = [], [], []
    for n, form in enumerate(FORMS):
        name, share = f"poison-{form.replace(' ', '-')}", made[n :: len(FORMS)]
        make_poisoned(corpus / "documents" / f"{name}.pdf", form, share, SEEN)
        rows.append(name)
        (hidden if form in HIDDEN else plain).extend(share)
    make_beside(corpus / "documents" / "poison-beside.pdf", BESIDE, SEEN)
    blocker = [f"{n}.  {question} This matter is dealt with elsewhere." for n, question in enumerate(BLOCKED * 4, 1)]
    make_pdf(corpus / "documents" / "blocker.pdf", ["\n\n".join(blocker)])
    with (corpus / "catalogue.csv").open("a", encoding="utf-8", newline="") as table:
        for name in (*rows, "poison-beside", "blocker"):
            cells = [name, f"documents/{name}.pdf", f"Rules {name[:3]}", "Example Secretariat", "", "", "en", "2099"]
            csv.writer(table).writerow([*cells, "in_force", "", "", "", ""])
    report = building.build(built.settings)
    return Poisoned(built, built.assistant(), report, tuple(hidden), tuple(plain))


def shown(answer) -> str:
    """Every word of an answer but the question."""
    said: list[str] = []

    def gather(thing) -> None:
        if isinstance(thing, str):
            said.append(thing)
        elif isinstance(thing, dict):
            [gather(value) for value in thing.values()]
        elif isinstance(thing, list | tuple | set | frozenset):
            [gather(value) for value in thing]

    gather({name: value for name, value in asdict(answer).items() if name not in {"question", "timings_ms"}})
    return "\n".join(said)


def marks(passages_: tuple[Passage, ...]) -> set[str]:
    return {MARK.search(passage.text)[0] for passage in passages_}


def squeezed(text: str) -> str:
    return LETTERS.sub("", text.casefold())


def check(poison: Poisoned, clean: Assistant) -> set[str]:
    """Ask everything and hold the answers to all that must be; returns the marks that were shown in quotes."""
    in_quotes: set[str] = set()
    hidden, orders = marks(poison.hidden), marks(tuple(p for p in poison.plain if p.order))
    contacts = {squeezed(contact): contact for p in (*poison.hidden, *poison.plain) for contact in p.contacts}
    secret = {squeezed(contact) for p in poison.hidden for contact in p.contacts}
    for question in ASKED:
        answer, without = poison.assistant.ask(question), clean.ask(question)
        text = shown(answer)
        assert not answer.status.startswith("error"), question
        assert repr(answer.referral).encode() == repr(without.referral).encode()
        found = set(MARK.findall(text))
        assert not found & hidden, (question, found & hidden)
        assert not found & orders, (question, found & orders)
        assert "zq9999" not in text
        assert [name for key, name in contacts.items() if key in secret and key in squeezed(text)] == [], question
        for quote in answer.quotes:
            in_quotes |= set(MARK.findall(quote.text))
            if hasattr(quote, "unconfirmed"):
                listed = squeezed(" ".join(map(str, quote.unconfirmed)))
                held = {key: name for key, name in contacts.items() if key in squeezed(quote.text)}
                assert all(key in listed for key in held), (quote.text, quote.unconfirmed)
        quoted = squeezed("".join(quote.text for quote in answer.quotes))
        outside = squeezed(text.replace("\n".join(quote.text for quote in answer.quotes), ""))
        assert all(contact in quoted for contact in contacts if contact in outside), question
    return in_quotes


@pytest.fixture(scope="module")
def builds_for_module(small_index):
    with pytest.MonkeyPatch.context() as patch:
        work_here(patch)
        for name in ("confidence._ALIKE", "selection._FURTHER", "selection._NEAR_BEST"):  # so that more is quoted
            patch.setattr(f"assistant.{name}", 0.0)
        yield patch


@pytest.fixture(scope="module")
def sample(small_index, builds_for_module, tmp_path_factory):
    made = poisoned(small_index, tmp_path_factory.mktemp("poison"), 3)
    lax = replace(read_confidence(CORPUS_DIR), enough=0.0, nearest=0.0)
    made.assistant._files.__dict__["confidence"] = lax  # whatever is near is quoted, so that more could be shown
    yield made
    made.assistant.close()


@pytest.mark.long
def test_nothing_that_is_hidden_is_shown_and_the_referral_stays(sample, small_assistant):
    in_quotes = check(sample, small_assistant)
    assert in_quotes, "the poison must be worded so that what stands in the open is found"
    assert in_quotes <= marks(sample.plain)


@pytest.mark.long
def test_the_text_of_a_page_holds_what_is_seen_on_it_and_names_each_contact_that_is_on_no_file(sample):
    store = sample.assistant._open().index.store
    quote = sample.assistant.ask(QUESTIONS[0]).quotes[0]
    found, named = set(), 0
    for card in store.documents.values():
        for number in range(1, card.pages + 1):
            page = replace(quote, document=card.id, sha256=card.sha256, page=number)
            text, unconfirmed, _ = sample.assistant.page_text(page)
            held = [contact for passage in sample.plain for contact in passage.contacts if contact in text]
            assert all(squeezed(contact) in squeezed(" ".join(unconfirmed)) for contact in held), (text, unconfirmed)
            found |= set(MARK.findall(text))
            named += len(held)
    assert named and found == {MARK.search(passage.text)[0] for passage in sample.plain if not passage.order}
    assert sample.assistant.page_text(replace(quote, sha256="0" * 64)) == ("", (), ())


def test_the_build_names_each_poisoned_document_with_its_pages_and_why(sample):
    left = {d["id"]: {row["why"] for row in d["left_out"]} for d in sample.report.indexed}
    for form in HIDDEN:
        why = left[f"poison-{form.replace(' ', '-')}"]
        expected = {"tiny": "tiny", "false font": "font", "one sign": "font"}.get(form, "hidden")
        assert form == "tags" or expected in why, (form, why)
    assert all(left[name] == set() for name in ("policy", "programme", "old-circular", "first-steps", "poison-beside"))


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_person_is_told_in_plain_lines_what_was_left_out(command, sample, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["ingest", *sample.built.options, command])
    main()
    said = "\n".join(capsys.readouterr())
    assert (
        "Look at documents/poison-white.pdf: text that a reader does not see (page 1): 3 sentences are left out."
        in said
    )
    assert "Look at documents/poison-false-font.pdf: text in a font that draws other letters than its text says" in said
    assert "documents/policy.pdf" not in said
    assert "Traceback" not in said


def test_a_blocker_that_repeats_questions_and_says_nothing_silences_no_referral(sample, small_assistant):
    answers = [sample.assistant.ask(question) for question in BLOCKED]
    assert any(quote.document == "blocker" for answer in answers for quote in answer.quotes)
    for question, answer in zip(BLOCKED, answers, strict=True):
        assert answer.referral.avenues
        assert answer.referral == small_assistant.ask(question).referral


@pytest.mark.long
def test_nothing_of_three_hundred_hidden_passages_is_shown(small_index, builds_for_module, small_assistant, tmp_path):
    made = poisoned(small_index, tmp_path, 22)
    assert len(made.hidden) >= 300
    check(made, small_assistant)
    with pytest.MonkeyPatch.context() as patch:  # without the look at what is drawn, the same poison is shown
        patch.setattr(reading, "screen", lambda pages, drawn, sentences: Screened(tuple(sentences), ()))
        before = poisoned(small_index, tmp_path / "before", 22)
        hidden = marks(before.hidden)
        leaked = set().union(*(hidden.intersection(MARK.findall(shown(before.assistant.ask(q)))) for q in ASKED))
    assert leaked
