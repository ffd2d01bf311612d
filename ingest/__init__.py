"""From a folder of PDFs to an index that can be asked: catalogue → pages → chunks → embeddings → index."""
