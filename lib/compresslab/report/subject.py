"""A classifier in an ONNX file, as whoever exported it left it: any batch size, logits or probabilities."""

import hashlib
import os
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor

from compresslab.errors import InputError
from compresslab.onnx_file import load_onnx, shape_of, single_input
from compresslab.onnx_session import RUNTIME_ERRORS, open_session, session_options

_BATCH = 256
_TINY = 1e-30  # for the logarithm of a probability that was rounded to 0


class Classifier:
    """An ONNX file that is called with normalised images and gives logits, on the CPU.

    A file with a fixed batch size is given batches of that size, the last one filled up. One that takes images with
    the channels last gets them so. Probabilities are told by their sums, and come back as their logarithms: up to a
    constant for each sample, which no measure sees but the energy, these are the logits.

    Args:
        path: of a model with one float32 input of four dimensions and one output (N, classes).
        threads: for its operators.

    Raises:
        InputError: the file is missing, or is no such model.

    >>> Classifier("missing.onnx")
    Traceback (most recent call last):
    compresslab.errors.InputError: cannot read missing.onnx: No such file or directory. Export the model first.
    """

    def __init__(self, path: str | os.PathLike[str], threads: int = 1) -> None:
        self.path = Path(path)
        model = load_onnx(path)
        image = single_input(model, path)
        self.shape = shape_of(image)
        kind = image.type.tensor_type.elem_type
        if kind != onnx.TensorProto.FLOAT or len(self.shape) != 4:
            name = onnx.TensorProto.DataType.Name(kind).lower()
            raise InputError(
                f"{path} takes {name} {self.shape}: export a model that takes float32 images (N, C, H, W)."
            )
        self._name, self.threads = image.name, threads
        self._session = open_session(path, session_options(threads))
        self.gives_probabilities: bool | None = None  # known from the first images on

    @property
    def size_bytes(self) -> int:
        """Bytes of the file."""
        return self.path.stat().st_size

    @property
    def sha256(self) -> str:
        """Of the file, in hexadecimal."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    def logits(self, images: Tensor) -> Tensor:
        """Logits (N, classes) float32 of images (N, C, H, W) float32.

        Raises:
            InputError: the file takes other images, gives something else than (N, classes), or NaN or infinity.
        """
        inputs = self._as_taken(images)
        size = self.shape[0] if isinstance(self.shape[0], int) and self.shape[0] > 0 else _BATCH
        parts = []
        for start in range(0, len(inputs), size):
            batch = inputs[start : start + size]
            missing = size - len(batch) if isinstance(self.shape[0], int) and self.shape[0] > 0 else 0
            filled = np.concatenate([batch, np.repeat(batch[-1:], missing, 0)]) if missing else batch
            parts.append(self._run(filled)[: len(batch)])
        scores = torch.from_numpy(np.concatenate(parts))
        if not scores.isfinite().all():
            bad = int((~scores.isfinite()).any(1).sum())
            raise InputError(
                f"{self.path} gives NaN or infinity for {bad} of {len(scores)} images: the model is broken, or its "
                "images are not those it was trained on."
            )
        if self.gives_probabilities is None:
            self.gives_probabilities = _are_probabilities(scores)
        return scores.clamp_min(_TINY).log() if self.gives_probabilities else scores

    def _run(self, batch: np.ndarray) -> np.ndarray:
        try:
            (scores,) = self._session.run(None, {self._name: batch})
        except RUNTIME_ERRORS as error:
            raise InputError(f"{self.path} fails on images {batch.shape}: {str(error).splitlines()[0]}") from error
        if scores.ndim != 2 or len(scores) != len(batch) or scores.shape[1] < 2:
            raise InputError(
                f"{self.path} gives {scores.shape} for {len(batch)} images: export a classifier that gives "
                "(N, classes), with two classes or more."
            )
        return np.asarray(scores, np.float32)

    def _as_taken(self, images: Tensor) -> np.ndarray:
        pixels = images.numpy()
        if self._fits(pixels.shape):
            return pixels
        last = np.ascontiguousarray(pixels.transpose(0, 2, 3, 1))
        if self._fits(last.shape):
            return last
        raise InputError(
            f"{self.path} takes images {self.shape[1:]}, and the data has {pixels.shape[1:]}: "
            "give the data that the model was trained for."
        )

    def _fits(self, shape: tuple[int, ...]) -> bool:
        # A dimension that may vary is a name; 0 stands for one that the exporter left open without a name.
        return all(
            isinstance(want, str) or want in (0, size) for size, want in zip(shape[1:], self.shape[1:], strict=True)
        )


def check_pair(original: Classifier, compressed: Classifier) -> None:
    """Refuse two models that don't take the same images.

    Raises:
        InputError: their inputs differ.

    >>> from types import SimpleNamespace
    >>> small, large = (SimpleNamespace(path=f"{side}.onnx", shape=("n", 3, side, side)) for side in (32, 64))
    >>> check_pair(small, large)
    Traceback (most recent call last):
    compresslab.errors.InputError: 32.onnx takes images (3, 32, 32) and 64.onnx (3, 64, 64): compare models ...
    """
    before, after = original.shape[1:], compressed.shape[1:]
    layouts = (after, (after[2], *after[:2]), (*after[1:], after[0]))  # as it is, and channels moved first or last
    if not any(_may_be_equal(before, layout) for layout in layouts):
        raise InputError(
            f"{original.path} takes images {original.shape[1:]} and {compressed.path} {compressed.shape[1:]}: "
            "compare models of the same inputs."
        )


def _may_be_equal(first: tuple[int | str, ...], second: tuple[int | str, ...]) -> bool:
    """Whether no two fixed dimensions differ."""
    fixed = [(a, b) for a, b in zip(first, second, strict=True) if isinstance(a, int) and isinstance(b, int)]
    return all(a == b or 0 in (a, b) for a, b in fixed)


def _are_probabilities(scores: Tensor) -> bool:
    sums = scores.double().sum(1)
    return bool((scores >= 0).all() and (scores <= 1).all() and torch.allclose(sums, torch.ones_like(sums), atol=1e-3))
