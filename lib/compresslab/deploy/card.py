"""What an ONNX file says of itself: on which data it was measured, how images are prepared, which classes it names.

The card travels in the file's metadata, as text that is parsed and checked, so that a file that has lost its folder
can still be served. Nothing in it is a path or is run. Whoever shows a label on a page escapes it like any input.
"""

import json
import math
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from compresslab.arguments import share, whole
from compresslab.data import Dataset
from compresslab.errors import InputError

_KEYS = ("data", "labels", "accuracy", "accuracy_images", "git_revision", "preprocessing")
_LONGEST_TEXT = 200  # characters of a label or a name: what fits on a page
_MOST_LABELS = 100_000


@dataclass(frozen=True)
class Preprocessing:
    """From pixels to what the network was trained on: each channel divided by 255, less its mean, over its deviation.

    Attributes:
        channels: 1 for grey, 3 for red, green, blue.
        height, width: in pixels.
        mean, std: of the training images, a value for each channel, on a scale from 0 to 1.

    Raises:
        InputError: sizes below 1, or means and deviations that are not finite, too few or too many, or not above 0.

    >>> Preprocessing(1, 2, 2, mean=(0.5,), std=(0.25,))(torch.full((1, 1, 2, 2), 255, dtype=torch.uint8)).unique()
    tensor([2.])
    """

    channels: int
    height: int
    width: int
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def __post_init__(self) -> None:
        whole(channels=self.channels, height=self.height, width=self.width)
        for name, values in (("mean", self.mean), ("std", self.std)):
            if len(values) != self.channels or not all(_finite(value) for value in values):
                raise InputError(f"{name}={values}: give {self.channels} finite numbers, one for each channel.")
        if min(self.std) <= 0:
            raise InputError(f"std={self.std}: a standard deviation is above 0.")

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of an image."""
        return self.channels, self.height, self.width

    def __call__(self, images: Tensor) -> Tensor:
        """Images (N, C, H, W) uint8 as the network takes them, float32.

        Raises:
            InputError: another dtype or shape.
        """
        if images.dtype != torch.uint8 or images.ndim != 4 or tuple(images.shape[1:]) != self.shape:
            raise InputError(f"images are {images.dtype} {tuple(images.shape)}: expected uint8 (N, {self._sizes}).")
        scale = torch.tensor([1 / (255 * std) for std in self.std]).view(-1, 1, 1)
        shift = torch.tensor([mean / std for mean, std in zip(self.mean, self.std, strict=True)]).view(-1, 1, 1)
        return images.float().mul_(scale).sub_(shift)

    @property
    def _sizes(self) -> str:
        return ", ".join(str(size) for size in self.shape)


@dataclass(frozen=True)
class ModelCard:
    """What must be known of a model to serve it.

    Attributes:
        data: name of the data set that it was trained and measured on.
        labels: names of the classes, in the order of the logits.
        accuracy: share of right answers, 0 to 1, of this very file.
        accuracy_images: number of images behind `accuracy`.
        preprocessing: what is done to an image before the first layer.
        git_revision: of the code that made it; ends in "-dirty" where files differed from it.

    Raises:
        InputError: a value is missing, out of its range or too long.

    >>> prepare = Preprocessing(1, 8, 8, mean=(0.3,), std=(0.4,))
    >>> card = ModelCard("digits", ("zero", "one"), 0.975, 360, prepare, git_revision="6a0a54a")
    >>> ModelCard.from_notes(card.notes()) == card
    True
    """

    data: str
    labels: tuple[str, ...]
    accuracy: float
    accuracy_images: int
    preprocessing: Preprocessing
    git_revision: str = "unknown"

    def __post_init__(self) -> None:
        for name, text in (("data", self.data), ("git_revision", self.git_revision)):
            _require_text(name, text)
        if not 1 < len(self.labels) <= _MOST_LABELS or len(set(self.labels)) != len(self.labels):
            raise InputError(f"labels: {len(self.labels)} names, {len(set(self.labels))} different: give at least two.")
        for label in self.labels:
            _require_text("a label", label)
        share(accuracy=self.accuracy)
        whole(accuracy_images=self.accuracy_images)

    @classmethod
    def of(cls, dataset: Dataset, *, accuracy: float, images: int, git_revision: str | None = None) -> "ModelCard":
        """The card of a model trained on `dataset`.

        Args:
            dataset: gives its name, classes, image size and normalisation.
            accuracy: of the file, not of the network that it was made from, on `images` images.
            images: their number.
            git_revision: of the code; by default that of the working tree that this library lies in.
        """
        size = dataset.image_size
        prepare = Preprocessing(dataset.channels, size, size, dataset.mean, dataset.std)
        return cls(dataset.name, dataset.classes, accuracy, images, prepare, git_revision or current_git_revision())

    def notes(self) -> dict[str, str]:
        """The card as an ONNX file keeps it; the `notes` of `export_onnx`."""
        prepare = self.preprocessing
        return {
            "data": self.data,
            "labels": json.dumps(self.labels),
            "accuracy": repr(float(self.accuracy)),
            "accuracy_images": str(self.accuracy_images),
            "git_revision": self.git_revision,
            "preprocessing": json.dumps({
                "channels": prepare.channels, "height": prepare.height, "width": prepare.width,
                "mean": list(prepare.mean), "std": list(prepare.std),
            }),
        }  # fmt: skip

    @classmethod
    def from_notes(cls, notes: Mapping[str, str]) -> "ModelCard":
        """The card in an ONNX file's metadata.

        Raises:
            InputError: something is missing or is not what it should be.
        """
        missing = [key for key in _KEYS if key not in notes]
        if missing:
            raise InputError(f"the model's metadata lack {', '.join(missing)}: register it with a ModelCard.")
        try:
            prepare, labels = json.loads(notes["preprocessing"]), json.loads(notes["labels"])
            if not isinstance(labels, list):
                raise TypeError("labels is no list")
            return cls(
                data=notes["data"],
                labels=tuple(labels),
                accuracy=float(notes["accuracy"]),
                accuracy_images=int(notes["accuracy_images"]),
                preprocessing=Preprocessing(
                    channels=prepare["channels"],
                    height=prepare["height"],
                    width=prepare["width"],
                    mean=tuple(prepare["mean"]),
                    std=tuple(prepare["std"]),
                ),
                git_revision=notes["git_revision"],
            )
        except InputError:
            raise
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise InputError(f"the model's metadata cannot be read: {error}. Register it with a ModelCard.") from error


def current_git_revision(folder: Path | None = None) -> str:
    """The commit of a working tree, with "-dirty" where tracked files differ from it; "unknown" outside of one.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as empty:
    ...     current_git_revision(Path(empty))
    'unknown'
    """
    where = folder or Path(__file__).parent
    try:
        revision = _git(where, "rev-parse", "HEAD")
        changed = _git(where, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return revision + ("-dirty" if changed else "")


def _git(folder: Path, *arguments: str) -> str:
    ran = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True, timeout=30)
    return ran.stdout.strip()


def _require_text(name: str, text: Any) -> None:
    if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST_TEXT or not text.isprintable():
        shown = repr(text)[:60]
        raise InputError(f"{name}={shown}: give a printable text of 1 to {_LONGEST_TEXT} characters.")


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
