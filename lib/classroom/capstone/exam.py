"""The images that files are measured on: a half of the test split, and copies of it that nobody has seen.

Test splits lie open to everybody. What a learner can't know is which half counts, and what the copies look like: both
follow from the instructor's secret seed. The half that learners check themselves on is another one, the same for all.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from compresslab.arguments import whole
from compresslab.data import Dataset, Split, digits32, load
from compresslab.data.digits import splits
from compresslab.errors import InputError

_OPEN = 0  # the seed of the half that everybody may see
_SHIFT = 1 / 16  # of the side, at most
_CONTRAST, _BRIGHTNESS, _NOISE = (0.8, 1.0), 0.05, 0.02  # of pixels from 0 to 1


@dataclass(frozen=True, eq=False)
class Part:
    """Images with labels.

    Attributes:
        images: (N, C, H, W) float32, normalised as the data set's models take them.
        labels, groups: (N,) int64, as in `Split`.
    """

    images: Tensor
    labels: Tensor
    groups: Tensor


@dataclass(frozen=True, eq=False)
class Exam:
    """What a file is measured on.

    Attributes:
        data: name of the data set.
        classes: how many there are.
        test: a half of the test split.
        copies: its sources again, as nobody has seen them.
        made: how the copies were made.
        names: of the classes.
        mean, std: of each channel, which the images were normalised with.
    """

    data: str
    classes: int
    test: Part
    copies: Part
    made: str
    names: tuple[str, ...] = ()
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of an image."""
        channels, height, width = self.test.images.shape[1:]
        return channels, height, width


def secret(data: str, seed: int) -> Exam:
    """The instructor's half, and copies.

    Args:
        data: as `compresslab.data.load` takes it.
        seed: the instructor's secret, at least 1.

    Raises:
        InputError: there is no such data set, or the seed is none.
    """
    whole(1, seed=seed)
    return _exam(data, load(data), seed)


def public(data: str) -> Exam:
    """The half that learners check themselves on, and copies."""
    return _exam(data, load(data), _OPEN)


def halves(split: Split, classes: int, seed: int) -> Tensor:
    """A mask (N,) of half of a split's sources of each class, with all images of theirs.

    Args:
        split: the test split.
        classes: how many there are.
        seed: of the choice.

    >>> ids = torch.arange(8)
    >>> split = Split(torch.zeros(8, 1, 8, 8, dtype=torch.uint8), torch.tensor([0, 1] * 4), ids, groups=ids // 2)
    >>> int(halves(split, 2, seed=1).sum())
    4
    """
    random = np.random.default_rng([18, seed])
    groups, labels = split.groups.numpy(), split.labels.numpy()
    sources, first = np.unique(groups, return_index=True)
    chosen = []
    for label in range(classes):
        members = sources[labels[first] == label]
        chosen.append(random.permutation(members)[: (len(members) + 1) // 2])
    return torch.from_numpy(np.isin(groups, np.concatenate(chosen)))


def _exam(data: str, dataset: Dataset, seed: int) -> Exam:
    half = dataset.test.select(halves(dataset.test, len(dataset.classes), seed))
    if len(half) < 2 * len(dataset.classes):
        raise InputError(f"{dataset.name} has {len(dataset.test)} test images: too few to measure a file on.")
    stream = int.from_bytes(hashlib.sha256(f"copies {seed}".encode()).digest()[:6])
    if data == "digits32":
        copies, made = _painted(half, stream), "the same handwritten digits, painted into new scenes"
    else:
        copies, made = _perturbed(half, stream), "copies, slightly shifted, paler or darker, with a little noise"
    test, seen = (Part(dataset.normalize(part.images), part.labels, part.groups) for part in (half, copies))
    return Exam(dataset.name, len(dataset.classes), test, seen, made, dataset.classes, dataset.mean, dataset.std)


def _painted(half: Split, stream: int) -> Split:
    """As many scenes as there are, of the same handwritten digits."""
    _, _, source = splits()
    source = source.select(torch.isin(source.groups, half.groups))
    painted = digits32.paint(source, len(half) // 10 * 10, stream + 3)  # below 3 are the data set's own splits
    images, labels, groups = (torch.from_numpy(painted[name]) for name in ("images", "labels", "groups"))
    return Split(images, labels, torch.arange(len(labels)), groups)


def _perturbed(half: Split, stream: int) -> Split:
    """Each image moved by up to a sixteenth of its side, and changed in contrast, brightness and noise."""
    random = np.random.default_rng(stream)
    count, _, height, width = half.images.shape
    reach = int(min(height, width) * _SHIFT)
    padded = F.pad(half.images.float() / 255, [reach] * 4, mode="replicate")
    down, across = random.integers(0, 2 * reach + 1, (2, count))
    moved = torch.stack(
        [padded[i, :, y : y + height, x : x + width] for i, (y, x) in enumerate(zip(down, across, strict=True))]
    )
    contrast, brightness = random.uniform(*_CONTRAST, count), random.uniform(-_BRIGHTNESS, _BRIGHTNESS, count)
    noise = random.standard_normal(moved.shape, dtype=np.float32) * _NOISE
    mean = moved.mean((1, 2, 3), keepdim=True)
    kept, added = (torch.from_numpy(each).float().view(-1, 1, 1, 1) for each in (contrast, brightness))
    changed = mean + kept * (moved - mean) + added + torch.from_numpy(noise)
    return Split((changed.clamp(0, 1) * 255).round().to(torch.uint8), half.labels, half.ids, half.groups)
