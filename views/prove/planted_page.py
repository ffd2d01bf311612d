"""ui.py as it is, with three faults planted from outside for questions that hold certain words; the proof starts it.

The faults' texts hold the question, as those of real faults may. Their types say in the log that they happened.
"""

from __future__ import annotations

import runpy
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

IN_BODY: Final = "brass lantern"
IN_CALLBACK: Final = "copper lantern"
IN_THREAD: Final = "silver lantern"


class FaultInBody(Exception):
    """Planted where the page is shown."""


class FaultInCallback(Exception):
    """Planted where a question is taken."""


class FaultInThread(Exception):
    """Planted in a thread beside the page."""


def plant() -> None:
    """Make the page's door to the assistant plant a fault when a question asks for one."""
    from views import engine

    ask = engine.ask

    def planted(question: str, *arguments: Any, **options: Any) -> Any:
        chat = sys.modules.get("views.chat")
        if chat is not None and not hasattr(chat, "_planted"):
            _plant_in_callback(chat)
        if IN_BODY in question:
            _plant_in_body(chat, question)
        if IN_THREAD in question:
            threading.Thread(target=_fail, args=(FaultInThread, question)).start()
        return ask(question, *arguments, **options)

    engine.ask = planted


def _fail(kind: type[Exception], question: str) -> NoReturn:
    raise kind(f"failed on {question}")


def _plant_in_body(chat: Any, question: str) -> None:
    show_answer = chat.show_answer

    def planted(*_: Any, **__: Any) -> None:
        chat.show_answer = show_answer
        _fail(FaultInBody, question)

    chat.show_answer = planted


def _plant_in_callback(chat: Any) -> None:
    import streamlit as st

    take: Callable[..., None] = chat.turns.take_question

    def planted(*arguments: Any, **options: Any) -> None:
        question = str(st.session_state.get("asked"))
        if IN_CALLBACK in question:
            _fail(FaultInCallback, question)
        take(*arguments, **options)

    chat.turns.take_question, chat._planted = planted, True


if __name__ == "__main__":
    plant()
    program = Path(__file__).resolve().parents[2] / "ui.py"
    sys.argv[0] = str(program)
    runpy.run_path(str(program), run_name="__main__")
