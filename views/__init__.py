"""The page: what a person sees in the browser, and the small server behind it. Only ui.py imports this."""
