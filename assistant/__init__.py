"""From a question to an answer made of exact, cited quotes and a fixed referral. Importing this is cheap."""

import ingest  # noqa: F401  silences every library of the stack before any of them is imported
from assistant.answer import Answer, Retrieved, UncitedAnswerError, Urgent
from assistant.assistant import Assistant
from assistant.options import Option
from assistant.quotes import Basis, Quote
from assistant.referral import Avenue, Referral, UnknownEntityError
from assistant.situations import NEEDS, UnknownNeedError
from ingest.pages import Span

__all__ = [
    "NEEDS",
    "Answer",
    "Assistant",
    "Avenue",
    "Basis",
    "Option",
    "Quote",
    "Referral",
    "Retrieved",
    "Span",
    "UncitedAnswerError",
    "UnknownEntityError",
    "UnknownNeedError",
    "Urgent",
]
