"""The proof that a question leaves no trace: each way to look finds what is there, and nothing where nothing is."""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
import time

import pytest

from tests.small_corpus import ROOT
from views.prove import canaries, control, judge, namespace, planted_page, surroundings, trace, watch
from views.prove.browser import Visit
from views.prove.proof import Evidence, _files, of_questions
from views.prove.report import BROKEN, OK, UNKNOWN, Check, Report, none_of
from views.prove.search import Detector, Find, Searched, hash_folder, search_deleted, search_folders
from views.prove.session import ADDRESS, Asked, Page, end_group
from views.prove.trace import Seen, Traced, read_trace, strace_command
from views.prove.versions import one_hash

ROOT_WORD, CONTROL = "zoravikalu", "bedofigame"
WORD = ROOT_WORD + "mino"
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Only Linux has /proc.")


@pytest.fixture
def detector():
    return Detector(ROOT_WORD, CONTROL)


def encodings():
    text = f"My question on {WORD}, please"
    yield "UTF-8", text.encode()
    yield "UTF-8", text.upper().encode()
    yield "UTF-16", text.encode("utf-16-le")
    yield "UTF-16", text.encode("utf-16-be")
    yield "UTF-32", text.encode("utf-32-le")
    yield "hexadecimal", text.encode().hex().encode()
    yield "percent", "".join(f"%{letter:02X}" for letter in text.encode()).encode()
    yield "backslash u", "".join(f"\\u{ord(letter):04x}" for letter in text).encode()
    for shift in range(3):
        yield "Base64", base64.b64encode(b"x" * shift + text.encode())
        yield "Base64", base64.b64encode(b"x" * shift + text.upper().encode())
        yield "Base64", base64.b64encode(b"x" * shift + text.encode("utf-16-le"))
        yield "Base64", base64.urlsafe_b64encode(b"x" * shift + text.encode())


@pytest.mark.parametrize(("encoding", "data"), list(encodings()))
def test_a_word_is_found_in_every_usual_encoding(detector, encoding, data):
    assert detector.find(b"before" + data + b"after", "here") == {Find(ROOT_WORD, encoding, "here")}


@pytest.mark.parametrize("data", [b"", b"zoravikal", b"z o r a v i k a l u", os.urandom(100_000), b"a question"])
def test_nothing_is_found_where_no_word_is(detector, data):
    assert detector.find(data, "here") == set()


@pytest.mark.parametrize("before", [4 * 1024 * 1024 - 3, 4 * 1024 * 1024, 17])
def test_a_word_is_found_across_the_pieces_that_a_large_file_is_read_in(detector, before):
    data = b"." * before + WORD.encode("utf-16") + b"." * 100
    assert detector.find_in(io.BytesIO(data), "here") == {Find(ROOT_WORD, "UTF-16", "here")}


def test_only_what_changed_is_searched_with_names_links_and_what_lies_deep(detector, tmp_path):
    old = tmp_path / "old"
    old.write_text(WORD)
    since = old.stat().st_ctime + 0.05
    time.sleep(0.1)
    deep = tmp_path / "a" / ".b" / "c"
    deep.mkdir(parents=True)
    (deep / "kept").write_text(f"x {WORD}")
    (deep / f"named {WORD}").write_text("")
    (tmp_path / "link").symlink_to(WORD)
    (tmp_path / "clean").write_text("a question")
    found = search_folders(detector, [tmp_path, deep], since)
    assert {find.place for find in found.finds} == {
        str(deep / "kept"), f"the name {deep / f'named {WORD}'}", f"the link {tmp_path / 'link'}",
    }  # fmt: skip
    assert found.files == 3 and not found.unreadable
    assert search_folders(detector, [tmp_path], 0).files == 4
    assert search_folders(detector, [tmp_path / "nowhere"], 0).files == 0


@LINUX
def test_a_deleted_file_that_is_still_open_is_searched(detector, tmp_path):
    path = tmp_path / "gone"
    with path.open("w+b", buffering=0) as file:
        assert not search_deleted(detector, [os.getpid()], memory=True).finds
        file.write(WORD.encode())
        path.unlink()
        found = search_deleted(detector, [os.getpid()], memory=True)
    assert any(str(path) in find.place for find in found.finds)


def test_a_change_of_one_bit_changes_the_hash_of_a_file_and_of_the_whole(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"\x00")
    (tmp_path / "other").write_bytes(b"")
    before = hash_folder(tmp_path)
    assert list(before) == ["deep/file", "other"]
    (tmp_path / "deep" / "file").write_bytes(b"\x01")
    after = hash_folder(tmp_path)
    assert before["other"] == after["other"] and before["deep/file"] != after["deep/file"]
    assert one_hash(before) != one_hash(after) == one_hash(dict(reversed(after.items())))


TRACE = rf"""
7 openat(AT_FDCWD</srv>, "read.txt", O_RDONLY|O_CLOEXEC) = 3</srv/read.txt>
7 openat(AT_FDCWD</srv>, "no.txt", O_WRONLY|O_CREAT, 0666) = -1 EACCES (Permission denied)
7 openat(AT_FDCWD</srv>, "O_WRONLY.txt", O_RDONLY) = 3</srv/O_WRONLY.txt>
7 openat(AT_FDCWD</srv>, "made.txt", O_WRONLY|O_CREAT, 0666 <unfinished ...>
8 write(4</srv/log>, "nothing\n", 8) = 8
7 <... openat resumed>) = 3</srv/made.txt>
7 openat(AT_FDCWD</srv>, "unnamed.txt", O_RDWR) = 5
7 openat(AT_FDCWD</srv>, "/srv", O_RDWR|O_EXCL|O_TMPFILE, 0600) = 5</srv/#17>(deleted)
8 openat(AT_FDCWD</srv>, "/dev/null", O_RDWR) = 6</dev/null<char 1:3>>
7 listen(6<TCP:[127.0.0.1:8501]>, 2048) = 0
7 sendto(9<TCP:[127.0.0.1:8501->127.0.0.1:40000]>, "{WORD}", 14, 0, NULL, 0) = 14
7 sendto(9<TCPv6:[[::1]:8501->[::1]:40000]>, "{WORD}", 14, 0, NULL, 0) = 14
7 sendto(9<TCP:[12345]>, "{WORD}", 14, 0, NULL, 0) = 14
7 sendto(9, "{WORD}", 14, 0, NULL, 0) = 14
7 write(1<pipe:[88]>, "{WORD}", 14) = 14
7 write(1, "{WORD}", 14) = 14
7 write(4</dev/pts/3<char 136:3>>, "{WORD}", 14) = 14
7 write(4</srv/text>, "connect(3, inet_addr(\"8.8.8.8\") htons(53)", 30) = 30
7 connect(9<TCP:[1]>, {{sa_family=AF_INET, sin_port=htons(8501), sin_addr=inet_addr("127.0.0.1")}}, 16) = 0
7 connect(9<TCP:[1]>, {{sa_family=AF_INET, sin_port=htons(8501), sin_addr=inet_addr("0.0.0.0")}}, 16) = 0
""".strip().splitlines()


def test_a_trace_without_a_leak_has_no_find(detector):
    seen = read_trace(TRACE, detector)
    assert seen.finds == set() and seen.far == seen.lookups == seen.programs == seen.unseen == [] and seen.cut == 0
    assert seen.written == {"/srv/made.txt", "/srv/unnamed.txt", "/dev/null", "/srv/#17"}
    assert seen.listening == {"127.0.0.1:8501"} and len(seen.near) == 2
    assert seen.writes == 2 and seen.lines == len(TRACE)


@pytest.mark.parametrize(
    "line",
    [
        f'7 write(4</srv/log>, "a {WORD} b", 18) = 18',
        f'7 write(4</srv/log>, "a {WORD} b", 18 <unfinished ...>',
        '7 pwrite64(4</srv/log>, "' + r"\0".join(WORD) + '", 28, 0) = 28',
        f'7 writev(4</srv/log>, [{{iov_base="x\\n", iov_len=2}}, {{iov_base="{WORD}", iov_len=14}}], 2) = 16',
        f'7 write(4</srv/a>(deleted), "{WORD}", 14) = 14',
        f'7 write(5, "{WORD}", 14) = 14',
        f'7 sendto(9<TCP:[10.0.0.2:5000->93.184.216.34:80]>, "{WORD}", 14, 0, NULL, 0) = 14',
        f'7 sendto(9<UNIX-DGRAM:[5->6]>, "{WORD}", 14, 0, NULL, 0) = 14',
        f'7 mkdir("/srv/{WORD}", 0777) = 0',
        f'7 rename("/srv/a", "/srv/{WORD}") = 0',
        f'7 symlink("{WORD}", "/srv/a") = 0',
        f'7 setxattr("/srv/a", "user.q", "{WORD}", 14, 0) = 0',
        f'7 openat(AT_FDCWD</srv>, "{WORD}.txt", O_RDONLY) = -1 ENOENT (No such file or directory)',
        f'7 execve("/bin/true", ["true", "{WORD}"], ["A=1"]) = 0',
        f'7 execve("/bin/true", ["true"], ["A={WORD}"]) = 0',
    ],
)
def test_each_way_to_leave_a_word_is_seen_in_a_trace(detector, line):
    assert len(read_trace([*TRACE, line], detector).finds) == 1


def test_a_word_that_is_cut_in_two_by_two_writes_is_seen(detector):
    halves = (f'7 write(4</srv/log>, "{part}", 7) = 7' for part in (WORD[:5], WORD[5:]))
    assert len(read_trace(halves, detector).finds) == 1


@pytest.mark.parametrize(
    ("line", "far", "lookups", "programs"),
    [
        ('7 connect(3<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("8.8.8.8")}, 16) = -1 '
         "ENETUNREACH (Network is unreachable)", 1, 0, 0),
        ("7 connect(3<TCPv6:[1]>, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), "
         'inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = -1 EINPROGRESS (x)', 1, 0, 0),
        ('7 connect(3<UDP:[1]>, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")}, 16) = 0',
         0, 1, 0),
        ('7 sendto(3<UDP:[1]>, "x", 1, 0, {sa_family=AF_INET, sin_port=htons(1), sin_addr=inet_addr("10.1.1.1")}, 16) '
         "= 1", 1, 0, 0),
        ('7 sendmsg(3<UDP:[1]>, {msg_name={sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.1.1.1")}, '
         'msg_namelen=16, msg_iov=[{iov_base="x", iov_len=1}], msg_iovlen=1}, 0) = 1', 1, 1, 0),
        ('7 connect(3<UNIX-STREAM:[1]>, {sa_family=AF_UNIX, sun_path="/run/systemd/resolve/io.systemd.Resolve"}, 42) '
         "= 0", 0, 1, 1),
        ('7 connect(3<UNIX-DGRAM:[1]>, {sa_family=AF_UNIX, sun_path="/dev/log"}, 110) = 0', 0, 0, 1),
        ('7 connect(3<UNIX-STREAM:[1]>, {sa_family=AF_UNIX, sun_path=@"/tmp/dbus-x"}, 23) = 0', 0, 0, 1),
    ],
)  # fmt: skip
def test_each_way_to_reach_elsewhere_is_seen_in_a_trace(detector, line, far, lookups, programs):
    seen = read_trace([*TRACE, line], detector)
    assert (len(seen.far), len(seen.lookups), len(seen.programs)) == (far, lookups, programs)


def test_what_a_trace_cannot_show_is_said(detector):
    cut = '7 write(4</srv/log>, "abc"..., 99999999) = 99999999'
    unseen = "7 sendfile(4</srv/to>, 5</srv/from>, NULL, 100) = 100"
    seen = read_trace([cut, unseen, "7 io_uring_setup(8, 0x7f) = -1 ENOSYS (x)"], detector)
    assert seen.cut == 1 and seen.unseen == ["sendfile to /srv/to"]
    assert judge._not_seen(seen) and judge._not_seen(Seen(cut=1)) and not judge._not_seen(Seen())


@LINUX
@pytest.mark.skipif(not strace_command(), reason="strace is not here or not allowed.")
def test_the_leaking_program_is_seen_in_every_way_by_the_real_strace(detector, tmp_path):
    word = CONTROL + "mino"
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    wanted = json.dumps({"word": word, "folder": str(tmp_path), "listener": 9, "isolated": False}).encode()
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    traced = Traced([sys.executable, "-m", control.__name__], cwd=ROOT, env=environment, **pipes)
    with watch.Watch(detector, everything=False, every_s=0.1) as watching:
        said, _ = traced.process.communicate(wanted, 60)
    seen = traced.seen(detector)
    assert word.encode() in said and any("process list" in find.place for find in watching.finds)
    places = " ".join(find.place for find in seen.finds)
    assert all(part in places for part in ("in a file", "in another file", "tmp", "command line"))
    assert [one for one in seen.far if control.ELSEWHERE in one] and seen.lookups and seen.programs
    assert {str(tmp_path / "in a file"), str(tmp_path / "in another file")} <= seen.written
    assert seen.unseen == [] and seen.cut == 0


def test_rows_of_the_kernel_are_read():
    row = "0: 0100007F:2135 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 777 1 0 100 0 0 10 0"
    assert watch.read_row("tcp", row) == watch.Socket("tcp", "127.0.0.1", 8501, "", True, "777")
    row = "1: 0100007F:2135 22D8B85D:0050 01 00000000:00000000 00:00000000 00000000 0 0 778 1 0 100 0 0 10 0"
    assert watch.read_row("tcp", row)[3:5] == ("93.184.216.34", False)
    host = "00000000000000000000000001000000"
    row = f"2: {host}:0050 {host}:0051 01 00000000:00000000 00:00000000 00000000 0 0 779 1 0 100 0 0 10 0"
    assert watch.is_loopback(watch.read_row("tcp6", row).other) and not watch.is_loopback("93.184.216.34")


@LINUX
def test_a_process_finds_itself_and_its_children():
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); print(1, flush=True); input()"
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        child.stdout.readline()  # from now on it ends when it is asked to
        assert {os.getpid(), child.pid} <= watch.descendants(os.getpid())
        assert os.getpid() not in watch.descendants(child.pid)
    finally:
        end_group(child)
    assert child.poll() is not None and child.pid not in watch.descendants(os.getpid())


@LINUX
def test_a_network_of_its_own_has_loopback_only_or_the_reason_is_said():
    code = (
        "import socket\nfrom views.prove.namespace import enter_empty_network, interfaces\n"
        "reason = enter_empty_network()\nprint(reason)\n"
        "if not reason:\n    assert interfaces() == ['lo']\n"
        "    server = socket.create_server(('127.0.0.1', 0))\n    socket.create_connection(server.getsockname())\n"
        "    try:\n        socket.create_connection(('192.0.2.1', 9), 1)\n"
        "    except OSError as error:\n        assert error.errno == 101, error\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_where_no_network_can_be_made_nothing_has_changed(monkeypatch):
    monkeypatch.setattr(namespace, "_tried_in_a_child", lambda flags: "this machine does not allow it")
    monkeypatch.setattr(namespace, "_enter", lambda flags: pytest.fail("entered"))
    before = namespace.interfaces()
    assert namespace.enter_empty_network() and namespace.interfaces() == before


def test_every_question_has_a_word_of_its_own():
    made = canaries.Canaries()
    asked = made.questions(120)
    found = Detector(made.root)
    assert all(found.find(question.encode(), "") for question in asked) and len(set(asked)) == 120
    looked_up = made.looked_up()
    assert all(found.find(text.encode(), "") for text in looked_up) and len(looked_up) == judge._LOOKED_UP
    assert not found.find(made.control().encode(), "") and made.root != made.control_root
    assert not any(found.find(question.encode(), "") for question in canaries.Canaries().questions(50))


def test_the_environment_wants_to_leak_unless_it_is_plain(tmp_path):
    hostile = surroundings.make(tmp_path / "a", "http://127.0.0.1:9", hostile=True)
    plain = surroundings.make(tmp_path / "b", "http://127.0.0.1:9", hostile=False)
    wanted = {"LANGSMITH_TRACING": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_OFFLINE": "0"}
    assert wanted.items() <= hostile.product.items() and "gatherUsageStats = true" in next(
        (tmp_path / "a").rglob("config.toml")
    ).read_text(encoding="utf-8")
    assert not wanted.keys() & plain.product.keys() and not wanted.keys() & hostile.browser.keys()
    assert _files(plain.home, plain.temporary) == set()
    assert os.environ.get("HOME") not in {plain.product["HOME"], plain.browser["HOME"]}


@pytest.mark.parametrize(
    ("line", "address"),
    [
        (b"Avenues is open at http://127.0.0.1:8501.\n", b"http://127.0.0.1:8501"),
        (b"open at http://127.0.0.1:8501/?key=a-B_9 (no browser)", b"http://127.0.0.1:8501/?key=a-B_9"),
    ],
)
def test_the_printed_address_is_read_with_its_key(line, address):
    assert ADDRESS.search(line)[0] == address


def test_the_page_has_the_places_where_the_faults_are_planted():
    from views import chat, engine

    assert callable(chat.turns.take_question) and callable(chat.show_answer) and callable(engine.ask)
    source = "".join((ROOT / "views" / name).read_text(encoding="utf-8") for name in ("chat.py", "turns.py"))
    assert "engine.ask(" in source and "on_submit=turns.take_question" in source and 'key="asked"' in source
    assert set(judge._FAULTS) == {
        kind.__name__ for kind in (planted_page.FaultInBody, planted_page.FaultInCallback, planted_page.FaultInThread)
    }


def clean_evidence():
    """A run in which everything was looked at, nothing was found, and every planted leak was."""
    made = canaries.Canaries()
    made.root, made.control_root = ROOT_WORD, CONTROL
    found = Evidence(Detector(ROOT_WORD, CONTROL), made, traced=True, wanted_questions=2, interfaces=["lo"])
    found.page = Seen(lines=9, writes=3, size=9, listening={"127.0.0.1:8501"}, written={"/dev/shm/avenues-1-x/a"})
    found.page_log = b"FaultInBody FaultInCallback FaultInThread"
    found.visit = Visit("1", 2, 1, ["http://127.0.0.1:8501/"], [], "kept", ["Something"], 0.1, "about:blank\n")
    found.visit.looked_up = 4
    found.terminal = Asked(2, 2, 1, b"", Seen(lines=1))
    found.ended_after_s, found.index_before, found.index_after = 60.0, {"a": "1"}, {"a": "1"}
    found.watch, found.control_watch = Watched(), Watched()
    found.control_watch.listening = {"tcp 0.0.0.0 port 5"}
    planted = {("process list", "UTF-8"), ("/x/in a file", "UTF-8"), ("/x/in another file", "UTF-16")}
    places = {Find(CONTROL, encoding, place) for place, encoding in planted}
    found.control_watch.finds = places
    found.final = Searched(places | {Find(CONTROL, "UTF-8", "/x/profile/a")}, 5)
    found.control_open = Searched({Find(CONTROL, "UTF-16", "/x/profile/Sessions/1")}, 1)
    found.control_deleted = Searched({Find(CONTROL, "UTF-8", "/x (deleted)")}, 1)
    writes = {Find(CONTROL, "UTF-8", "write to /x"), Find(CONTROL, "UTF-8", "a command line")}
    found.control = Seen(far=[f"connect {control.ELSEWHERE} port 9"], lookups=["x"], programs=["x"], finds=writes)
    found.control_log, found.control_heard, found.control_foreign = CONTROL.encode(), 1, ["http://192.0.2.1/"]
    return found


class Watched:
    """A watch that has ended."""

    def __init__(self):
        self.possible, self.looks = True, 3
        self.finds, self.far, self.listening = set(), set(), {"tcp 127.0.0.1 port 8501"}


def judged(evidence):
    report = Report("Title")
    judge.judge(evidence, report)
    return report


def test_a_clean_run_is_ok():
    report = judged(clean_evidence())
    assert report.outcomes(BROKEN) == report.outcomes(UNKNOWN) == [] and report.status(strict=True) == 0
    assert "No trace was found" in report.text()


def leak(name):
    return {Find(ROOT_WORD, "UTF-8", name)}


LEAKS = {
    "a question not answered on the page": lambda e: setattr(e.visit, "answered", 1),
    "a text that was not looked up on the page": lambda e: setattr(e.visit, "looked_up", 3),
    "no answer from a document on the page": lambda e: setattr(e.visit, "quoted", 0),
    "a question not answered in the terminal": lambda e: setattr(e.terminal, "answered", 1),
    "no answer from a document in the terminal": lambda e: setattr(e.terminal, "quoted", 0),
    "a fault that did not happen": lambda e: setattr(e, "page_log", b"FaultInBody FaultInThread"),
    "a page that did not start": lambda e: setattr(e, "page_failed", "It said no."),
    "a visit that failed": lambda e: setattr(e, "visit_failed", "TimeoutError"),
    "a call elsewhere": lambda e: e.page.far.append("connect 1.1.1.1"),
    "a call elsewhere from the terminal": lambda e: e.terminal.seen.far.append("connect 1.1.1.1"),
    "a look-up": lambda e: e.page.lookups.append("x"),
    "another program": lambda e: e.page.programs.append("/dev/log"),
    "listening to all": lambda e: e.page.listening.add("0.0.0.0:8501"),
    "listening to all, by the kernel's table": lambda e: e.watch.listening.add("tcp6 :: port 8501"),
    "an open connection": lambda e: e.watch.far.add("tcp 1.1.1.1"),
    "a foreign request": lambda e: e.visit.foreign.append("https://evil.test"),
    "what the environment asked for": lambda e: setattr(e, "heard", 1),
    "a write": lambda e: e.page.finds.update(leak("write to /x")),
    "a file": lambda e: e.final.finds.update(leak("/x")),
    "a file while open": lambda e: e.while_open.finds.update(leak("/x")),
    "a deleted file": lambda e: e.deleted.finds.update(leak("/x")),
    "the profile": lambda e: e.profile_closed.finds.update(leak("/x")),
    "the address bar": lambda e: setattr(e.visit, "kept", f"http://127.0.0.1/?q={WORD}"),
    "an error that is shown": lambda e: e.visit.shown.append(f"failed on {WORD}"),
    "a traceback that is shown": lambda e: e.visit.shown.append("Traceback"),
    "the log": lambda e: setattr(e, "page_log", e.page_log + WORD.encode()),
    "the terminal's errors": lambda e: setattr(e.terminal, "beside", WORD.encode()),
    "the process list": lambda e: e.watch.finds.update(leak("the process list")),
    "a file that is not expected": lambda e: e.page.written.add("/home/a/.config/x"),
    "a file in memory that is no copy of the index": lambda e: e.page.written.add("/dev/shm/avenues-note"),
    "the index": lambda e: setattr(e, "index_after", {"a": "2"}),
    "a new file in the index": lambda e: setattr(e, "index_after", {"a": "1", "b": "1"}),
    "back": lambda e: setattr(e.visit, "back", f"http://127.0.0.1/\n{WORD}"),
    "leaving is slow": lambda e: setattr(e.visit, "left_after_s", 1.5),
    "it never left": lambda e: setattr(e.visit, "back", ""),
    "it did not end": lambda e: setattr(e, "ended_after_s", None),
    "a process left": lambda e: e.left_running.append(5),
    "a file left": lambda e: e.leftovers.append("/dev/shm/avenues-1-x"),
    "planting failed": lambda e: setattr(e, "control_failed", "OSError"),
    "control: a file": lambda e: e.final.finds.clear(),
    "control: the trace": lambda e: e.control.finds.clear(),
    "control: calls": lambda e: e.control.far.clear(),
    "control: look-ups": lambda e: e.control.lookups.clear(),
    "control: programs": lambda e: e.control.programs.clear(),
    "control: log": lambda e: setattr(e, "control_log", b""),
    "control: process list": lambda e: e.control_watch.finds.clear(),
    "control: port": lambda e: e.control_watch.listening.clear(),
    "control: deleted": lambda e: e.control_deleted.finds.clear(),
    "control: draft": lambda e: e.control_open.finds.clear(),
    "control: request": lambda e: e.control_foreign.clear(),
    "control: listener": lambda e: setattr(e, "control_heard", 0),
}


@pytest.mark.parametrize("name", LEAKS)
def test_each_leak_alone_makes_the_proof_fail(name):
    evidence = clean_evidence()
    LEAKS[name](evidence)
    report = judged(evidence)
    assert report.outcomes(BROKEN) and report.status(strict=False) == 1
    assert "FAILED" in report.text() and report.to_json()["verdict"] == report.verdict()


@pytest.mark.parametrize("lacking", [{"traced": False}, {"no_browser": "There is none."}])
def test_what_cannot_be_looked_at_is_listed_and_fails_only_a_strict_proof(lacking):
    evidence = clean_evidence()
    for name, value in lacking.items():
        setattr(evidence, name, value)
    evidence.control, evidence.control_foreign = Seen(), []
    evidence.control_open, evidence.traced = Searched(), lacking.get("traced", True)
    if evidence.traced:
        evidence.control = clean_evidence().control
    report = judged(evidence)
    unknown = report.outcomes(UNKNOWN)
    assert unknown and all(check.why for check in unknown)
    if "no_browser" in lacking:
        assert not report.outcomes(BROKEN) and (report.status(strict=False), report.status(strict=True)) == (0, 1)
        assert report.text().count("There is none.") == 1


def test_a_proof_that_looked_at_nothing_fails():
    assert Report("Title").status(strict=False) == 1


def test_a_planted_word_is_no_find_of_a_question():
    evidence = clean_evidence()
    assert of_questions(evidence, evidence.final.finds) == []
    assert of_questions(evidence, leak("/x")) == ["/x (UTF-8)"]


def test_a_check_says_where_it_found_something():
    check = none_of("words", [f"/place {number}" for number in range(20)], "in 99 files")
    assert check.outcome == BROKEN and "/place 11" in check.why and "and 8 more" in check.why
    assert none_of("words", [], "in 99 files") == Check("words", "0 in 99 files", OK)
    assert none_of("words", [], "", why_not="No.").outcome == UNKNOWN
    assert none_of("words", ["x"], "", why_not="No.").outcome == BROKEN


def test_a_page_that_does_not_start_is_ended_and_says_why(tmp_path, monkeypatch):
    from views.prove.session import StartError

    made = surroundings.make(tmp_path / "run", "http://127.0.0.1:9", hostile=False)
    monkeypatch.setattr(trace, "strace_command", lambda: ())
    page = Page(["--no-such-option"], made.product)
    try:
        with pytest.raises(StartError, match="no-such-option"):
            page.address()
        assert page.ended_before(time.monotonic() - 60) is None and page.ended_before(time.monotonic() + 10)
    finally:
        page.end()
    assert page.pids == []


def test_without_an_index_it_says_what_to_do_first(tmp_path):
    command = [sys.executable, "-m", "assistant", "prove", "--index", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 2 and b"make build" in done.stderr and done.stdout == b""
