"""The page's view for whoever needs the exact words of documents: find, compare, cite, and see if they still hold."""
