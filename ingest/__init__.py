"""From a folder of PDFs to an index that can be asked: catalogue → pages → blocks → chunks → embeddings → index."""

import os

from ingest.offline import silence

silence()
# One question is too small to share out: threads of the linear algebra below numpy would wait for each other, at full
# speed. It is read when numpy is imported; whoever has set it otherwise is left with that.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
