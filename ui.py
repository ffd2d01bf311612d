"""Open the chat in a browser: ``make chat``, or ``python ui.py --help``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # also when started from elsewhere


def _inside_streamlit() -> bool:
    """Whether ``streamlit run ui.py`` runs this file, without the guard that keeps a question on this computer."""
    runtime = sys.modules.get("streamlit.runtime")
    return bool(runtime and runtime.exists())


if _inside_streamlit():
    import streamlit as st

    st.text("Please start Avenues with: make chat\nThat keeps what you type on this computer.")
elif __name__ == "__main__":
    from views.launch import main

    sys.exit(main())
