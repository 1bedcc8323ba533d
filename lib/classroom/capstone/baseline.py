"""The file that a class is measured against.

For digits32 it comes with the course. For photographs the course has trained networks, which are exported where first
they are needed. They fit no other data: which classes an exam has, and how its images are normalised, tells.
"""

from pathlib import Path

import torch

from classroom.capstone import DATA
from classroom.capstone.exam import Exam
from classroom.capstone.handed_in import read_own
from classroom.capstone.measure import MOST_BYTES
from compresslab.deploy import export_onnx
from compresslab.errors import InputError
from compresslab.files import cache_folder
from compresslab.models import Baseline, load_baseline

SHIPPED = Path(__file__).parents[3] / "reference" / "grading" / "capstone_baseline.onnx"
NETWORKS = {"resnet18-w20": 20, "resnet18-w64": 64}  # widths by name; the first where none is named
_SIDE = 32  # pixels of the photographs that they were trained on
_NEAR = 0.02  # that means and standard deviations may differ by, of pixels from 0 to 1: another copy of the same images


def read(named: Path | None, exam: Exam) -> bytes:
    """The bytes of a baseline.

    Args:
        named: of the file, or one of `NETWORKS`; None for the course's own.
        exam: what it is to be measured on.

    Raises:
        InputError: it can't be read, it doesn't fit the exam, or there is none of the course's own for that.
    """
    name = str(named)
    if named is not None and (name not in NETWORKS or named.is_file()):
        return read_own(named, MOST_BYTES)
    if named is None and exam.data == DATA:
        return read_own(SHIPPED, MOST_BYTES)
    chosen = name if named is not None else next(iter(NETWORKS))
    network = load_baseline(width=NETWORKS[chosen])
    if not _fits(network, exam):
        raise InputError(
            f"{exam.data} needs a baseline of its own: name its ONNX file with --baseline. {chosen} knows photographs "
            f"of {_SIDE}x{_SIDE} pixels in the classes {', '.join(network.classes)}."
        )
    return read_own(_exported(chosen, network), MOST_BYTES)


def _fits(network: Baseline, exam: Exam) -> bool:
    """Whether an exam's images are of the kind that a network was trained on."""
    if exam.names != network.classes or exam.shape != (len(network.mean), _SIDE, _SIDE):
        return False
    ours, theirs = (*network.mean, *network.std), (*exam.mean, *exam.std)
    return all(abs(own - other) <= _NEAR for own, other in zip(ours, theirs, strict=True))


def _exported(name: str, network: Baseline) -> Path:
    """The network's file in the cache. It stays the same all term, whatever another exporter would write."""
    path = cache_folder() / "capstone" / f"{name}-{network.card['sha256'][:16]}.onnx"
    if not path.is_file():
        export_onnx(network.model, torch.zeros(1, len(network.mean), _SIDE, _SIDE), path, notes={"data": network.data})
    return path
