"""The script that Streamlit runs for each page that is opened; what it shows is in chat.py."""

from views.chat import show

show()
