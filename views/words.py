"""The page's own fixed words, beside those of corpus/wording; constants only, never mixed with what is asked."""

from __future__ import annotations

from typing import Final

HEADING: Final = "Find support and procedures"
ABOUT: Final = (
    "This is an automated tool, not a person. It answers questions about support and procedures on sexual "
    "harassment in the UN system, in the exact words of documents, and names people you can talk to. "
    "It is not a way to report. Nobody is told what you ask, and nothing starts."
)
PRIVATE: Final = (
    "You never need to say what happened. What you type is passed on to nobody. It is gone when you leave or clear it, "
    "and by itself when nobody touches the page for twelve minutes. The browser may remember that a page was open, "
    "but no word of yours. On a computer that others use too, a private window leaves less behind."
)
LEAVING: Final = "To leave at once, choose “Leave this page” at the top, or press Shift three times."
ASK: Final = "Your question (no details needed)"
ORGANISATION: Final = "Where you work (optional, kept for this visit only)"
ANY_ORGANISATION: Final = "Not chosen"
CLEAR: Final = "Clear the conversation"
LOOKING: Final = "Looking in the documents …"
CONTACTS: Final = "People you can talk to"
CONTACTS_EARLIER: Final = "Contacts shown with this answer"
MORE_CONTACTS: Final = "More contacts"
SINCE: Final = "Answers come from the documents as they were put in use on {}."
BUILDING: Final = (
    "The documents are being read, so answers are not ready yet. This page goes on by itself when they are. "
    "The people below are there all the same."
)
TROUBLE: Final = (
    "Something went wrong on our side. It is not because of you, and nothing was kept. You can try again. "
    "The people below are still there to help."
)
NO_CONTACTS: Final = (
    "The list of contacts could not be read. It is not because of you. The official website of the place you work "
    "for may list an ombudsman, a counsellor or an ethics office."
)
SHOW_PAGE: Final = "Show the page"
HIDE_PAGE: Final = "Hide the page"
PAGE_TEXT: Final = "Text of this page"
NOT_MARKED: Final = "The quote could not be marked in the picture of this page."
CHANGED: Final = "The document has changed since it was read, so its page is not shown."
NEW_TAB: Final = "opens in a new tab"
VIEW: Final = "What to show"
VIEW_ASK: Final = "Ask"
VIEW_QUALITY: Final = "Answer quality"
QUALITY_ABOUT: Final = (
    "What the evals measured, on questions whose answer is known. No language model judges. The questions here were "
    "written for this, none was asked by a person."
)
QUALITY_COLUMNS: Final = ("Measure", "Value (95 % interval)", "n")
NO_RESULTS: Final = "There are no results here yet. To make some, run: .venv/bin/python -m evals run"
RESULTS: Final = "Results folder"
PLOTS: Final = "Plots"
NO_PLOT: Final = "Choose what to compare"
QUESTIONS: Final = "Questions"
QUESTION: Final = "Question"
ONLY_FAILED: Final = "Only those that failed"
FAILED_IN: Final = "Failed in"
NOTHING: Final = "nothing"
WANTED: Final = "What must happen"
GOT: Final = "What happened, and how sure"
EXPECTED: Final = "What answers it, any of"
QUOTED: Final = "What was quoted"
ASK_AGAIN: Final = "Ask it again now"
WITHOUT_WORDING: Final = {  # when the files of fixed words cannot be read
    "referral.text_no_entity": "Before you say more, you can ask what they would have to pass on. It is your choice.",
    "referral.text_none": NO_CONTACTS,
    "lead.error_no_index": TROUBLE,
    "lead.error_index_damaged": TROUBLE,
    "lead.error_no_documents": TROUBLE,
    "label.page": "page",
    "label.paragraph": "paragraph",
    "label.our_guide": "Our guide, not policy text",
    "label.status_unknown": "We do not know if this text is in force",
    "label.check_official_page": "Please check on the official page",
    "label.confirmed_by": "Confirmed by {office} on {date}",
    "label.confidential": "What stays private",
    "label.anonymous": "Without giving your name",
    "label.telling_is_not_a_report": "Telling them is not a report",
    "label.telling_is_a_report": "Telling them is a report",
    "label.telling_may_become_a_report": "Telling them may become a report",
}
