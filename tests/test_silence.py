"""A question reaches no other machine and no file, however the environment is set to send it."""

from __future__ import annotations

import gc
import json
import os
import threading
import time
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest import offline, vector_store
from ingest.embeddings import _Reading
from tests.small_corpus import QUESTIONS, ROOT, lend_model, run, small_index

__all__ = ["small_index"]
MARK = "zebraquagga"
QUESTION = f"{MARK} {QUESTIONS[0]}"
RETRIEVER = """
import sys
from pathlib import Path
from assistant.retriever import HybridRetriever
from ingest.build import BuildSettings
from ingest.opening import open_index
index = open_index(BuildSettings(Path(sys.argv[1]), Path(sys.argv[2]))).index
found = HybridRetriever(index=index).invoke(sys.stdin.read())
from langchain_core.tracers.langchain import wait_for_all_tracers
wait_for_all_tracers()
print(len(found))
"""
CONTROL = """
import sys
from langchain_core.runnables import RunnableLambda
from langchain_core.tracers.langchain import wait_for_all_tracers
RunnableLambda(lambda question: question).invoke(sys.stdin.read())
wait_for_all_tracers()
"""


class Listener:
    """A web server on this machine that takes whatever it is sent and remembers it; also as a proxy."""

    def __init__(self) -> None:
        self.received: list[str] = []
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def _take(self):
                length = int(self.headers.get("Content-Length") or 0)
                received.append(f"{self.command} {self.path} {self.rfile.read(length)!r}")
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            do_GET = do_POST = do_PUT = do_PATCH = do_HEAD = do_CONNECT = do_OPTIONS = _take

            def log_message(self, *arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def listener():
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture
def hostile(listener, tmp_path):
    """An environment in which everything that could send something is told to, with a home folder of its own."""
    true = dict.fromkeys(
        ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2", "LANGCHAIN_VERBOSE",
         "LANGSMITH_RUNS_ENDPOINTS_ENABLED", "ANONYMIZED_TELEMETRY", "HF_HUB_ENABLE_HF_TRANSFER"), "true",
    )  # fmt: skip
    addresses = dict.fromkeys(
        ("LANGSMITH_ENDPOINT", "LANGCHAIN_ENDPOINT", "LANGCHAIN_API_URL", "OTEL_EXPORTER_OTLP_ENDPOINT",
         "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "CHROMA_OTEL_COLLECTION_ENDPOINT", "HF_ENDPOINT", "HTTP_PROXY",
         "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "ORT_TELEMETRY_ENDPOINT"),
        listener.address,
    )  # fmt: skip
    others = {
        "LANGSMITH_API_KEY": "key", "LANGCHAIN_API_KEY": "key", "LANGSMITH_PROJECT": "p", "LANGCHAIN_PROJECT": "p",
        "HF_TOKEN": "hf_x", "HUGGING_FACE_HUB_TOKEN": "hf_x", "HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "0",
        "HF_HUB_DISABLE_TELEMETRY": "0", "DO_NOT_TRACK": "0", "ORT_DISABLE_TELEMETRY": "0",
        "OTEL_SDK_DISABLED": "false", "OTEL_TRACES_EXPORTER": "otlp",
        "CHROMA_OTEL_GRANULARITY": "all", "CHROMA_OTEL_SERVICE_NAME": "s",
        "CHROMA_PRODUCT_TELEMETRY_IMPL": "chromadb.telemetry.product.posthog.Posthog",
        "NO_PROXY": "", "no_proxy": "", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    folders = {"HOME": str(home), "TMPDIR": str(temporary), "XDG_CACHE_HOME": str(home / ".cache")}
    folders |= {"PYTHONDONTWRITEBYTECODE": "1"}
    plain = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return plain | true | addresses | others | folders


def files_below(*folders):
    return {path for folder in folders for path in Path(folder).rglob("*") if path.is_file()}


def test_the_listener_hears_what_langchain_sends_without_us(listener, hostile):
    del hostile["PYTHONPATH"]
    for name in [name for name in hostile if "proxy" in name.lower()]:
        del hostile[name]
    hostile["OTEL_SDK_DISABLED"] = "true"
    done = run("-c", CONTROL, input=QUESTION.encode(), env=hostile, cwd=hostile["HOME"])
    assert done.returncode == 0, done.stderr.decode()
    assert listener.received


def test_asking_sends_nothing_and_leaves_no_file(small_index, listener, hostile):
    before = {path: path.read_bytes() for path in files_below(small_index.index, small_index.corpus)}
    done = run("-m", "assistant", "--json", *small_index.options, input=QUESTION.encode(), env=hostile)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["status"] == "answered"
    assert done.stderr == b""
    assert listener.received == []
    assert files_below(hostile["HOME"], hostile["TMPDIR"]) == set()
    assert {path: path.read_bytes() for path in files_below(small_index.index, small_index.corpus)} == before


def test_the_langchain_retriever_sends_nothing_and_leaves_no_file(small_index, listener, hostile):
    done = run("-c", RETRIEVER, str(small_index.corpus), str(small_index.index), input=QUESTION.encode(), env=hostile)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == b"9\n"
    assert listener.received == []
    assert files_below(hostile["HOME"], hostile["TMPDIR"]) == set()


def test_a_private_copy_of_the_graph_never_holds_the_question(small_index, monkeypatch):
    without = small_index.assistant().ask(QUESTION)
    monkeypatch.setattr(vector_store, "GRAPH_FROM", 0)
    asked = small_index.assistant()
    assert [quote.text for quote in asked.ask(QUESTION).quotes] == [quote.text for quote in without.quotes]
    private = asked._opened.index.graph.private
    held = b"".join(path.read_bytes() for path in files_below(private))
    assert b"Anonymous complaints are accepted" in held
    assert MARK.encode() not in held
    asked.close()
    assert not private.exists()


def test_where_the_graph_is_not_asked_nothing_is_copied(small_index):
    asked = small_index.assistant()
    asked.ask(QUESTION)
    assert asked._opened.index.graph is None
    asked.close()


def test_nothing_of_a_question_is_remembered_after_its_answer(small_index, monkeypatch):
    asked = small_index.assistant()
    asked.ask(QUESTIONS[0])
    index, during = asked._opened.index, []
    nearest = index.nearest

    def looking(vector, count):
        during.append(set(index.embedder._remembered))
        if len(during) == 3:
            raise OSError
        return nearest(vector, count)

    monkeypatch.setattr(index, "nearest", looking)
    assert asked.ask(QUESTION).status != "error_internal"
    assert QUESTION in during[0] and index.embedder._remembered == {}
    asked.side_by_side(QUESTION)
    assert QUESTION in during[1] and index.embedder._remembered == {}
    assert asked.ask(QUESTION).status == "error_internal"
    assert QUESTION in during[2] and index.embedder._remembered == {}


def test_what_was_read_of_a_question_is_gone_when_its_answer_is_there_and_waits_for_no_collector(
    small_index, monkeypatch
):
    """The command runs without one, so whatever holds itself would stay to the end."""
    asked = small_index.assistant()
    asked.ask(QUESTION)
    gc.collect()
    before = len(_of(Future))
    gc.disable()
    try:
        asked.ask(f"{QUESTION} And who will know about it, and how long does it take?")
        asked.ask("and what if I am an intern?", history=[QUESTION])
        asked.side_by_side(QUESTION)
        asked.ask("He has a knife and is at my door")  # answered before the model has ended
        for failing in ("below", "said", "asked"):
            model = asked._opened.index.embedder._model
            monkeypatch.setattr(model, failing, lambda *given: (_ for _ in ()).throw(ValueError("no")))
            assert asked.ask(QUESTION).status == "error_internal"
            monkeypatch.undo()
        for _ in range(100):  # hands end with what they have begun
            if not _of(_Reading) and len(_of(Future)) <= before:
                break
            time.sleep(0.05)
        assert (_of(_Reading), len(_of(Future)) - before) == ([], 0)
    finally:
        gc.enable()


def _of(kind):
    return [one for one in gc.get_objects() if isinstance(one, kind)]


def test_an_index_that_is_closed_has_let_the_question_go(small_index):
    index = small_index.assistant()._open().index
    index.embedder.embed(QUESTION)
    index.asked.likeness(index.embedder.asked(QUESTION))
    index.close()
    assert (index.embedder._remembered, index.asked._remembered) == ({}, {})


def test_building_sends_nothing(small_index, listener, hostile, tmp_path):
    options = ["--corpus", str(small_index.corpus), "--index", str(tmp_path / "index")]
    lend_model(small_index, tmp_path / "index")
    done = run("-m", "ingest", *options, "build", env=hostile)
    assert done.returncode == 0, done.stderr.decode()
    assert listener.received == []
    assert files_below(hostile["HOME"]) == set()


def test_every_switch_is_overwritten_and_every_address_forgotten(monkeypatch):
    for name in offline._OFF | offline._OFFLINE:
        monkeypatch.setenv(name, "on")
    for name in ("LANGSMITH_ENDPOINT", "langchain_api_key", "OTEL_EXPORTER_OTLP_ENDPOINT", "CHROMA_X", "HF_TOKEN"):
        monkeypatch.setenv(name, "x")
    offline.silence()
    assert {name: os.environ[name] for name in offline._OFF | offline._OFFLINE} == offline._OFF | offline._OFFLINE
    kept = [name for name in os.environ if name.upper().startswith(offline._REMOVED_PREFIXES)]
    assert set(kept) <= set(offline._OFF)


def test_the_listener_hears_a_plain_request(listener):
    code = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1] + '/x')"
    run("-c", code, listener.address, env={"PATH": os.environ.get("PATH", "")})
    assert listener.received == ["GET /x b''"]
