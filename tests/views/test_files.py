"""views.files and views.shell: Streamlit's own files, and which of them a browser is told of at once."""

from __future__ import annotations

import asyncio
import re

from views import shell
from views.files import Files


def test_the_start_page_names_each_part_of_the_first_view_and_only_files_that_are_there():
    named = re.findall(r'rel="modulepreload" crossorigin href="\.([^"]+)"', shell.start_page())
    assert len(named) == len(set(named)) and set(named) <= shell.streamlit_files()
    assert set(shell._PARTS) <= {path.rpartition("/")[2].partition(".")[0] for path in named}


def test_a_file_comes_as_what_it_is_and_all_else_is_passed_on():
    passed, sent = [], []

    async def inside(scope, receive, send):
        passed.append(scope["path"])

    async def send(message):
        sent.append(message)

    files = Files(inside)
    script = next(path for path in sorted(shell.streamlit_files()) if path.endswith(".js"))
    for path in (script, "/static/js/none.js", "/static/../index.html", "/"):
        asyncio.run(files({"type": "http", "method": "GET", "path": path}, None, send))
    assert passed == ["/static/js/none.js", "/static/../index.html", "/"]
    assert dict(sent[0]["headers"])[b"content-type"].startswith(b"text/javascript")
    assert sent[1]["body"] == (shell.streamlit_folder() / script[1:]).read_bytes()
