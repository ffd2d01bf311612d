"""quote → the line by which it is cited: symbol, title, date, paragraph, page, from the catalogue's fields alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from assistant.references import reference_of
from ingest.visible import visible

if TYPE_CHECKING:
    from assistant.quotes import Quote

_STATUS: Final = {
    "in_force": "in force, as the catalogue has it",
    "superseded": "superseded by a newer text",
    "guide": "a guide of Avenues, not policy text",
}
_NOT_KNOWN: Final = "not known if in force"


def citation(quote: Quote, published: str = "") -> str:
    """Cite a quote as the UN does: ST/AI/2099/1, "Title", 1 January 2099, para. 3.3, p. ii (PDF page 2).

    published is the catalogue's date, YYYY, YYYY-MM or YYYY-MM-DD; what the catalogue does not know is left out.
    """
    many = "paras." if ", " in quote.paragraph else "para."
    page = f"p. {quote.page_label}" + ("" if quote.page_label == str(quote.page) else f" (PDF page {quote.page})")
    issuer = "" if quote.symbol else quote.issuer  # a symbol says whose it is
    parts = [
        quote.symbol,
        f"“{quote.title}”",
        issuer,
        day_in_words(published),
        f"{many} {quote.paragraph}" if quote.paragraph else "",
        page,
    ]
    return visible(", ".join(part for part in parts if part))


def status_in_words(status: str) -> str:
    """Whether a text holds, as far as the catalogue knows."""
    return _STATUS.get(status, _NOT_KNOWN)


def with_citation(quote: Quote, published: str = "") -> str:
    """What is copied: the exact words, where they stand, if they hold, and the reference that checks them."""
    words = " […] ".join(quote.parts or (quote.text,))
    read = " Read by a program on a picture of the page." if quote.recognised else ""
    reference = reference_of(quote)
    told = f"{citation(quote, published)} ({status_in_words(quote.document_status)}).{read}"
    return f"“{visible(words)}”\n— {told}" + (f"\nReference: {reference}" if reference else "")


def day_in_words(day: str) -> str:
    """1 January 2099, January 2099 or 2099; "" where the catalogue has none."""
    try:
        if len(day) == 10:
            whole = date.fromisoformat(day)
            return f"{whole.day} {whole:%B %Y}"
        return f"{date.fromisoformat(f'{day}-01'):%B %Y}" if len(day) == 7 else day
    except ValueError:
        return day
