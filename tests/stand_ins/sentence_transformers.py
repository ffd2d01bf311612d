"""Stands in for sentence-transformers where a test builds an index and torch would cost most of the time.

It embeds with the exported model, which gives the same vectors to six digits; a test of its own holds that.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from ingest.embeddings import QueryEmbedder


class SentenceTransformer:
    def __init__(self, location, **options):
        folder = Path(os.environ["AVENUES_TEST_MODEL"])
        self._embedder = QueryEmbedder(folder)
        tokenizer = (folder / "tokenizer.json").read_text(encoding="utf-8")
        self.tokenizer = SimpleNamespace(backend_tokenizer=SimpleNamespace(to_str=lambda: tokenizer))
        self.prompts: dict[str, str] = {}
        self.max_seq_length = self._embedder.card.max_tokens

    def get_embedding_dimension(self):
        return self._embedder.card.dimensions

    def encode(self, texts, **options):
        return np.stack([self._embedder.embed(text) for text in texts])
