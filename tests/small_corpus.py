"""A corpus of four short made-up documents, and indexes of it; a build costs seconds, so each is made once."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from assistant import Assistant
from ingest import build as building
from ingest import examine, reading, worker
from ingest.build import BuildSettings
from ingest.chunks import Splitter
from ingest.embeddings import DEFAULT_MODEL, token_counter
from ingest.model_export import model_digest
from tests.pdfs import make_pdf

ROOT = Path(__file__).resolve().parent.parent

POLICY = [
    """
ST/AI/2099/1
Administrative instruction

Addressing sexual harassment at the Example Secretariat

Section 1
Scope and definitions

1.1  This instruction applies to all staff members, consultants, interns and volunteers of the
Example Secretariat, whatever the kind or the length of their contract.

1.2  Sexual harassment is any unwelcome conduct of a sexual nature that might reasonably be
expected to cause offence or humiliation. A single incident may amount to sexual harass-
ment when it is severe.

1.3  The Secretariat takes a victim-centred approach. Under the victim-centred approach the wishes
of the affected person come first, and a victim-
centred approach is kept up at every stage.

Section 2
Confidential support

2.1  Affected individuals may speak in confidence with the staff counsellor. Speaking with the
staff counsellor is not a formal report and starts no investigation.

2.2  Support that is offered to affected individuals includes the following measures:

(a)  Leave with full pay of up to ten working days;

(b)  A change of the reporting line or of the place of work;

(c)  Medical care and counselling, free of charge.

2.3  The Ombudsman keeps everything that a visitor says in strict confidence unless the visitor

i
""",
    """
ST/AI/2099/1
Administrative instruction

agrees to share it, and keeps no record of any visit.

Section 3
Reporting

3.1  A formal complaint may be made in writing to the Office of Internal Oversight Services at any
time. There is no deadline for a formal complaint of sexual harassment.

3.2  Managers who learn of sexual harassment must report it to the head of office within seven
days, and the duty of managers to report has no exception.

3.3  Anonymous complaints are accepted, and they are assessed like any other complaint.

Section 4
Protection

4.1  Retaliation against a person who reports sexual harassment in good faith is itself misconduct.

4.2  The Ethics Office receives requests for protection against retaliation within one year.

ii
""",
    """
ST/AI/2099/1
Administrative instruction

Annex I
Time limits

5.1  The investigation panel finishes its fact-finding within ninety calendar days.

5.2  The complainant is told in writing about the outcome of the investigation.

1
""",
]
PROGRAMME = [
    """
Support in the Example Programme

1.  Personnel of the Example Programme may call the confidential helpline of the Programme day and
night, in six languages.

2.  The helpline arranges safe transport and a hotel room for personnel who feel unsafe at home.
"""
]
OLD_CIRCULAR = [
    """
Information circular on parking permits and bicycles

1.  Parking permits for bicycles are issued by the garage office on the ground floor every Tuesday.

2.  Bicycles that block the loading ramp are removed by the garage office without a warning.
"""
]
GUIDE = [
    """
Our guide to first steps

1.  You can bring a colleague or a friend as a support person to every interview about your case.

2.  Writing down what happened, with dates, can help you later, but you do not have to do it.
"""
]
_COLUMNS = (
    "id,file,title,issuer,applies_to,symbol,language,published,status,replaced_by,official_url,checked_on,licence_note"
)
_ROWS = (
    "policy,documents/policy.pdf,Addressing sexual harassment,Example Secretariat,un-secretariat,ST/AI/2099/1,en,"
    "2099-01-01,in_force,,https://example.org/policy,2026-11-22,",
    "programme,documents/programme.pdf,Support in the Example Programme,Example Programme,undp,,en,2099,in_force,,,,",
    "old-circular,documents/old circular.pdf,Parking,Example Secretariat,,,en,1999,superseded,policy,,,",
    "first-steps,documents/first-steps.pdf,First steps,Avenues,un-system,,en,2026-11-22,guide,,,,",
)
_FLAGS = (
    "document,paragraph,flag,reason,reviewed_by,reviewed_on\n"
    "policy,3.2,not_first,It speaks of a duty to report.,A reviewer,2026-11-22\n"
)
QUESTIONS = (
    "What is sexual harassment?",
    "Can one incident be sexual harassment?",
    "Who can I speak with in confidence?",
    "Does the Ombudsman keep what I say in confidence?",
    "What does the victim-centred approach mean?",
    "What support measures are offered to affected individuals?",
    "Is there leave with full pay?",
    "Can I make an anonymous complaint?",
    "Is there a deadline for a formal complaint?",
    "Must managers report sexual harassment that they learn of?",
    "Am I protected against retaliation if I report?",
    "How long does the investigation panel take?",
    "Is there a confidential helpline at night?",
    "Can a friend come to the interview as a support person?",
    "Where do I get a parking permit for my bicycle?",
)


@dataclass(frozen=True)
class Built:
    """A corpus folder and the folder of its index."""

    corpus: Path
    index: Path

    @property
    def settings(self) -> BuildSettings:
        return BuildSettings(self.corpus, self.index)

    def assistant(self) -> Assistant:
        return Assistant(self.corpus, self.index)

    @property
    def options(self) -> list[str]:
        return ["--corpus", str(self.corpus), "--index", str(self.index)]


def make_corpus(folder: Path) -> Path:
    """The four documents with catalogue and flags, and the contacts, wording and triage of this project."""
    (folder / "documents").mkdir(parents=True)
    for name in ("contacts", "wording", "triage"):
        shutil.copytree(ROOT / "corpus" / name, folder / name, ignore=shutil.ignore_patterns("local"))
    labels = [(0, "ROMAN_LOWER", 1), (2, "ARABIC", 1)]
    make_pdf(folder / "documents" / "policy.pdf", POLICY, labels)
    make_pdf(folder / "documents" / "programme.pdf", PROGRAMME)
    make_pdf(folder / "documents" / "old circular.pdf", OLD_CIRCULAR)
    make_pdf(folder / "documents" / "first-steps.pdf", GUIDE)
    (folder / "catalogue.csv").write_text("\n".join((_COLUMNS, *_ROWS)) + "\n", encoding="utf-8")
    (folder / "flags.csv").write_text(_FLAGS, encoding="utf-8")
    domains = (ROOT / "corpus" / "domains.csv").read_text(encoding="utf-8")
    (folder / "domains.csv").write_text(f"{domains}example.org,Example Secretariat,official,\n", encoding="utf-8")
    return folder


def run(*arguments: str, **options) -> subprocess.CompletedProcess:
    """Run a module of the project in a process of its own, as a person does."""
    settings = {"cwd": ROOT, "capture_output": True, "timeout": 600, "check": False} | options
    return subprocess.run([sys.executable, *arguments], **settings)


@pytest.fixture(scope="session")
def small_index(tmp_path_factory) -> Built:
    """The small corpus and its index, made with the real model by the real command; never write to either."""
    base = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    built = Built(base / "small" / "corpus", base / "small" / "index")
    with FileLock(base / "small.lock"):
        if not built.corpus.exists():
            make_corpus(built.corpus)
            _take_model(built.index)
            made = run("-m", "ingest", *built.options, "build")
            assert made.returncode == 0, made.stderr.decode()
    return built


def _take_model(index: Path) -> None:
    """Copy the exported model of the project's own index, where it has today's; a build holds it to its digests."""
    models = ROOT / "index" / "models"
    record = models / f"{model_digest(DEFAULT_MODEL)[:16]}.json"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        folder = json.loads(record.read_text(encoding="utf-8"))["folder"]
        shutil.copytree(models / folder, index / "models" / folder)
        shutil.copy2(record, index / "models")


@pytest.fixture(scope="session")
def small_assistant(small_index) -> Assistant:
    """One assistant for all questions that change nothing."""
    return small_index.assistant()


def copied(built: Built, folder: Path) -> Built:
    """A copy of a corpus and its index; the large model is shared by a link."""
    copy = Built(folder / "corpus", folder / "index")
    shutil.copytree(built.corpus, copy.corpus)
    shutil.copytree(built.index, copy.index, ignore=shutil.ignore_patterns("models"))
    lend_model(built, copy.index)
    return copy


def lend_model(built: Built, index: Path) -> None:
    """Put the exported model of an index into the folder of another, as a link, so that it is not exported again."""
    (index / "models").mkdir(parents=True)
    for path in (built.index / "models").iterdir():
        if path.is_dir():
            (index / "models" / path.name).symlink_to(path.resolve(), target_is_directory=True)
        else:
            shutil.copy2(path, index / "models")


@pytest.fixture
def own_index(small_index, tmp_path) -> Built:
    """A copy of the small corpus and its index that a test may spoil."""
    return copied(small_index, tmp_path / "own")


def model_of(built: Built) -> Path:
    """The folder of the exported model of an index."""
    (folder,) = (path for path in (built.index / "models").iterdir() if path.is_dir())
    return folder


class ReadersHere:
    """Reads documents in this process, where a test can see and change how; one by one, as pdfium knows no threads."""

    _one_by_one = threading.Lock()

    def __init__(self, tokenizer: Path, max_tokens: int) -> None:
        self._splitter = Splitter(token_counter(tokenizer), max_tokens)

    def __enter__(self) -> ReadersHere:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def read(self, wanted: reading.Wanted) -> bytes:
        with self._one_by_one:
            return reading.said_of(wanted, self._splitter)


def work_here(patch: pytest.MonkeyPatch) -> None:
    """Let the work of a build's child processes be done in this one, where the libraries are imported already."""

    def child(work, task, progress=lambda state: None):
        said = []
        patch.setattr(worker, "_say", lambda kind, **values: said.append((kind, values)))
        folders = {name: Path(value) for name, value in task.items() if name.endswith(("folder", "dir"))}
        step = {"build": worker.build, "verify": worker.verify, "export": worker.export}[work]
        step(**{**task, **folders})
        return next(json.loads(json.dumps(values)) for kind, values in said if kind == "result")

    patch.setattr(building, "_child", child)
    patch.setattr(worker, "Readers", ReadersHere)


@pytest.fixture
def examined_here(monkeypatch) -> None:
    """Let a new PDF be looked into in this process, as its child would, and without the child's limits."""
    monkeypatch.setattr(examine, "_ask_child", lambda path, _: json.loads(json.dumps(examine.said_of(path))))


@pytest.fixture
def builds_here(monkeypatch) -> None:
    """Let builds be done in this process."""
    work_here(monkeypatch)
