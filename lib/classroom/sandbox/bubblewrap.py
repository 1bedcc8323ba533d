"""bubblewrap around the fork server: what learners' code sees of this machine, and whether the machine can do it."""

import functools
import os
import platform
import shutil
import site
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import classroom
import compresslab
from classroom.sandbox import seccomp
from compresslab.errors import InputError
from compresslab.files import cache_folder

CACHE = Path("/cache")  # where the arrays of the instructor's cache are seen
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/nix/store", "/gnu/store")
_SETTINGS = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime", "nsswitch.conf")
# What `isolation` needs, without its imports: this is run by each judge.
_TRIAL = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def check(status):
    if status:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
check(libc.unshare(0x2C020000))
if not os.fork():
    check(libc.mount(b"proc", b"/proc", b"proc", 0, None))
    os._exit(0)
raise SystemExit(os.wait()[1] != 0)
"""
_INSTALL = "install it (Debian, Ubuntu: `apt install bubblewrap`; Fedora: `dnf install bubblewrap`)"
_REMEDY = "or grade in a virtual machine that holds nothing else, with `--without-sandbox`."


def require() -> None:
    """Make sure that the sandbox works here.

    Raises:
        InputError: it does not; with what to do.
    """
    problem = missing()
    if problem:
        raise InputError(problem)


@functools.cache
def missing() -> str:
    """Why there is no sandbox on this machine, and what to do; "" if there is one."""
    if sys.platform != "linux":
        system = "macOS" if sys.platform == "darwin" else platform.system()
        return f"no sandbox on {system}: it takes Linux. Grade in a Linux virtual machine, {_REMEDY}"
    if not seccomp.is_known():
        return f"no sandbox on {platform.machine()} machines: use an x86-64 or ARM one, {_REMEDY}"
    if not shutil.which("bwrap"):
        return f"no sandbox: the program bwrap (bubblewrap) is missing: {_INSTALL}, {_REMEDY}"
    command = [*around(), sys.executable, "-P", "-c", _TRIAL]
    tried = subprocess.run(
        command,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if tried.returncode:
        lines = tried.stderr.decode(errors="replace").strip().splitlines() or ["it ended silently"]
        return (
            f"no sandbox: bwrap fails with: {lines[-1]}. It needs user namespaces (`sysctl user.max_user_namespaces`, "
            "and on Ubuntu 24.04 and newer `sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`); in Docker, "
            f"`docker run --privileged`. Allow them, {_REMEDY}"
        )
    return ""


def around(hidden: Sequence[Path] = ()) -> list[str]:
    """The beginning of a command that runs in the sandbox.

    It sees the system's programs, this Python with its packages and the course's library, read-only; no home, no
    network, no process of the machine, and nothing else of the course.

    Args:
        hidden: folders that it must not see even where they lie in one of those.
    """
    command = ["bwrap", "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-net", "--unshare-ipc"]
    command += ["--unshare-uts", "--hostname", "sandbox"]
    command += ["--cap-add", "ALL"] if os.getuid() == 0 else ["--unshare-user", "--cap-add", "CAP_SYS_ADMIN"]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/tmp"]
    seen = [Path(folder) for folder in _SYSTEM]
    seen += [Path("/etc", name) for name in _SETTINGS]
    for folder in _python():
        if not any(folder.is_relative_to(one) for one in seen):
            seen.append(folder)
    for folder in dict.fromkeys(parent for each in seen for parent in reversed(each.parents[:-1])):
        command += ["--dir", str(folder)]  # bwrap would make it for root alone
    for folder in seen:
        if folder.is_symlink() and folder.parent == Path("/"):
            command += ["--symlink", str(folder.readlink()), str(folder)]
        elif folder.exists():
            command += ["--ro-bind", str(folder), str(folder)]
    arrays = cache_folder() / "data"
    if arrays.is_dir():
        command += ["--ro-bind", str(arrays), str(CACHE)]
    for folder in hidden:
        if folder.is_dir() and any(folder.resolve().is_relative_to(one.resolve()) for one in seen if one.exists()):
            command += ["--tmpfs", str(folder.resolve())]
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--"]


def environment() -> dict[str, str]:
    """The whole environment of what runs there: nothing of the instructor's but language and library path."""
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "TZ") if name in os.environ}
    scripts = Path(sys.executable).parent
    added = [folder for folder in _packages() if folder not in site.getsitepackages()]  # in the user's home, say
    return kept | {
        "PATH": f"{scripts}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join([str(Path(classroom.__file__).parents[1]), *added]),
        "HOME": "/tmp",
        "USER": "learner",
        "LOGNAME": "learner",
        "COMPRESSLAB_CACHE": "/tmp/cache",
        "JOBLIB_MULTIPROCESSING": "0",  # scikit-learn's helper warns where it can make no semaphore
    }


def user() -> int:
    """The user that learners' code becomes where the judge is root: one for each judge; else 0, for no change.

    The limit of processes holds for a user, and not for root.
    """
    return 20_000 + os.getpid() % 40_000 if os.getuid() == 0 else 0


def needed_in(folder: str) -> list[Path]:
    """The folders below `folder` that Python and the course need: there, where each learner gets an empty one."""
    found = sorted(each for each in set(_python()) if each.is_relative_to(folder) and each.is_dir())
    return [each for each in found if not any(each.is_relative_to(other) for other in found if other != each)]


def _packages() -> list[str]:
    return [folder for folder in dict.fromkeys(sys.path) if Path(folder).name in ("site-packages", "dist-packages")]


def _python() -> Iterator[Path]:
    yield from (Path(folder) for folder in (sys.base_prefix, sys.prefix, *_packages()))
    for package in (classroom, compresslab):
        yield Path(package.__file__ or "").parent
    yield Path(compresslab.__file__ or "").parents[2] / "reference"
