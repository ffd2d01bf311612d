"""The script that Streamlit runs for each page that is opened: the chat, the texts, or quality.py for evaluators."""

from views import engine
from views.texts import page as texts

if texts.chosen():
    from views.texts.page import show
elif engine.results_dir() is None:
    from views.chat import show
else:
    from views.quality import show

show()
