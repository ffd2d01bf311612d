from __future__ import annotations

import io
import json
import os
import re
import select
import subprocess
import sys

import pytest

from assistant import __main__ as command
from assistant.assistant import Assistant
from assistant.contact_text import reach
from assistant.triage import Heard
from assistant.wording import WordingError
from tests.small_corpus import QUESTIONS, ROOT, run

SECRET = "ZEBRA-QUAGGA"
INTERFACE = (ROOT / "docs" / "public-interface.md").read_text(encoding="utf-8")


def listed(field: str) -> list[str]:
    """The names that the documentation lists for a field, in its order."""
    (row,) = re.findall(rf"^\| `{re.escape(field)}` \| (.*) \|$", INTERFACE, re.M)
    return [name.removesuffix("[]") for name in re.findall(r"`([a-z0-9_]+(?:\[\])?)`", row) if name != "null"]


def top() -> list[str]:
    (line,) = re.findall(r"^(`question`, .*)\.$", INTERFACE, re.M)
    return re.findall(r"`([a-z_]+)(?:\[\])?`", line)


@pytest.fixture
def assistant(small_index, monkeypatch, capsys):
    """Run the command in this process: assistant(*options, typed="…") → (code, output, errors)."""

    def runs(*options, typed=""):
        content = typed if isinstance(typed, bytes) else typed.encode("utf-8", "surrogatepass")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))
        monkeypatch.setattr(sys, "argv", ["python -m assistant", *small_index.options, *map(str, options)])
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True))
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True))
        try:
            code = command.main()
        except SystemExit as stopped:
            code = stopped.code
        return code, *(stream.buffer.getvalue().decode() for stream in (sys.stdout, sys.stderr))

    return runs


def test_the_line_on_danger_is_read_before_everything(assistant, small_assistant, monkeypatch):
    monkeypatch.setattr("assistant.danger.heard", lambda *_: Heard(None, perhaps=True))
    line = small_assistant.wording("en")["urgent.perhaps"]
    _, out, _ = assistant(typed="Can I make an anonymous complaint?\n")
    assert " ".join(out.split()).startswith(f"{line} {small_assistant.wording('en')['lead.answered']}")


def test_a_question_on_standard_input_is_answered_in_words(assistant, small_assistant):
    code, out, err = assistant(typed="Can I make an anonymous complaint?\n")
    assert (code, err) == (0, "")
    flat = " ".join(out.split())
    answer = small_assistant.ask("Can I make an anonymous complaint?")
    assert flat.startswith(answer.lead)
    assert "“Anonymous complaints are accepted, and they are assessed like any other complaint.”" in flat
    assert "— Addressing sexual harassment, ST/AI/2099/1, page ii, paragraph 3.3 (In force)" in flat
    assert answer.referral.text in flat
    for avenue in answer.referral.avenues:
        assert " ".join(avenue.name.split()) in flat
        assert all(part in out for part in (avenue.phone, avenue.email) if part)


def test_the_object_has_exactly_the_documented_keys_in_their_order(assistant):
    code, out, _ = assistant("--json", "--entity", "un-secretariat", typed=QUESTIONS[6])
    answer = json.loads(out)
    assert code == 0
    assert list(answer) == top()
    assert list(answer["quotes"][0]) == listed("quotes[]")
    assert list(answer["quotes"][0]["spans"][0]) == listed("quotes[].spans[]")
    assert list(answer["referral"]) == listed("referral")
    assert all(list(avenue) == listed("avenues[]") for avenue in answer["referral"]["avenues"])
    assert list(answer["retrieved"][0]) == listed("retrieved[]")
    assert list(answer["timings_ms"]) == listed("timings_ms")
    assert answer["question"] == QUESTIONS[6]
    assert answer["urgent"] is None
    urgent = json.loads(assistant("--json", typed="He wants to kill me")[1])
    assert (urgent["status"], list(urgent["urgent"])) == ("referred_urgent", listed("urgent"))


def test_the_documented_statuses_are_those_that_have_a_wording(small_assistant):
    worded = {key.removeprefix("lead.") for key in small_assistant.wording("en").texts if key.startswith("lead.")}
    assert set(listed("status")) == worded


def test_the_documented_options_are_those_that_there_are():
    documented = set(re.findall(r"^\| `(--[a-z-]+)", INTERFACE, re.M))
    options = {o for action in command._parser()._actions for o in action.option_strings}
    assert options - {"-h", "--help"} == documented


def test_a_question_as_an_argument_is_refused_and_not_repeated(assistant, small_assistant):
    code, out, err = assistant(SECRET, "is", "my", "question")
    assert (code, out) == (2, "")
    assert err.strip() == small_assistant.wording("en")["cli.argument_refused"]


def test_safe_for_now_shows_the_answer(assistant):
    code, out, _ = assistant(
        "--json", "--safe-for-now", typed="He wants to kill me. Who can I speak with in confidence?"
    )
    assert (code, json.loads(out)["status"] == "referred_urgent") == (0, False)


def test_where_nothing_is_on_file_the_terminal_and_the_object_say_so(assistant, small_assistant):
    entity = "world-bank"
    words = small_assistant.wording("en")
    referral = json.loads(assistant("--json", "--entity", entity, typed=QUESTIONS[6])[1])["referral"]
    assert (referral["avenues"], referral["text"]) == ([], words["referral.text_none"])
    assert referral["entity_note"].startswith("Nothing is on file here")
    flat = " ".join(assistant("--entity", entity, typed=QUESTIONS[6])[1].split())
    assert flat.endswith(f"{referral['text']} {' '.join(referral['entity_note'].split())}")


def test_the_terminal_says_of_a_contact_all_that_is_on_file(assistant, small_assistant):
    words = small_assistant.wording("en")
    _, out, _ = assistant("--entity", "undp", typed=QUESTIONS[6])
    referral = small_assistant.referral("undp")[0]
    flat = " ".join(out.split())
    assert referral.passing_on
    assert flat.index(referral.text) < flat.index(referral.passing_on) < flat.index(referral.avenues[0].name)
    for avenue in referral.avenues:
        for label, text in (("confidential", avenue.confidential), ("anonymous", avenue.anonymous)):
            assert not text or f"    {words[f'label.{label}']}: {text}" in out
        for text in (avenue.hours, avenue.who_may_use, avenue.note, avenue.url):
            assert text in out


def test_a_confirmed_contact_says_by_whom_and_when_in_the_terminal(own_index, assistant):
    folder = own_index.corpus / "contacts" / "local"
    folder.mkdir()
    confirmed = '[[confirmed]]\nid = "un-system-oios"\nphone = "+1 212 963 1111"\n'
    confirmed += 'url = "https://oios.un.org/page?slug=reporting-wrongdoing"\n'
    confirmed += 'verified_on = "2026-01-15"\nverified_by = "Focal office"\n'
    (folder / "office.toml").write_text('id = "un-system"\n' + confirmed, encoding="utf-8")
    _, out, _ = assistant("--corpus", own_index.corpus, typed=QUESTIONS[6])
    assert "    Confirmed by Focal office on 2026-01-15" in out


def test_an_unknown_organisation_is_refused_without_the_question(assistant):
    code, out, err = assistant("--entity", "atlantis", typed=SECRET)
    assert (code, out) == (2, "")
    assert err.startswith('There is no entity "atlantis". Use one of:')
    assert SECRET not in err


HISTORIES = ["{", "{}", '["a", 1]', "null", "[" * 100_000]


@pytest.mark.parametrize("content", HISTORIES, ids=range(len(HISTORIES)))
def test_a_history_that_is_no_list_of_questions_is_refused(assistant, tmp_path, content):
    path = tmp_path / "history.json"
    path.write_text(content, encoding="utf-8")
    code, out, err = assistant("--history", path, typed=SECRET)
    assert (code, out) == (2, "")
    assert err.startswith(f"{path}: ")
    assert "list of questions" in err
    assert SECRET not in err


def test_a_history_that_is_not_there_is_refused(assistant, tmp_path):
    code, out, err = assistant("--history", tmp_path / "none.json", typed=SECRET)
    assert (code, out, SECRET in err) == (2, "", False)


def test_a_history_is_used(assistant, tmp_path):
    path = tmp_path / "history.json"
    path.write_text('["Can I make an anonymous complaint?"]', encoding="utf-8")
    _, out, _ = assistant("--json", "--history", path, typed="And how?")
    assert json.loads(out)["quotes"][0]["paragraph"] == "3.3"


def test_a_batch_goes_on_after_a_bad_line(assistant, tmp_path):
    lines = [
        {"id": "a", "question": QUESTIONS[6]},
        "",
        "{not json",
        "[1]",
        {"id": "b"},
        {"id": "c", "question": 5},
        {"id": "d", "question": SECRET, "entity": "atlantis"},
        {"id": "e", "question": SECRET, "entity": 5},
        {"id": "f", "question": SECRET, "history": "one"},
        "[" * 100_000,
        f'{{"id": 1e999, "question": "{QUESTIONS[6]}"}}',
        {"id": 7, "question": "\ud800 Can I make an anonymous complaint?", "language": "fr", "history": None},
        {"id": "g", "question": "He wants to kill me", "urgent_seen": True},
    ]
    path = tmp_path / "batch.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    code, out, err = assistant("--batch", path)
    answers = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (1, "")
    assert [answer.get("id") or answer.get("line") for answer in answers] == ["a", *range(3, 12), 7, "g"]
    assert [list(answer) for answer in answers[1:10]] == [["line", "error"]] * 9
    assert SECRET not in json.dumps(answers[1:10])
    assert list(answers[0]) == ["id", *top()]
    assert answers[0]["status"] == answers[10]["status"] == "answered"
    assert answers[10]["language"] == "fr"
    assert answers[11]["status"] != "referred_urgent"


def test_a_batch_comes_from_standard_input_too(assistant):
    code, out, _ = assistant("--batch", "-", typed=json.dumps({"id": 1, "question": QUESTIONS[6]}) + "\n")
    assert (code, json.loads(out)["status"]) == (0, "answered")


def test_a_batch_that_is_not_there_is_refused(assistant, tmp_path):
    code, out, err = assistant("--batch", tmp_path / "none.jsonl")
    assert (code, out) == (2, "")
    assert "Give a file of JSON lines" in err


def test_a_corpus_that_is_not_there_is_refused(assistant, tmp_path):
    code, out, err = assistant("--corpus", tmp_path / "none", typed=SECRET)
    assert (code, out) == (2, "")
    assert "Give the corpus with --corpus." in err


def test_bytes_that_are_no_text_are_answered_like_any_other_question(assistant):
    code, out, _ = assistant("--json", typed=b"\xff\xfe Can I make an anonymous complaint?\x00")
    assert (code, json.loads(out)["status"]) == (0, "answered")


def test_what_breaks_is_said_without_a_traceback_and_without_the_question(assistant, monkeypatch):
    def breaks(self, question, *rest, **options):
        raise RuntimeError(question)

    monkeypatch.setattr(Assistant, "ask", breaks)
    code, out, err = assistant(typed=SECRET)
    assert (code, out) == (1, "")
    assert "RuntimeError" in err
    assert SECRET not in err


def test_whoever_stops_reading_stops_the_command_without_a_word(small_index):
    options = " ".join(f"'{option}'" for option in small_index.options)
    line = json.dumps({"question": QUESTIONS[0]})
    script = f"yes '{line}' | head -50 | {sys.executable} -m assistant {options} --batch - | head -1"
    done = run("-c", f"import subprocess, sys; sys.exit(subprocess.run({script!r}, shell=True).returncode)")
    assert done.stderr == b""
    assert json.loads(done.stdout)["status"] == "answered"


def test_without_fixed_words_the_terminal_still_names_who_can_be_reached(assistant, small_assistant, monkeypatch):
    avenues = small_assistant.referral()[0].avenues

    def broken(*_):
        raise WordingError(["wording/en.toml: cannot be read"])

    monkeypatch.setattr("assistant.corpus_files.wording", broken)
    code, out, err = assistant(typed="Can I make an anonymous complaint?\n")
    assert (code, out) == (1, "") and "wording/en.toml" in err
    assert avenues
    for avenue in avenues:
        assert avenue.name in " ".join(err.split()) and reach(avenue) in " ".join(err.split())


@pytest.mark.skipif(os.name != "posix", reason="needs a terminal of its own")
def test_at_a_terminal_the_prompt_is_shown_and_so_is_the_way_past_urgent_words(tmp_path):
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "assistant", "--index", str(tmp_path / "none")]
    with subprocess.Popen(command, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        assert "Your question: " in _read_until(ours, "question: ")
        os.write(ours, b"I want to die\n")
        assert "I am safe for now" in _read_until(ours, "(y/n): ")
        os.write(ours, b"y\n")
        assert "have not been read yet" in _read_until(ours, "have not been read yet")
        process.terminate()
    os.close(ours)


def _read_until(terminal, words):
    seen = b""
    while words.encode() not in seen:
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, seen
        seen += os.read(terminal, 4096)
    return seen.decode()
