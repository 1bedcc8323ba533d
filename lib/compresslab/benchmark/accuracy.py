"""Accuracy of ONNX classifiers on a data set, each compared with the first on the same images."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from compresslab.benchmark.onnx_files import Input, runner
from compresslab.data import Batches, Dataset
from compresslab.errors import InputError
from compresslab.evaluation import Difference, Interval, accuracy_difference, accuracy_interval
from compresslab.training import evaluate

_BATCH = 64


@dataclass(frozen=True)
class Accuracy:
    """How often a file's largest output is the label.

    Attributes:
        accuracy: a share, on the test split.
        interval: of `accuracy`.
        difference: to the first file, on the same images; None for that file itself.
        n: images.

    >>> Accuracy(0.9, Interval(0.88, 0.92, 0.95), difference=None, n=1000).n
    1000
    """

    accuracy: float
    interval: Interval
    difference: Difference | None
    n: int


class Answers:
    """Evaluates one file after the other on the test split, and remembers where the first was right.

    Args:
        dataset: whose test split is used, and which has no other say.
        level: coverage of the intervals.

    >>> from compresslab.data import load
    >>> Answers(load("digits"), level=0.95).n
    450
    """

    def __init__(self, dataset: Dataset, level: float) -> None:
        self.dataset, self.level = dataset, level
        self._first: Tensor | None = None

    @property
    def n(self) -> int:
        """Number of images."""
        return len(self.dataset.test)

    def accuracy(self, path: str, inputs: Sequence[Input], *, threads: int = 1) -> Accuracy:
        """Accuracy of a file, and its difference to that of the first one that was asked for.

        Args:
            path: of a model from images (N, C, H, W) float32 to logits (N, classes), its first output.
            inputs: that it takes.
            threads: of ONNX Runtime's session.

        Raises:
            InputError: the file takes or gives something else, fails, or gives NaN.
        """
        data = self.dataset
        shape = (data.channels, data.image_size, data.image_size)
        if len(inputs) != 1 or inputs[0].dtype != "float32" or inputs[0].shape[1:] != shape:
            taken = ", ".join(f"{each.dtype} {each.shape}" for each in inputs)
            raise InputError(f"{path} takes {taken}, and {data.name} has float32 images {shape}: they don't fit.")
        (images,) = inputs
        size = images.shape[0]
        if isinstance(size, int) and self.n % size:
            raise InputError(f"{path} takes batches of {size} only, into which {self.n:,} images can't be divided.")
        run = runner(path, threads=threads)

        def logits(batch: Tensor) -> Tensor:
            answer = torch.from_numpy(run({images.name: batch.numpy()})[0])
            if answer.shape != (len(batch), len(data.classes)):
                expected = (len(batch), len(data.classes))
                raise InputError(f"{path} gives {tuple(answer.shape)}, not logits {expected} of {data.name}'s classes.")
            return answer

        try:
            found = evaluate(logits, Batches(data, data.test, size if isinstance(size, int) else _BATCH))
        except FloatingPointError as error:
            raise InputError(f"{path}: {error}") from error
        difference = None
        if self._first is None:
            self._first = found.correct
        else:
            difference = accuracy_difference(found.correct, self._first, data.test.groups, level=self.level)
        around = accuracy_interval(found.correct, data.test.groups, level=self.level)
        return Accuracy(found.accuracy, around, difference, found.n)
