"""Shared by the tests of ingest: the small corpus and its index."""

from tests.small_corpus import builds_here, own_index, small_assistant, small_index

__all__ = ["builds_here", "own_index", "small_assistant", "small_index"]
