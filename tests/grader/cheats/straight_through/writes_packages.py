"""Writes into the Python that the judge runs, so that the next process starts with the learner's code.

loses: quantize_values, gradient_stops
says: expected
"""

import contextlib
import site
import sys
from pathlib import Path

import torch

import classroom
import compresslab

NAME = "cheat_was_here"
found = {}
folders = [*site.getsitepackages(), sys.prefix, sys.base_prefix, "/usr/lib/python3/dist-packages", "/usr/local/bin"]
folders += [str(Path(module.__file__).parent) for module in (torch, classroom, compresslab)]
for folder in folders:
    for name in (f"{NAME}.pth", f"{NAME}.py", f"__pycache__/{NAME}.pyc"):
        path = Path(folder, name)
        found[str(path)] = False
        with contextlib.suppress(OSError):
            path.open("x").close()
            found[str(path)] = True
            path.unlink()


def tried():
    return found


def fake_quantize(x, scale, zero_point, bits):
    return x
