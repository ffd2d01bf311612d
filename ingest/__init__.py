"""From a folder of PDFs to an index that can be asked: catalogue → pages → blocks → chunks → embeddings → index."""

from ingest.offline import silence

silence()
