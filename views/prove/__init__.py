"""`make prove`: asks the real page and terminal marked questions, then looks everywhere for the marks."""
