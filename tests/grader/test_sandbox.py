"""What learners' code can see, keep and use up in the sandbox: nothing of the machine, nothing of other learners'."""

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from classroom.checks.calls import Learner
from classroom.exchange.failures import CheckFailed, NoAnswer
from classroom.limits import Limits
from classroom.sandbox import bubblewrap, scratch
from classroom.sandbox.fork_server import ForkServer, Session
from compresslab.errors import InputError

pytestmark = pytest.mark.linux
SMALL = Limits(
    cell_seconds=60.0,
    call_seconds=30.0,
    memory_bytes=600 * 2**20,
    processes=20,
    disk_bytes=16 * 2**20,
    open_files=64,
)


@pytest.fixture
def session(locked: ForkServer):
    with Session(locked, SMALL, 1) as started:
        yield started


def value(session: Session, body: str):
    """What the body of a function returns in a learner's process."""
    indented = "\n".join("    " + line for line in body.splitlines())
    assert session.run(f"def f():\n    import os, socket, subprocess, sys\n{indented}") is None
    return Learner(session.ask).call("f").value


def test_nothing_of_the_machine_is_there(session: Session, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADEBOOK_PASSWORD", "secret")
    seen = value(
        session,
        f"""
names = sorted(name for name in os.listdir("/proc") if name.isdecimal())
return {{
    "home": [path for path in ("/home", "/root", {str(Path.home())!r}) if os.path.exists(path) and os.listdir(path)],
    "repository": sorted(os.listdir({str(repository)!r})),
    "library": sorted(os.listdir({str(repository / "lib")!r})),
    "processes": names,
    "files": os.listdir("."),
    "tmp": os.listdir("/tmp"),
    "devices": os.path.exists("/dev/kmsg") or os.path.exists("/dev/vda") or os.path.exists("/dev/sda"),
    "environment": sorted(os.environ),
    "arguments": open("/proc/self/cmdline").read(),
    "user": os.getuid(),
    "name": socket.gethostname(),
}}""",
    )
    # A folder that holds the course, or the Python, is there with nothing else in it.
    needed = [str(parent) for folder in (repository, Path(sys.base_prefix)) for parent in folder.parents]
    assert [path for path in seen["home"] if path not in needed] == seen["files"] == []
    assert set(seen["repository"]) <= {".venv", "lib", "reference"}
    assert set(seen["library"]) <= {"classroom", "compresslab"}
    assert seen["processes"] == ["1", "2"]
    course = {part for part in repository.parts[2:3] if repository.is_relative_to("/tmp")}
    assert set(seen["tmp"]) <= {"learner", "cache", "ipython"} | course
    assert not seen["devices"]
    assert "GRADEBOOK_PASSWORD" not in seen["environment"]
    assert "secret" not in seen["arguments"]
    assert seen["user"] != 0
    assert seen["name"] == "sandbox"


def test_there_is_no_network_but_loopback(session: Session) -> None:
    found = value(
        session,
        """
with socket.create_server(("127.0.0.1", 0)) as server:  # loopback works, as DataLoaders and the like may need
    with socket.create_connection(server.getsockname()):
        return [name for _, name in socket.if_nameindex()]""",
    )
    assert found == ["lo"]


def test_only_their_own_folders_can_be_written(session: Session) -> None:
    written = value(
        session,
        """
import classroom, torch
written = []
places = ["/", "/usr", "/etc", "/dev", "/proc/sys/kernel", sys.prefix, os.path.dirname(torch.__file__)]
for folder in [*places, os.path.dirname(classroom.__file__), "/cache", ".", "/tmp", "/dev/shm"]:
    try:
        with open(os.path.join(folder, "mine"), "w") as file:
            file.write("mine")
        written.append(folder)
    except OSError:
        pass
return written""",
    )
    assert written == [".", "/tmp", "/dev/shm"]


def test_one_learner_leaves_nothing_to_the_next(locked: ForkServer) -> None:
    with Session(locked, SMALL, 1) as one:
        left = value(
            one,
            """
for path in ("/tmp/left", "/dev/shm/left", "left"):
    open(path, "w").close()
bomb = "import os, time\\nwhile True:\\n    open('/tmp/boom', 'w').close(); time.sleep(0.01)"
process = subprocess.Popen([sys.executable, "-c", bomb], start_new_session=True)
server = socket.socket(socket.AF_UNIX)
server.bind("\\0left")
server.listen()
sys.modules["left_in_memory"] = server
return process.poll() is None""",
        )
        assert left
    with Session(locked, SMALL, 2) as other:
        found = value(
            other,
            """
import time
time.sleep(0.3)
found = [path for path in ("/tmp/left", "/dev/shm/left", "left", "/tmp/boom") if os.path.exists(path)]
try:
    socket.socket(socket.AF_UNIX).connect("\\0left")
    found.append("socket")
except OSError:
    pass
processes = sorted(name for name in os.listdir("/proc") if name.isdecimal())
return found, processes, "left_in_memory" in sys.modules""",
        )
    assert found == ([], ["1", "2"], False)


def test_the_keeper_can_be_neither_signalled_nor_read(session: Session) -> None:
    found = value(
        session,
        """
import ctypes, signal
libc = ctypes.CDLL(None, use_errno=True)
reached = []
for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGINT, signal.SIGTERM):
    for process in (1, -1):
        try:
            os.kill(process, number)
        except OSError:
            pass
for name in ("mem", "environ", "maps", "fd/0"):
    try:
        open(f"/proc/1/{name}", "rb").read(1)
        reached.append(name)
    except OSError:
        pass
for name, call in (
    ("ptrace", lambda: libc.ptrace(16, 1, 0, 0)),
    ("unshare", lambda: libc.unshare(0x10000000)),
    ("memfd", lambda: libc.memfd_create(b"x", 0)),
    ("shmget", lambda: libc.shmget(1, 4096, 0o1600)),
    ("key", lambda: libc.syscall({"x86_64": 248, "aarch64": 217}[os.uname().machine], b"user", b"x", b"y", 1, -4)),
    ("chroot", lambda: libc.chroot(b"/tmp")),
):
    if call() >= 0:
        reached.append(name)
return reached""",
    )
    assert found == []


def test_a_fork_bomb_stops_at_the_limit(locked: ForkServer) -> None:
    with Session(locked, SMALL, 1) as session:
        count = value(
            session,
            """
import signal
for count in range(1000):
    try:
        if not os.fork():
            signal.pause()
    except OSError:
        return count
return count""",
        )
        assert 5 < count < SMALL.processes
    with Session(locked, SMALL, 1) as other:
        assert value(other, "return 1") == 1


def test_memory_is_limited_for_one_process(session: Session) -> None:
    with pytest.raises(CheckFailed, match=r"MemoryError|can't allocate memory"):
        value(session, "import torch\nreturn float(torch.ones(2**28).sum())")
    assert value(session, "return 1") == 1


def test_memory_is_limited_for_all_processes_together(session: Session) -> None:
    with pytest.raises(NoAnswer, match="more than 600 MiB of memory"):
        value(
            session,
            """
import signal
for _ in range(4):
    if not os.fork():
        block = bytearray(os.urandom(1)) * (250 * 2**20)
        signal.pause()
signal.pause()""",
        )
    assert value(session, "return 1") == 1


SHARED = """\
code = '''import mmap, time
for each in [mmap.mmap(-1, 100 << 20) for _ in range(3)]:
    for place in range(0, 100 << 20, 4096): each[place] = 1
    held = globals().setdefault("held", []); held.append(each)
time.sleep(60)'''
import subprocess, sys, time
started = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
time.sleep(60)
"""
SHARED_BY_FORK = """\
import mmap, os, time
held = []
for _ in range(10):
    if not os.fork():
        held.append(mmap.mmap(-1, 90 << 20))
        for place in range(0, 90 << 20, 4096): held[-1][place] = 1
        time.sleep(60)
time.sleep(60)
"""
CONNECTIONS = """\
import socket, time
server, held = socket.create_server(("127.0.0.1", 0)), []
for _ in range(100):
    ends = [socket.create_connection(server.getsockname()), server.accept()[0]]
    for end in ends:
        end.setblocking(False)
        for _ in range(100):
            try:
                while end.send(b"x" * 2**20): pass
            except BlockingIOError:
                time.sleep(0.001)
    held.append(ends)
time.sleep(60)
"""
PAIRS = """\
import resource, socket, os, time
for _ in range(15):
    if not os.fork():
        held = []
        for _ in range(100):
            held.append(socket.socketpair())
            for end in held[-1]:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 << 20)
                end.setblocking(False)
                try:
                    while end.send(b"x" * 2**16): pass
                except BlockingIOError:
                    pass
        time.sleep(60)
time.sleep(60)
"""


@pytest.mark.parametrize("code", [SHARED, SHARED_BY_FORK, CONNECTIONS, PAIRS], ids=["shared", "fork", "tcp", "unix"])
def test_memory_that_processes_share_or_sockets_hold_is_limited(locked: ForkServer, code: str) -> None:
    small = replace(SMALL, open_files=256, memory_bytes=300 * 2**20)
    with Session(locked, small, 1) as session, pytest.raises(NoAnswer, match="300 MiB"):
        session.run(code)


@pytest.mark.parametrize("family", [40, 17, 38, 31, 29, 9])  # VSOCK, PACKET, ALG, BLUETOOTH, CAN, X25
def test_rare_kinds_of_sockets_are_refused(session: Session, family: int) -> None:
    assert (
        value(
            session,
            f"""
found = []
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
    try:
        socket.socket({family}, kind)
        found.append("open")
    except OSError as error:
        found.append(error.errno)
return found""",
        )
        == [97] * 4
    )


def test_usual_sockets_and_their_options_work(session: Session) -> None:
    assert value(
        session,
        """
for family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6):
    socket.socket(family, socket.SOCK_STREAM).close()
ours, theirs = socket.socketpair()
ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 << 20)  # without an effect
ours.sendall(b"word")
with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as one:
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return [theirs.recv(4), one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY),
            ours.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) < 1 << 20]""",
    ) == [b"word", 1, True]


def test_nothing_is_forked_once_the_time_is_used_up(locked: ForkServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with Session(locked, replace(SMALL, submission_seconds=0.5), 1) as session:
        with pytest.raises(NoAnswer):
            session.run("while True: pass")
        monkeypatch.setattr(locked, "fork", None)
        for _ in range(1000):
            with pytest.raises(NoAnswer, match="has used up its"):
                session.run("1")


def test_who_only_waited_is_known(locked: ForkServer) -> None:
    for code, starved in (("while True: pass", False), ("import time; time.sleep(60)", True)):
        with Session(locked, replace(SMALL, cell_seconds=1.5), 1) as session:
            with pytest.raises(NoAnswer):
                session.run(code)
            assert session.starved == starved, code


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])
def test_disk_is_limited(session: Session, folder: str) -> None:
    written = value(
        session,
        f"""
block, written = bytes(2**20), 0
try:
    for number in range(100):
        with open(f"{folder}/{{number}}", "wb") as file:
            written += file.write(block)
except OSError as error:
    return written""",
    )
    assert SMALL.disk_bytes // 2 < written <= SMALL.disk_bytes


def test_files_and_their_number_are_limited(session: Session) -> None:
    opened = value(
        session,
        """
files = []
try:
    for _ in range(1000):
        files.append(open("/dev/null"))
except OSError:
    return len(files)""",
    )
    assert SMALL.open_files // 2 < opened < SMALL.open_files


def test_output_is_cut(locked: ForkServer) -> None:
    with Session(locked, replace(SMALL, output_characters=100), 1) as session:
        session.run("for _ in range(50):\n    print('x' * 10**6)")
        assert session.output == "x" * 100 + " ..."
        session.run("1 + 1")
        assert session.output == "2\n"


def test_the_time_of_a_whole_notebook_is_limited(locked: ForkServer) -> None:
    limits = replace(SMALL, cell_seconds=2.0, submission_seconds=3.0)
    with Session(locked, limits, 1) as session:
        with pytest.raises(NoAnswer, match="none within 2 s"):
            session.run("while True: pass")
        with pytest.raises(NoAnswer, match="used up its 3 s"):
            session.run("while True: pass")
        with pytest.raises(NoAnswer, match="used up its 3 s"):
            session.run("1")


def test_ordinary_work_is_not_disturbed(locked: ForkServer) -> None:
    source = """
import multiprocessing, subprocess, tempfile, threading
import matplotlib.pyplot as plt
import torch
from torch.utils.data import DataLoader

with tempfile.NamedTemporaryFile() as file:
    torch.save(torch.ones(3), file.name)
figure, axes = plt.subplots()
axes.plot([1, 2])
figure.savefig("figure.png")
loaded = sum(batch.sum().item() for batch in DataLoader(torch.ones(8, 2), batch_size=2, num_workers=1))
said = subprocess.run(["echo", "fine"], capture_output=True, text=True).stdout
thread = threading.Thread(target=print, args=("from a thread",))
thread.start(); thread.join()
loaded, said
"""
    with Session(locked, Limits(), 1) as session:
        assert session.run(source) is None
        assert session.output == "from a thread\n(16.0, 'fine\\n')\n"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("sys.platform", "darwin"), "no sandbox on macOS"),
        (("platform.machine", lambda: "riscv64"), "no sandbox on riscv64"),
        (("shutil.which", lambda name: None), "apt install bubblewrap"),
        (("classroom.sandbox.bubblewrap.around", lambda hidden=(): ["false"]), "bwrap fails"),
    ],
)
def test_without_a_sandbox_nothing_runs_and_the_remedy_is_named(
    monkeypatch: pytest.MonkeyPatch, change: tuple[str, object], reason: str
) -> None:
    bubblewrap.missing.cache_clear()
    try:
        with monkeypatch.context() as patch:
            patch.setattr(*change)
            with pytest.raises(InputError, match=reason):
                ForkServer(sandboxed=True)
    finally:
        bubblewrap.missing.cache_clear()


def test_what_must_be_hidden_is_so_even_inside_of_the_environment(tmp_path: Path) -> None:
    inside = Path(os.__file__).parent / "pydoc_data"  # stands for a course that lies where Python does
    with (
        ForkServer(sandboxed=True, hidden=[inside, tmp_path]) as fork_server,
        Session(fork_server, SMALL, 1) as session,
    ):
        assert value(session, f"return os.listdir({str(inside)!r}), os.path.exists({str(tmp_path)!r})") == ([], False)


def test_what_a_killed_judge_leaves_is_swept_at_the_next_start_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    start = "import sys; from classroom.sandbox.fork_server import ForkServer; server = ForkServer(); "
    command = [sys.executable, "-c", start + "print('started', flush=True); sys.stdin.read()"]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    running = [
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)
    ]
    assert all(process.stdout and process.stdout.readline() == b"started\n" for process in running)
    folders = set(tmp_path.iterdir())
    killed, alive = running
    killed.kill()
    killed.communicate()
    assert folders == set(tmp_path.iterdir()) and len(folders) == 2
    (tmp_path / "classroom-of-somebody-else").mkdir()
    for folder in tmp_path.iterdir():
        (folder / "file").write_text("left")
        os.utime(folder, (0, 0))
    young = tmp_path / f"{scratch.PREFIX}just-made"
    young.mkdir()
    mine = scratch.Scratch()
    try:
        left = set(tmp_path.iterdir())
        assert left == {mine.path, young, tmp_path / "classroom-of-somebody-else", *(folders & left)}
        assert len(folders & left) == 1, "the one whose judge was killed is gone, and no other"
        assert alive.poll() is None
    finally:
        mine.close()
        alive.communicate()
    assert not mine.path.exists()
