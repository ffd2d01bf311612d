"""How well real documents are read: against paragraphs checked by hand, and by signs that need no hand.

`AVENUES_PDFS=… python -m tests.ingest.reading_measures` prints both.
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

from ingest.folding import fold, tidy
from ingest.layout import read_blocks
from ingest.pages import UnreadableError, read_pages
from ingest.sentences import read_sentences

REAL = Path(os.environ.get("AVENUES_PDFS", "/nowhere"))
PATTERNS = ("A_80_1*", "DP_*", "E_CN*", "E_ICEF*", "JIU_*", "ST_*", "UNW_*")
CHECKED = ("found", "paragraph", "label", "heading")
_MARKER = re.compile(r"\s*(\(?[a-zA-Z\d]{1,4}[.)]|[•●➢–-])\s*")
_ENDS = re.compile(r"[.!?…:;][\"'”’»)\]]*\s*[\d*]{0,3}\s*$|(; and|; or|, and)$")
_JOB = re.compile(r"(^|\s)\d{2}-\d{5}(\s|$)")


@cache
def read(name: str):
    """Pages, blocks and sentences of one document of AVENUES_PDFS."""
    pages = read_pages(REAL / name)
    blocks = read_blocks(pages)
    return pages, blocks, read_sentences(pages, blocks)


def hand_checked() -> list[dict[str, str]]:
    """The rows of the list: file, page (from 1), label as printed, paragraph, kind, heading, begins."""
    with (Path(__file__).parent / "hand_checked.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def letters(text: str) -> str:
    """What two readers of a text agree on."""
    return "".join(c for c in fold(text).casefold() if c.isalnum())


def right(row: dict[str, str]) -> dict[str, bool]:
    """Which of CHECKED are right for a row of the list."""
    pages, _, sentences = read(row["file"])
    number, wanted = int(row["page"]), letters(row["begins"])
    page = pages[number - 1]
    there = [s for s in sentences if any(span.page == number for span in s.spans)]
    shown = [tidy("".join(page.raw[s.start : s.end] for s in one.spans if s.page == number)) for one in there]
    at_hand = []
    for n, sentence in enumerate(there):
        text = " ".join(shown[n : n + 3])  # the first words may be more than one sentence
        if any(letters(start).startswith(wanted) for start in (text, _MARKER.sub("", text, count=1))):
            at_hand.append(sentence)
    best = next((s for s in at_hand if s.paragraph == row["paragraph"]), at_hand[0] if at_hand else None)
    heading = letters(best.heading[-1]) if best and best.heading else ""
    return {
        "found": best is not None,
        "paragraph": best is not None and best.paragraph == row["paragraph"],
        "label": page.label == row["label"] if row["label"] else page.label in _uncounted(pages, number),
        "heading": best is not None and letters(row["heading"]) in heading,
    }


def _uncounted(pages, number: int) -> set[str]:
    """What may stand for a label that is not printed: the number of the page, or what its neighbour's leads to."""
    following = next((p for p in pages[number:] if p.label != str(p.number)), None)
    counted = (
        {str(int(following.label) - following.number + number)} if following and following.label.isdecimal() else set()
    )
    return {str(number), *counted}


def signs(name: str) -> Counter[str]:
    """Signs of wrong reading in one document; fewer are better, but for ``sentences`` and ``notes``."""
    _, blocks, sentences = read(name)
    found: Counter[str] = Counter(sentences=len(sentences))
    numbers = [int(b.paragraph) for b in blocks if b.kind == "paragraph" and b.paragraph.isdecimal()]
    for before, after in pairwise(numbers):
        found["gaps"] += max(0, after - before - 1)
        found["back"] += after < before and after != 1
    alike: Counter[str] = Counter()
    tails = {span for sentence in sentences for span in sentence.spans[1:] if span.page != sentence.spans[0].page}
    for sentence in sentences:
        tail = not sentence.whole and sentence.spans[0] in tails
        found["notes"] += sentence.paragraph.startswith("note")
        found["cut"] += not sentence.whole and not tail
        found["small start"] += sentence.kind == "sentence" and not tail and sentence.text[:1].islower()
        prose = sentence.kind == "sentence" and len(re.findall(r"\b[^\W\d_]{2,}", sentence.text)) > 7
        found["open end"] += prose and sentence.whole and not _ENDS.search(sentence.text)
        found["long"] += len(sentence.text) > 700
        found["job number"] += bool(_JOB.search(sentence.text))
        if sentence.kind != "heading" and len(sentence.text) < 100:
            alike[re.sub(r"\d+", "#", sentence.text)] += 1
    found["alike"] = sum(n for text, n in alike.items() if n > 4 and any(c.isalpha() for c in text))
    return found


def documents() -> list[str]:
    """The names of the readable documents of the UN among AVENUES_PDFS."""
    return sorted({path.name for pattern in PATTERNS for path in REAL.glob(f"{pattern}.pdf")})


def main() -> None:
    """Print both measures."""
    total: Counter[str] = Counter()
    for row in hand_checked():
        found = right(row)
        total.update(name for name, good in found.items() if good)
        wrong = [name for name, good in found.items() if not good]
        if wrong:
            print(f"{row['file'][:16]} p. {row['page']}: {row['paragraph']!r} {row['begins']!r}: {', '.join(wrong)}")
    print(f"of {len(hand_checked())}: {dict(total)}")
    everything: Counter[str] = Counter()
    for name in documents():
        try:
            found = signs(name)
        except UnreadableError:
            continue
        everything.update(found)
        print(f"{name[:24]:24} {dict(found)}")
    print(f"all: {dict(everything)}")


if __name__ == "__main__":
    main()
