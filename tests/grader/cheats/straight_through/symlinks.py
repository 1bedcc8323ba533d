"""Makes links to what lies outside, and reads, writes and deletes through them.

loses: quantize_values, gradient_stops
says: expected
"""

import contextlib
import os
import shutil
from pathlib import Path

CANARY = "/nowhere"  # the test's own folder
found = {}


def attempt(name, action):
    found[name] = False
    with contextlib.suppress(OSError):
        found[name] = bool(action())


def through(target):
    link = Path("link")
    link.unlink(missing_ok=True)
    link.symlink_to(target)
    return link


def read():
    return (through(CANARY) / "precious.txt").read_text()


def write():
    return (through(CANARY) / "written").write_text("mine")


def hard():
    Path("hard").hardlink_to(Path(CANARY, "precious.txt"))
    return True


def delete():
    shutil.rmtree(CANARY)
    return True


def exchange():
    Path("straight_through.ipynb").symlink_to("/proc/1/root" + CANARY + "/precious.txt")
    return Path("straight_through.ipynb").exists()


for name, action in [("read", read), ("write", write), ("hard link", hard), ("delete", delete), ("notebook", exchange)]:
    _ = attempt(name, action)
_ = attempt("up", lambda: Path(os.path.relpath(CANARY, "."), "precious.txt").read_text())
_ = attempt("another root", lambda: list(Path("/proc/1/root" + CANARY).iterdir()))


def tried():
    return found


def fake_quantize(x, scale, zero_point, bits):
    return x
