"""Runs a learner's file beside the baseline's, in the sandbox: the only process that parses such a file.

The grader calls these functions by name and gets plain data back. It knows the labels; this process never does.
"""

import re
from collections.abc import Callable
from itertools import cycle
from typing import Any

import numpy as np
import onnxruntime
import torch
from torch import Tensor

from classroom.capstone import rules
from compresslab.benchmark import interleave
from compresslab.errors import InputError
from compresslab.onnx_session import RUNTIME_ERRORS, open_session, session_options

_FEW = 8  # images in the one batch that shows that there may be several
_WARM_UP = 10  # calls of each file
_FAILURES: tuple[type[BaseException], ...] = (InputError, MemoryError, RuntimeError, *RUNTIME_ERRORS)
_SIGNATURE = re.compile(  # where in ONNX Runtime's own sources an error arose
    r"/onnxruntime_src/\S+:\d+ .*?\)(?: const)?(?: \[with .*?\])? |\[ONNXRuntimeError\] : \d+ : \w+ : "
)
_pieces: dict[str, list[bytes]] = {}
_sessions: dict[str, onnxruntime.InferenceSession] = {}


def forget() -> None:
    """Begin anew: for a process that runs several files, one after the other."""
    _pieces.clear()
    _sessions.clear()


def receive(name: str, piece: bytes) -> None:
    """Take the next part of a file: a message has no room for a large one."""
    _pieces.setdefault(name, []).append(piece)


def look(name: str, shape: list[int], classes: int) -> dict[str, Any]:
    """What a file holds, or why it is refused."""
    try:
        channels, height, width = shape
        found = rules.look(b"".join(_pieces[name]), (channels, height, width), classes)
    except InputError as error:
        return {"refused": str(error)}
    return {"nodes": found.nodes, "weights": found.weights, "notes": found.notes}


def start(name: str, images: Tensor) -> dict[str, Any]:
    """Open a file's session and run a small batch, or say why that can't be done.

    Args:
        name: of the file.
        images: (N, C, H, W) float32.
    """
    options = session_options(1)
    # Else the runtime reads its own format too, and a file may be both: it would run what the rules haven't seen.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    try:
        _sessions[name] = open_session(b"".join(_pieces.pop(name)), options, name="the file")
    except _FAILURES as error:
        return {"refused": _reason(error)}
    try:
        return {"logits": _run(name, images[:_FEW])}
    except _FAILURES as error:
        reason = _reason_of_run(error)
    try:
        _run(name, images[:1])
    except _FAILURES:
        return {"refused": reason}
    return {"refused": f"it takes one image, but not {_FEW} at a time: export it for any batch. {reason}"}


def answer(name: str, images: Tensor) -> dict[str, Any]:
    """Logits of images, each asked alone: a file can't answer batches with one network and be timed with another."""
    try:
        return {"logits": torch.cat([_run(name, image[None]) for image in images])}
    except _FAILURES as error:
        return {"refused": _reason_of_run(error)}


def alternate(first: str, second: str, images: Tensor, seconds: float, rounds: list[int], seed: int) -> dict[str, Any]:
    """CPU nanoseconds of two files, called in turn with one image after the other, in an order drawn anew each round.

    Args:
        first, second: names of the files.
        images: (N, C, H, W) float32; a call takes one of them.
        seconds: of computing that all calls together may take, about.
        rounds: the least and the most calls of each that count.
        seed: of the orders.
    """

    def call(name: str) -> Callable[[], object]:
        turns = cycle([{rules.INPUT: image[None].numpy()} for image in images])
        run = _sessions[name].run
        return lambda: run(None, next(turns))

    calls = {name: call(name) for name in (first, second)}
    least, most = rounds
    try:
        tried = interleave(calls, rounds=least, warmup=_WARM_UP, seed=seed).timings
        pair = sum(float(np.median(timing.cpu_ns)) for timing in tried.values()) / 1e9
        count = max(least, min(most, int(seconds / max(pair, 1e-9))))
        times = interleave(calls, rounds=count, warmup=0, seed=seed + 1).timings
    except _FAILURES as error:
        return {"refused": _reason_of_run(error)}
    return {name: list(times[name].cpu_ns) for name in calls}


def _run(name: str, images: Tensor) -> Tensor:
    (logits,) = _sessions[name].run([rules.OUTPUT], {rules.INPUT: images.numpy()})
    return torch.from_numpy(logits)


def _reason(error: BaseException) -> str:
    if isinstance(error, MemoryError) or "bad_alloc" in str(error) or "Failed to allocate memory" in str(error):
        return "it needs more memory than the grader gives."
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return _SIGNATURE.sub("", lines[0])[:300]


def _reason_of_run(error: BaseException) -> str:
    """A failure with an image: its numbers may be that image's pixels, which nobody is told."""
    return re.sub(r"\d+", "#", _reason(error))
