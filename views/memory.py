"""Memory of this process → what stays for good is looked through no more, and what was a person's is given back.

Streamlit looks through all memory after each run of the page, a quarter of a second once the index is open, in which
nobody is served. `gc.freeze` spares what is there for good. What was a person's must not be among it for good.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
from typing import Final

_doubtful: Final[list[bool]] = [False]  # whether something of a person may be among what is spared


def settle(*, people: bool) -> None:
    """Spare all that is there now; people says whether somebody may have the page open, and be among it."""
    if not people:  # else somebody may wait for an answer now
        gc.collect()
    gc.freeze()
    _doubtful[0] = people


def give_back(*, people: bool) -> None:
    """Look for what nobody holds any more, and give its memory back where the platform has a way to ask for that.

    people says whether somebody still has the page open.
    """
    if _doubtful[0]:
        gc.unfreeze()
    gc.collect()
    if _doubtful[0] and not people:
        gc.freeze()
        _doubtful[0] = False
    with contextlib.suppress(OSError, AttributeError, TypeError):  # only glibc has it
        ctypes.CDLL(None).malloc_trim(0)
