"""The real page and server with a small deterministic assistant behind them; started as a program by the tests."""

from __future__ import annotations

import functools
import sys
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from assistant.answer import Answer, Urgent  # noqa: E402  the path comes first
from assistant.choices import Choices, reports_elsewhere  # noqa: E402
from assistant.options import option  # noqa: E402
from assistant.page_text import PageText  # noqa: E402
from assistant.quotes import Basis, Quote, Span  # noqa: E402
from assistant.referral import read_contacts  # noqa: E402
from assistant.shelf import Run  # noqa: E402
from assistant.side_by_side import Cell  # noqa: E402
from ingest.chosen import OPTIONS  # noqa: E402
from ingest.pages import sha256_of  # noqa: E402
from views import engine, launch  # noqa: E402
from views.texts import shelves  # noqa: E402

SENTENCE = "You may speak to the ombudsman in confidence."
NASTY = 'Text with <img src="https://evil.test/i.png"> ![](https://evil.test/m.png) [a](https://evil.test) <b>bold</b>'


class FakeAssistant:
    """Answers at once, by words in the question."""

    def __init__(self, corpus_dir: Path) -> None:
        self.corpus_dir = corpus_dir

    @property
    def contacts(self):
        return read_contacts(self.corpus_dir, strict=False)[0]

    def referral(self, entity=None, language="en"):
        words = engine.wording(language)
        return self.contacts.referral(entity, words["referral.text"]), (words["notice.unconfirmed_contacts"],)

    contracts = ("consultant", "volunteer")

    def reports_elsewhere(self, entity, choices, language="en"):
        return reports_elsewhere(self.contacts, engine.wording(language), entity or "", choices)

    def need(self, name, entity=None, language=None, choices=None):
        words = engine.wording(language or "en")
        answer = self.ask(words[f"need.{name}"], entity, language, choices=choices)
        if answer.status != "answered":
            return answer
        held = {"talk": (0,), "report": (1,)}  # the others are silent; the last quote is in none
        options = tuple(option(name, held.get(name, ()), words) for name in OPTIONS)
        return replace(answer, lead=words[f"situation.{name}"], options=options)

    def ask(self, question, entity=None, language=None, history=(), urgent_seen=False, choices=None):
        time.sleep(0.3)
        words = engine.wording(language or "en")
        answer = self.answer(question, entity, urgent_seen, words)
        chosen = choices or Choices()
        notices = (words["notice.for_contract"],) if chosen.contract else ()
        other = self.reports_elsewhere(entity, chosen, words.language)
        return replace(answer, notices=notices, choices=chosen, other=other)

    def answer(self, question, entity, urgent_seen, words):
        if "break" in question:
            raise ValueError(f"failed on question: {question}")
        referral, _ = self.referral(entity, words.language)
        if "danger" in question and not urgent_seen:
            urgent = Urgent("danger", words["urgent.danger"])
            lead = words["lead.referred_urgent"]
            return Answer(question, "referred_urgent", words.language, lead, referral, urgent=urgent)
        if engine.state() != "ready":
            return Answer(question, "error_no_index", words.language, words["lead.error_no_index"], referral)
        quotes = (self.quote(SENTENCE), self.quote(NASTY), self.quote(SENTENCE, official=False))
        if "assault" in question and not urgent_seen:
            urgent, lead = Urgent("assault", words["urgent.assault"]), words["lead.referred_answered"]
            return Answer(
                question, "referred_answered", words.language, lead, referral, quotes=quotes[:1], urgent=urgent
            )
        line = (words["urgent.perhaps"],) if "perhaps" in question else ()
        return Answer(
            question, "answered", words.language, words["lead.answered"], referral, quotes=quotes, forewords=line
        )

    def side_by_side(self, question):
        """Of each document in use the first sentence that has a word of the question."""
        asked = set(question.lower().split())
        return tuple(Cell(one.card, self._first(one, asked)) for one in shelves.shelf().documents)

    def _first(self, document, asked):
        near = (n for n, one in enumerate(document.sentences) if asked & set(one.text.lower().split()))
        return next((document.quote(Run(n, n)) for n in near), None)

    def page_text(self, quote):
        return PageText("You may speak to the ombudsman in confidence.\nCall +1 555 0199 <b>now</b>.", ("+1 555 0199",))

    def quote(self, text, official=True):
        pdf = self.corpus_dir / "policy.pdf"
        return Quote(
            text=text,
            spans=(Span(1, "1", 0, len(text)),),
            document="policy" if official else "guide",
            title="A policy <i>title</i>" if official else "A guide",
            issuer="An office",
            symbol="X/1",
            applies_to="",
            document_status="in_force" if official else "guide",
            official=official,
            file=pdf.name,
            sha256=sha256_of(pdf),
            page=1,
            page_label="1",
            paragraph="2.4 (b)",
            url="https://example.org/policy",
            recognised=False,
            score=0.5,
            rests_on=() if official else (Basis("X/1", "https://example.org/policy"),),
        )


def main() -> int:
    real_use = engine.use

    def use(corpus_dir: Path, index_dir: Path, results_dir: Path | None = None) -> None:
        real_use(corpus_dir, index_dir, results_dir)
        engine._engine().assistant = FakeAssistant(corpus_dir)
        engine.state = (corpus_dir / "state").read_text

    engine.use = use
    engine.needs_build = lambda: False
    if "--test-ends-after" in sys.argv:
        place = sys.argv.index("--test-ends-after")
        seconds = float(sys.argv[place + 1])
        del sys.argv[place : place + 2]
        launch.modes.local = functools.partial(launch.modes.local, ends_after_s=seconds)
    return launch.main()


if __name__ == "__main__":
    sys.exit(main())
