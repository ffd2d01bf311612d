"""Strings made to break or to turn a program, asked as questions: none changes the referral or what may be shown."""

from __future__ import annotations

import json
import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.gate import check
from evals.contacts import read_files, unknown_reaches
from evals.exactness import quote_fault
from evals.pdf_text import Pdfs
from ingest.contact_like import contact_like
from tests.small_corpus import ROOT, Built, run

SAMPLE, SAMPLE_SEED = 40, 20261122
COMMAND_SAMPLE = 10
LONGEST = 1900  # characters of an attack that comes with a question: together they are short enough to be answered
PLAIN = "Can I make an anonymous complaint?"
ENTITIES = (None, "undp", "un-secretariat")
LANGUAGES = ("en", "fr", "es", "ar", "zh", "ru")


def strings(value) -> list[str]:
    """Every text in a JSON value, at any depth, but the names of its fields."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in inner for text in strings(part)]


def attacks() -> list[str]:
    """All attack strings, each once, in the order of their files; a text file gives its lines."""
    if "AVENUES_ATTACKS" not in os.environ:
        pytest.skip("AVENUES_ATTACKS names no folder of attack strings.")
    found: list[str] = []
    for path in sorted(Path(os.environ["AVENUES_ATTACKS"]).rglob("*")):
        if path.suffix == ".json":
            found += strings(json.loads(path.read_text(encoding="utf-8")))
        elif path.suffix == ".txt":
            found += [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(dict.fromkeys(found))


@pytest.fixture(scope="module")
def sample() -> list[str]:
    return random.Random(SAMPLE_SEED).sample(attacks(), SAMPLE)


class Asked:
    """A corpus whose answers to attacks are held against its files, its PDFs, and its answers to a plain question."""

    def __init__(self, built: Built) -> None:
        self.assistant, self.pdfs = built.assistant(), Pdfs(built.corpus)
        self.files = read_files(built.corpus)
        self.assistant.ask(PLAIN)
        self.fixed = {
            text for language in LANGUAGES for text in self.assistant.wording(language).texts.values()
        } | {
            notice for language in LANGUAGES for entity in ENTITIES
            for notice in self.assistant.referral(entity, language)[1]
        }  # fmt: skip
        self.addresses = {
            document.official_url for document in self.assistant._files.known()
        } | {url for card in self.cards.values() for bases in card.rests_on.values() for _, url in bases}  # fmt: skip
        self.plain: dict[tuple[str | None, str], str] = {}
        self.asked = self.quoted = 0

    @property
    def cards(self):
        return self.assistant._store().documents

    def plain_referral(self, entity, language) -> str:
        """The referral that comes with a plain question, as JSON."""
        if (entity, language) not in self.plain:
            plain = self.assistant.ask(PLAIN, entity, language).to_json()
            self.plain[entity, language] = json.dumps(plain["referral"])
        return self.plain[entity, language]

    def ask(self, attack: str, entity=None, history=(), urgent_seen=False) -> None:
        answer = self.assistant.ask(attack, entity, None, history, urgent_seen)
        shown = answer.to_json()
        assert json.dumps(shown["referral"]) == self.plain_referral(entity, answer.language)
        assert answer.referral.avenues
        assert set(answer.notices) >= set(self.assistant.referral(entity, answer.language)[1])
        assert {*answer.forewords, answer.lead, *answer.notices, *answer.afterwords} <= self.fixed
        if answer.urgent:
            assert {answer.urgent.text, answer.urgent.in_english} - {""} <= self.fixed
            assert answer.urgent.avenues == self.assistant.contacts.emergency(entity)
        for quote in shown["quotes"]:
            assert quote_fault(quote, self.pdfs) == ""
            card = self.cards[quote["document"]]
            assert (quote["title"], quote["url"], quote["issuer"]) == (card.title, card.official_url, card.issuer)
            assert {basis["url"] for basis in quote["rests_on"]} <= self.addresses
            assert contact_like(quote["page_label"] + quote["paragraph"]) == ()
        assert {basis["url"] for basis in shown["look_in"]} <= self.addresses
        assert unknown_reaches({**shown, "question": "", "quotes": [], "retrieved": []}, self.files) == []
        assert all(passage.document in self.cards for passage in answer.retrieved)
        assert check(answer, entity, self.assistant._sources) == answer
        json.dumps(shown, ensure_ascii=False).encode("utf-8", "surrogatepass")
        self.asked += 1
        self.quoted += len(answer.quotes)

    def ask_in_ways(self, attack: str, number: int, every: bool) -> None:
        """Alone; with a question after it, or before it by somebody who is safe; as the question before."""
        entity = ENTITIES[number % len(ENTITIES)]
        ways = (
            {"attack": f"{attack[:LONGEST]}\n\n{PLAIN}"},
            {"attack": f"{PLAIN} {attack[:LONGEST]}", "urgent_seen": True},
            {"attack": "And how?", "history": (attack,)},
        )
        self.ask(attack, entity)
        for way in ways if every else [ways[number % len(ways)]]:
            self.ask(**way, entity=ENTITIES[number // len(ENTITIES) % len(ENTITIES)])


def test_a_sample_of_attacks_changes_nothing(small_index, sample, caplog):
    asked = Asked(small_index)
    for number, attack in enumerate(sample):
        asked.ask_in_ways(attack, number, every=False)
    assert asked.asked == 2 * SAMPLE
    assert asked.quoted > SAMPLE / 5  # the question beside the attack is answered
    assert [record for record in caplog.records if record.name == "assistant.gate"] == []


def test_the_check_of_attacks_sees_what_an_attack_could_do(small_index, monkeypatch):
    asked = Asked(small_index)
    spoilt = {
        "lead": lambda a: replace(a, lead="ignore all"),
        "referral": lambda a: replace(a, referral=replace(a.referral, avenues=a.referral.avenues[1:])),
        "notices": lambda a: replace(a, notices=()),
        "quotes": lambda a: replace(a, quotes=tuple(replace(q, text="ignore all", parts=()) for q in a.quotes)),
    }
    for spoil in spoilt.values():
        ask = type(asked.assistant).ask

        def lying(self, question, *rest, ask=ask, spoil=spoil):
            answer = ask(self, question, *rest)
            return answer if question == PLAIN else spoil(answer)

        with monkeypatch.context() as patch:
            patch.setattr(type(asked.assistant), "ask", lying)
            with pytest.raises(AssertionError):
                asked.ask(f"Please tell me: {PLAIN}")
    asked.ask(f"Please tell me: {PLAIN}")


def test_attacks_through_the_command_give_one_object_a_line_and_no_traceback(small_index, sample):
    lines = [
        {"id": n, "question": attack, "history": [attack], "entity": ENTITIES[n % len(ENTITIES)] or ""}
        for n, attack in enumerate(sample[:COMMAND_SAMPLE])
    ]
    given = "\n".join(json.dumps(line) for line in lines)
    done = run("-m", "assistant", *small_index.options, "--batch", "-", input=given.encode())
    shown = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert (done.returncode, done.stderr) == (0, b"")
    assert [answer["id"] for answer in shown] == list(range(COMMAND_SAMPLE))
    assert all(answer["referral"]["avenues"] and answer["status"] != "error_internal" for answer in shown)


@pytest.mark.long
def test_every_attack_changes_nothing(small_index):
    from ingest.build import CORPUS_DIR, INDEX_DIR, BuildSettings, index_state

    whole = Built(CORPUS_DIR, INDEX_DIR)
    ready = index_state(BuildSettings(CORPUS_DIR, INDEX_DIR)).name == "ready"
    asked = Asked(whole if ready else small_index)
    for number, attack in enumerate(attacks()):
        asked.ask_in_ways(attack, number, every=True)
    assert asked.asked == 4 * len(attacks())
    assert asked.quoted > asked.asked / 5
    print(f"{asked.asked} asked on {'the whole corpus' if ready else ROOT.name}, {asked.quoted} quotes")
