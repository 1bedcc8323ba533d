"""One learner's part of the sandbox: own processes, files, memory and limits, made anew after each fork.

The fork server stands in the sandbox that bubblewrap made (see `bubblewrap`), and may still make namespaces and mounts
in it. For each learner it forks a process that runs `live_in`; three processes come of it:

    fork server ── waiter ── keeper ── learner and all that it starts

The waiter belongs to the fork server's process space. The keeper is the first process of a new one, so that all in it
end with it, and sees to the memory. The learner can do nothing any more: no privileges, own empty /tmp, limits.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from classroom.limits import Limits
from classroom.sandbox import seccomp
from classroom.sandbox.bubblewrap import needed_in

HOME = Path("/tmp/learner")  # the learner's folder
INODES = 20_000
TOO_MUCH_MEMORY = 70  # the keeper's exit status

_NEW_MOUNTS, _NEW_HOST_NAME, _NEW_IPC, _NEW_PROCESSES = 0x20000, 0x4000000, 0x8000000, 0x20000000
_PRIVATE, _RECURSIVE, _BIND, _NO_SUID, _NO_DEVICES, _NO_EXECUTE = 0x40000, 0x4000, 0x1000, 0x2, 0x4, 0x8
_DEATH_SIGNAL, _DUMPABLE, _NO_NEW_PRIVILEGES = 1, 4, 38
_CAPABILITIES_VERSION = 0x20080522
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PAUSE = 0.05  # seconds between two looks at the memory
_SOCKET_BYTES = 2**18  # that one of the usual size may hold in its buffers: the kernel counts them for nobody

libc = ctypes.CDLL(None, use_errno=True)


def live_in(
    limits: Limits,
    user: int,
    *,
    live: Callable[[], None],
    close: Callable[[], None],
    started: Callable[[int], None],
) -> NoReturn:
    """Be the waiter: start keeper and learner, and end with them, with the keeper's exit status.

    Args:
        limits: of the learner.
        user: to become, where this process is root; 0 to stay an ordinary user.
        live: what the learner does.
        close: closes in the waiter and the keeper what belongs to the learner.
        started: is told the keeper's id: to kill it is to end all.
    """
    _check(libc.unshare(_NEW_MOUNTS | _NEW_HOST_NAME | _NEW_IPC | _NEW_PROCESSES))
    keeper = os.fork()
    if not keeper:
        status = 1
        with contextlib.suppress(BaseException):
            status = _keep(limits, user, live, close)
        os._exit(status)
    close()
    started(keeper)
    _, ended = os.waitpid(keeper, 0)
    os._exit(os.waitstatus_to_exitcode(ended) % 256)


def _keep(limits: Limits, user: int, live: Callable[[], None], close: Callable[[], None]) -> int:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # which the first process of a space does not get from within
    _mount_own(limits, user)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    learner = os.fork()
    if not learner:
        with contextlib.suppress(BaseException):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            _give_up_everything(limits, user)
            live()
        os._exit(0)
    close()
    _give_up_privileges(user)
    _check(libc.prctl(_DUMPABLE, 0, 0, 0, 0))  # nobody looks into the keeper
    end_with_parent()
    # What the learner's process starts with doesn't count, as it doesn't for the size of its own that the kernel
    # limits: so a process that asks for too much has the failure, in the cell that asked, and isn't ended afterwards.
    most = _anonymous(Path("/proc/self/status")) + limits.memory_bytes
    while True:
        signal.sigtimedwait({signal.SIGCHLD}, _PAUSE)
        while ended := _ended():
            if ended == learner:
                return 0
        if _memory() > most and _memory(exact=True) > most:
            return TOO_MUCH_MEMORY


def end_with_parent() -> None:
    """Have the kernel kill this process when the one that started it ends; on Linux."""
    if sys.platform == "linux":
        _check(libc.prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0))


def _mount_own(limits: Limits, user: int) -> None:
    _check(libc.mount(None, b"/", None, _PRIVATE | _RECURSIVE, None))
    needed = {folder: os.open(folder, os.O_PATH) for folder in needed_in("/tmp")}  # a course that was cloned there
    for folder, size in (("/tmp", limits.disk_bytes), ("/dev/shm", limits.disk_bytes)):
        options = f"size={size},nr_inodes={INODES},mode=0700,uid={user or os.getuid()},gid={user or os.getgid()}"
        _check(
            libc.mount(
                b"tmpfs",
                folder.encode(),
                b"tmpfs",
                _NO_SUID | _NO_DEVICES,
                options.encode(),
            )
        )
    for path, place in needed.items():
        path.mkdir(parents=True)
        _check(libc.mount(f"/proc/self/fd/{place}".encode(), bytes(path), None, _BIND | _RECURSIVE, None))
        os.close(place)
    _check(libc.mount(b"proc", b"/proc", b"proc", _NO_SUID | _NO_DEVICES | _NO_EXECUTE, None))


def _give_up_everything(limits: Limits, user: int) -> None:
    own_size = int(Path("/proc/self/statm").read_text().split()[0]) * _PAGE
    _give_up_privileges(user)
    for what, most in (
        (resource.RLIMIT_AS, own_size + limits.memory_bytes),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_FSIZE, limits.disk_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    _check(libc.prctl(_DUMPABLE, 1, 0, 0, 0))  # else its own files in /proc are root's
    seccomp.refuse(libc)
    HOME.mkdir()
    os.chdir(HOME)


def _give_up_privileges(user: int) -> None:
    if user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _check(libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0)
    _check(libc.capset(header, (ctypes.c_uint32 * 6)()))


def _ended() -> int:
    """A process that ended, or 0."""
    with contextlib.suppress(ChildProcessError):
        return os.waitpid(-1, os.WNOHANG)[0]
    return 0


def _memory(*, exact: bool = False) -> int:
    """Bytes of all processes but the keeper, what their sockets may hold included.

    Args:
        exact: else, in a fraction of the time, no less than it is: what several share is counted for each.
    """
    total = 0
    sockets: list[str] = []
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal() or process.name == "1":
            continue
        with contextlib.suppress(OSError, ValueError, IndexError):  # it has ended meanwhile
            sockets += _sockets(process, exact=exact)
            if exact:
                with contextlib.suppress(PermissionError):  # it hides: then the whole counts
                    shares = process / "smaps_rollup"  # before Linux 5.3 it knows only all kinds of pages together
                    total += _kilobytes(shares, ("Pss_Anon:", "Pss_Shmem:")) or _kilobytes(shares, ("Pss:",))
                    continue
            total += _anonymous(process / "status")
    return total + _SOCKET_BYTES * len(set(sockets) if exact else sockets) + _queued()


def _anonymous(status: Path) -> int:
    return _kilobytes(status, ("RssAnon:", "RssShmem:"))  # pages shared after a fork are of the second kind


def _kilobytes(file: Path, names: tuple[str, ...]) -> int:
    """The sum of these lines, in bytes."""
    return sum(int(line.split()[1]) * 1024 for line in file.read_text().splitlines() if line.startswith(names))


def _queued() -> int:
    """Bytes that TCP connections hold: their buffers grow as they are used, to megabytes."""
    total = 0
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            for line in Path("/proc/net", table).read_text().splitlines()[1:]:
                total += sum(int(queue, 16) for queue in line.split()[4].split(":"))
    return total


def _sockets(process: Path, *, exact: bool) -> list[str]:
    """A process's sockets by their numbers; or else, in less time, all that it has open."""
    opened = list((process / "fd").iterdir())
    if not exact:
        return [each.name for each in opened]
    found = []
    for each in opened:
        with contextlib.suppress(OSError):
            target = str(each.readlink())
            found += [target] if target.startswith("socket:") else []
    return found


def _check(status: int) -> None:
    if status:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
