"""The script that Streamlit runs for each page that is opened; it shows chat.py, or quality.py to evaluators."""

from views import engine

if engine.results_dir() is None:
    from views.chat import show
else:
    from views.quality import show

show()
