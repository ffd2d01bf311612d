"""what was found, the situation of a question, the options → what is shown, in which order and under which words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from assistant.answer import ANSWERED, NEAREST
from assistant.intent import is_about_another
from assistant.situations import paragraph_of, situation_quotes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from assistant.options import Option, SideBySide
    from assistant.quotes import Quote
    from assistant.situations import Situation
    from ingest.index import Index

_OPTIONS: Final = "situation.options"
_NEARER: Final = 0.05  # a quote that scores more than the first by this could only not open the answer


class Placed(NamedTuple):
    """What is shown: the status, the key of the words that open the answer, the quotes, the options or ()."""

    status: str
    lead: str
    quotes: tuple[Quote, ...]
    options: tuple[Option, ...] = ()


def placed(
    index: Index,
    question: str,
    found: Placed,
    judged: Situation | None,
    asked_by: Collection[str],
    organisations: Sequence[str],
    beside: Callable[[Sequence[Quote], Sequence[Quote]], SideBySide],
) -> Placed:
    """What was found as it is, or with the words and paragraphs of a situation, or beside the options.

    Where the best of what was found is a paragraph of asked_by, options are asked for; whoever asks for another person
    reads what was found first. A situation gives way to what another guide surely answers; the options follow, unless
    they only belong to its own words. The status says so where it leaves open what was asked. beside puts all options
    between the quotes before and after them.
    """
    near = found.quotes if found.status == ANSWERED else ()
    asked = _asks_for_options(near, asked_by, judged)
    if judged is None and not asked:
        return found
    for_another = judged is None and is_about_another(question)
    if for_another or (judged and not asked and judged.gives_way_to(near)):
        asks_what_to_do = judged is None or (judged.options and not judged.chosen.paragraphs)
        shown = beside(near, ()) if asks_what_to_do else (near, ())
        return Placed(ANSWERED, found.lead, *shown)
    if asked or judged is None:
        return Placed(ANSWERED, judged.lead if judged else _OPTIONS, *beside(near[:1], near[1:]))
    fixed = situation_quotes(index, judged, near, organisations)
    status = NEAREST if judged.leaves_open(found.status, question) else ANSWERED
    if not judged.options:
        return Placed(status, judged.lead, fixed) if fixed else found
    before = 1 if judged.chosen.paragraphs else 0
    before += judged.opens_with(near)
    quotes, options = beside(fixed[:before], fixed[before:])
    if quotes:
        return Placed(status, judged.lead, quotes, options)
    return found if found.quotes else found._replace(options=options)


def _asks_for_options(near: Sequence[Quote], asked_by: Collection[str], judged: Situation | None) -> bool:
    """Whether the best of what was found is a paragraph of asked_by, and no other counts for more."""
    if not near or paragraph_of(near[0]) not in asked_by:
        return False
    if judged is not None and (judged.chosen.paragraphs or not judged.unless_found):
        return False
    return all(quote.score <= near[0].score + _NEARER for quote in near)
