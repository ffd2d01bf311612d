"""Made-up policy texts for hypothesis: paragraphs of sentences, wrapped into lines and cut into pages."""

from __future__ import annotations

import textwrap
from itertools import count

from hypothesis import strategies as st

from ingest.pages import Page

WORDS = (
    "staff member may report in confidence to the counsellor ombudsman investigation harassment complaint of "
    "conduct offence within thirty days and shall not civil ill protection against retaliation support measures "
    "victim-centred follow-up affected person manager ethics office panel e.g. para. No. 5 (ST/SGB/2008/5) §3 “free” "
    "naïve façade Straße ﬁnancial U.N. 3.5 2019 and/or"
).split()
HEADER, FOOTER = "Standards of conduct ST/XX/1", "page {} of the instruction"


def numerals(number: int) -> str:
    """A number as letters, so that no two lines are alike: what repeats at page edges is left out."""
    return "".join("abcdefghjk"[int(digit)] for digit in str(number))


@st.composite
def texts(draw, running: bool = True) -> tuple[Page, ...]:
    """One to four pages of up to twelve lines, with a running header and footer if wanted."""
    number, lines = count(1), []
    for n in range(draw(st.integers(1, 7))):
        marker = draw(st.sampled_from(["", f"{n + 1}. ", f"1.{n + 1} ", "(a) ", "• ", "– "]))
        sentences = draw(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=30), min_size=1, max_size=4))
        paragraph = " ".join(
            f"Rule{numerals(next(number))} {' '.join(words)}{draw(st.sampled_from(['.', '?', ':', ';', '']))}"
            for words in sentences
        )
        lines += textwrap.wrap(marker + paragraph, draw(st.sampled_from([40, 75])))
        lines += draw(st.sampled_from([[], [""]]))
    lines = [
        f"{line.rstrip('.')} {numerals(n)}." if line in lines[:n] and line else line for n, line in enumerate(lines)
    ]
    height = draw(st.integers(max(1, -(-len(lines) // 4)), 12 if len(lines) <= 48 else len(lines)))
    cut = [lines[start : start + height] for start in range(0, len(lines), height)]
    pages = []
    for n, body in enumerate(cut, 1):
        shown = [HEADER, *body, FOOTER.format(n)] if running and len(cut) > 1 else body
        pages.append(Page(n, str(n), "\n".join(shown)))
    return tuple(pages)


def body(page: Page) -> str:
    """The raw text of a made-up page, with its running lines blanked out."""
    lines = [" " * len(line) if line == HEADER or line == FOOTER.format(page.number) else line
             for line in page.raw.split("\n")]  # fmt: skip
    return "\n".join(lines)


def pages_of(*raws: str) -> tuple[Page, ...]:
    """Pages with these raw texts."""
    return tuple(Page(n, str(n), raw.strip("\n")) for n, raw in enumerate(raws, 1))
