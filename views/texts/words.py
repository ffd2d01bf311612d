"""The fixed words of this view; constants only, never mixed with what is typed."""

from __future__ import annotations

from typing import Final

ENTER: Final = "For focal points: check the text"
BACK: Final = "Back to the questions"
CLEAR: Final = "Clear this view"
HEADING: Final = "Check the text"
ABOUT: Final = (
    "Exact words of the documents, with page and paragraph, and whether the text is in force. What you paste or type "
    "here is kept nowhere, as with a question."
)
VIEW: Final = "What to do"
PASTE, SEARCH, VERIFY = "Check a sentence", "Search", "Check a reference"
DOCUMENTS, COMPARE, EDITIONS, SHEET = "Documents", "Side by side", "Two editions", "Contact sheet"

NO_INDEX: Final = (
    "The documents have not been read yet, or what was read of them is damaged. To read them, run: make build"
)
LOOKING: Final = "Looking in the documents …"

PASTE_LABEL: Final = "Paste a sentence or a paragraph (at most 4,000 characters)"
PASTE_BUTTON: Final = "Check it"
YOURS: Final = "your text"
THEIRS: Final = "the document"
DIFFERENCES: Final = "The differences in words"
HOW_MARKED: Final = "Struck through: only in your text. Underlined: only in the document."
NEAREST: Final = "How much of the words is the same"

SEARCH_LABEL: Final = "Words, or a “phrase in quotation marks”; harass* takes longer words too"
SEARCH_BUTTON: Final = "Search"
FILTERS: Final = "Only some documents"
ANY: Final = "Any"
FIELDS: Final = {"document": "Document", "issuer": "Issuer", "status": "Status", "language": "Language", "year": "Year"}
STATUS: Final = {
    "in_force": "in force", "superseded": "superseded", "guide": "our guide", "not_known": "not known", "": "not known",
}  # fmt: skip
NO_WORD: Final = "There is no word to look for in this."
FOUND: Final = "Found in {} places, in {} documents."
FOUND_ONE: Final = "Found in 1 place."
FOUND_NONE: Final = "These words stand together in no sentence of these documents."
MORE: Final = "Show more"
SHOWN: Final = "Shown: {} of {}."

VERIFY_LABEL: Final = "Reference (AV1-…)"
VERIFY_BUTTON: Final = "Look it up"

COPY: Final = "Copy with citation"
HIDE_COPY: Final = "Hide the citation"

ALL_WELL: Final = "Nothing here needs a person."
NEED_LOOK: Final = "{} of {} documents need a look."
ONLY_THESE: Final = "Only those that need a look"
STALE: Final = "The folder has changed since it was read: {}"
NOT_STALE: Final = "What is read here is what lies in the folder."
SINCE: Final = "In use since {}."
CHECKED_ON: Final = "Row of the catalogue checked on"
NOT_CHECKED: Final = "not known"
DATED: Final = "Dated"
REPLACED_BY: Final = "replaced by “{}”"
WHAT_WAS_READ: Final = "What was read, and what to look at"
GONE: Final = "Gone since the build before"
NOT_HERE: Final = "Documents of the catalogue that are not here ({})"
WITHDRAWN: Final = "Withdrawn documents ({})"
OUTCOMES: Final = {"indexed": "read well", "indexed with warnings": "read, needs a look", "refused": "not read"}
SINCE_BEFORE: Final = {
    "new": "new since the build before",
    "changed": "another edition than in the build before",
    "same": "",
}
READ_AGAIN: Final = "Read the folder again"
READ_AGAIN_ABOUT: Final = "Only what changed is read. Until that is done, and if it fails, what is in use stays in use."
READING: Final = "Reading the folder … {} s. {}"
READ_WELL: Final = "The folder was read. What is shown here is the new state."
READ_ILL: Final = "The folder could not be read. What was in use is still in use. This is what was said:"
WHAT_WAS_SAID: Final = "What was said"
SERVER_READS: Final = "On a server, the folder is read again by whoever runs it: .venv/bin/python -m ingest build"
SEEN: Final = "Close"

OLDER: Final = "Earlier text"
LATER: Final = "Later text"
EARLIER_EDITION: Final = "{} (the edition of the build before)"
ONE_ONLY: Final = "There is only one document here, so there is nothing to compare."
SHOW_KINDS: Final = "Which clauses"
COMPARED_MANY: Final = "Shown: the first {} of {}. Choose fewer kinds, or use: python -m assistant compare"
NO_CLAUSES: Final = "There is no clause of this kind."
BEFORE_TEXT: Final = "Before"

SHEET_ENTITY: Final = "Organisation"
SHEET_ABOUT: Final = "One page to print, with the contacts as people see them. Look at it before you hang it up."
EVERYBODY: Final = "Everybody (no organisation chosen)"
SAVE_SHEET: Final = "Save the sheet (PDF)"
SHEET_TEXT: Final = "The sheet as text"
SAVED_NOTE: Final = (
    "It is saved where your browser saves files. On a shared computer, delete it there when it is printed."
)

QUESTION_LABEL: Final = "One question for all documents, in English, such as: time to report"
QUESTION_BUTTON: Final = "Ask each document"
SIDE_ABOUT: Final = (
    "The nearest exact words of each document. Where nothing near enough was found, the text may be silent, or say it "
    "in other words: read it before you say so."
)
COLUMNS: Final = ("Document", "Exact words", "Where")
SAVE_CSV: Final = "Save the table (CSV)"
IN_ENGLISH: Final = "Only questions in English can be put to the documents, for now."
