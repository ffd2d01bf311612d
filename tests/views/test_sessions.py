"""views.sessions: a conversation is gone at once when its visit ends, and soon when its page has gone."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.small_corpus import ROOT

PROGRAM = """
import contextlib, os, signal, sys, time, urllib.request
from pathlib import Path
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.sync.client import connect
from views import engine, modes, server
engine.use(Path(sys.argv[1]) / "corpus", Path(sys.argv[1]) / "index")
sock = server.take_port(18760)
pages = contextlib.ExitStack()
page = f"http://127.0.0.1:{sock.getsockname()[1]}"

def come(keys):
    answer = urllib.request.urlopen(f"{page}/?key={keys.lasting}")
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    stream = page.replace("http", "ws") + "/_stcore/stream"
    opened = pages.enter_context(connect(stream, origin=page, additional_headers={"Cookie": cookie}, max_queue=None))
    message = BackMsg()
    message.rerun_script.query_string = ""
    opened.send(message.SerializeToString())
    opened.recv(20)
    return cookie, opened

def conversations():
    from streamlit.runtime import Runtime
    kept = Runtime.instance()._session_mgr
    return [info.session for info in kept.list_active_sessions()] + [
        info.session for info in kept._session_storage._cache._data.values()
    ]

def texts(sessions):
    return [
        [*session.session_state.filtered_state, *(m for m in session._browser_queue._queue if m.HasField("delta"))]
        for session in sessions
    ]

def visit(keys):
    print("views.chat" in sys.modules, len(conversations()))  # it was shown once, to nobody
    first, second = come(keys), come(keys)
    time.sleep(1)
    before = conversations()
    print(len(before), all("turns" in session.session_state.filtered_state for session in before))
    urllib.request.urlopen(urllib.request.Request(page + "/away", headers={"Cookie": first[0]}))
    print(len(conversations()), sum(not text for text in texts(before)))
    second[1].close()
    time.sleep(0.3)
    print(len(conversations()))
    time.sleep(2)
    print(len(conversations()), sum(not text for text in texts(before)), flush=True)
    os.kill(os.getpid(), signal.SIGTERM)

server.serve(sock, modes.local(sock.getsockname()[1]), visit)
"""


def test_a_conversation_is_emptied_at_once_when_its_visit_ends_and_soon_when_its_page_has_gone(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.splitlines() == ["True 0", "2 True", "1 1", "1", "0 2"], done.stderr
