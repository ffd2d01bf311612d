"""Who may import whom, read from the syntax trees: inside functions and under TYPE_CHECKING too."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.small_corpus import ROOT, run

PACKAGES = ("ingest", "assistant", "views", "evals", "ui", "tests")
MAY_IMPORT = {  # whom each may import of the others
    "ingest": set(),
    "assistant": {"ingest"},
    "evals": {"assistant", "ingest"},
    "views": {"assistant", "ingest", "evals"},
    "ui": {"views"},
}
ONLY_IN = {  # each foreign library, and the one module that knows it
    "pypdf": {"ingest/pages.py"},
    "langchain_text_splitters": {"ingest/chunks.py"},
    "sentence_transformers": {"ingest/model_export.py"},
    "onnxruntime": {"ingest/embeddings.py"},
    "tokenizers": {"ingest/embeddings.py"},
    "torch": {"ingest/adapter.py", "ingest/model_export.py"},
    "safetensors": {"ingest/adapter.py", "ingest/classifier.py"},
    "chromadb": {"ingest/vector_store.py"},
    "langchain_chroma": {"ingest/vector_store.py"},
    "bm25s": {"ingest/lexical.py"},
    "Stemmer": {"ingest/lexical.py"},
    "sentencex": {"ingest/sentences.py"},
    "reportlab": {"ingest/typesetting.py"},
    "markdown_it": {"ingest/guide_text.py"},
    "langsmith": {"ingest/offline.py"},
    "pypdfium2": {  # in children of the page, of the build and of the report
        "assistant/drawing.py",
        "ingest/drawn.py",
        "ingest/page_picture.py",
        "ingest/page_pictures.py",
    },
    "tqdm": {"ingest/__main__.py"},
    "tomlkit": {"ingest/overlay_writing.py"},
    "csv": {"ingest/tables.py"},
    "httpx": {"ingest/download.py"},
    "sqlite3": {"ingest/store.py"},
    "playwright": {"views/prove/browser.py"},
}
HEAVY = ("numpy", "torch", "langchain_core", "chromadb", "onnxruntime", "pypdf", "streamlit", "sentence_transformers")


def sources(package: str) -> list[Path]:
    single = ROOT / f"{package}.py"
    return [single] if single.exists() else sorted((ROOT / package).rglob("*.py"))


@cache
def imports(path: Path) -> frozenset[str]:
    """The full names of the modules that a file imports anywhere, and of what it takes from them."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write the whole name of the package"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def roots(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def test_the_readers_of_imports_see_those_inside_functions_and_under_type_checking():
    assert "pypdf" in roots(ROOT / "ingest" / "pages.py")
    assert {"chromadb.config", "langchain_chroma.Chroma"} <= imports(ROOT / "ingest" / "vector_store.py")


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_between_packages_run_one_way(package):
    others = set(PACKAGES) - {package} - MAY_IMPORT[package]
    wrong = {path.relative_to(ROOT).as_posix(): roots(path) & others for path in sources(package)}
    assert {path: found for path, found in wrong.items() if found} == {}


def test_the_page_reads_the_evals_through_one_module_of_each_side():
    readers = {path.name: {name for name in imports(path) if name.startswith("evals")} for path in sources("views")}
    found = {path: names for path, names in readers.items() if names}
    assert found == {"quality.py": {"evals", "evals.report"}}


def test_the_corpus_holds_no_code():
    assert [path for path in (ROOT / "corpus").rglob("*") if path.suffix in {".py", ".js", ".sh", ".so"}] == []


def test_no_module_of_the_product_imports_the_tests():
    assert [path for package in MAY_IMPORT for path in sources(package) if "tests" in roots(path)] == []


@pytest.mark.parametrize("package", ["ingest", "assistant"])
def test_modules_of_a_package_import_each_other_without_a_cycle(package):
    files = {f"{package}.{path.stem}" if path.stem != "__init__" else package: path for path in sources(package)}
    graph = {name: {other for other in imports(path) if other in files} for name, path in files.items()}
    waiting = {name: found - {name, package} for name, found in graph.items()}
    while free := {name for name, found in waiting.items() if not found}:
        waiting = {name: found - free for name, found in waiting.items() if name not in free}
    assert waiting == {}


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_foreign_library_is_known_to_one_module(library):
    users = {
        path.relative_to(ROOT).as_posix()
        for package in ("ingest", "assistant", "views", "ui")
        for path in sources(package)
        if library in roots(path)
    }
    assert users == ONLY_IN[library]


def test_only_the_page_knows_streamlit():
    users = [path for package in ("ingest", "assistant", "evals") for path in sources(package)]
    assert [path for path in users if "streamlit" in roots(path)] == []


def test_importing_the_assistant_is_cheap():
    code = f"import sys, assistant; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert run("-c", code).stdout.decode().strip() == "[]"


def test_whoever_asks_starts_no_threads_for_linear_algebra():
    code = "import assistant, numpy, threadpoolctl as t; print({one['num_threads'] for one in t.threadpool_info()})"
    assert run("-c", code).stdout.decode().strip() == "{1}"


def test_importing_the_assistant_silences_the_environment_before_anything_else():
    tree = ast.parse((ROOT / "assistant" / "__init__.py").read_text(encoding="utf-8"))
    first = next(node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom))
    assert ast.unparse(first) == "import ingest"


def test_every_module_says_in_one_line_what_it_turns_into_what():
    missing = [
        path.relative_to(ROOT).as_posix()
        for package in ("ingest", "assistant")
        for path in sources(package)
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert missing == []


def test_no_module_has_a_name_that_says_nothing():
    vague = {"common", "utils", "util", "helpers", "types", "misc"}
    names = {path.stem for package in MAY_IMPORT for path in sources(package)}
    assert names & vague == set()
