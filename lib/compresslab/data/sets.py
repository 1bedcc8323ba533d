"""What a data set is: images in memory as uint8, in three splits, the last of which never chooses anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from compresslab.arguments import whole
from compresslab.errors import InputError


@dataclass(frozen=True, eq=False)
class Split:
    """Images with their labels and where they come from.

    Attributes:
        images: (N, C, H, W) uint8.
        labels: (N,) int64, a position in the data set's `classes`.
        ids: (N,) int64, unique in the whole data set and the same in every run.
        groups: (N,) int64, the source image. Samples that share one are not independent, so an interval must
            resample groups. Equal to `ids` where every image is its own source.
        attributes: what else is known of each sample, by name, each a tensor (N,).

    Raises:
        InputError: the images are others than uint8 (N, C, H, W), or a column has another length.

    >>> ids = torch.arange(3)
    >>> split = Split(torch.zeros(3, 1, 8, 8, dtype=torch.uint8), torch.tensor([0, 1, 0]), ids, groups=ids)
    >>> split.select(split.labels == 0).ids
    tensor([0, 2])
    """

    images: Tensor
    labels: Tensor
    ids: Tensor
    groups: Tensor
    attributes: Mapping[str, Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.images.dtype != torch.uint8 or self.images.ndim != 4:
            shape = tuple(self.images.shape)
            raise InputError(f"images are {self.images.dtype} {shape}: expected uint8 (N, C, H, W).")
        columns = {"labels": self.labels, "ids": self.ids, "groups": self.groups, **self.attributes}
        for name, column in columns.items():
            if column.shape != (len(self.images),):
                raise InputError(f"{name} has shape {tuple(column.shape)} beside {len(self.images)} images.")

    def __len__(self) -> int:
        return len(self.images)

    def select(self, index: Tensor) -> "Split":
        """The samples at `index` (positions or a mask), in that order."""
        return Split(
            self.images[index],
            self.labels[index],
            self.ids[index],
            self.groups[index],
            {name: column[index] for name, column in self.attributes.items()},
        )


@dataclass(frozen=True, eq=False)
class Dataset:
    """A classification data set of square images.

    Attributes:
        name: quoted by every result that is measured on the data, for example "digits32 [train 1000]".
        classes: names, in the order of the labels.
        train: to fit weights on.
        validation: to choose settings, epochs and models by.
        test: to report on; never used to choose.
        mean, std: per channel over the training images, on a scale from 0 to 1.
        augmentation: what keeps the label of such images, in the names of `Batches`.

    >>> from compresslab.data import load
    >>> small = load("digits").subset(train=100)
    >>> small.name, len(small.train), small.channels
    ('digits [train 100]', 100, 1)
    """

    name: str
    classes: tuple[str, ...]
    train: Split
    validation: Split
    test: Split
    mean: tuple[float, ...]
    std: tuple[float, ...]
    augmentation: tuple[str, ...] = ()

    @property
    def channels(self) -> int:
        """Channels of an image."""
        return self.train.images.shape[1]

    @property
    def image_size(self) -> int:
        """Height and width of an image in pixels."""
        return self.train.images.shape[2]

    def normalize(self, images: Tensor) -> Tensor:
        """Images (N, C, H, W) uint8 as float32 with the training split's mean 0 and standard deviation 1."""
        scale = torch.tensor([1 / (255 * std) for std in self.std]).view(-1, 1, 1)
        shift = torch.tensor([mean / std for mean, std in zip(self.mean, self.std, strict=True)]).view(-1, 1, 1)
        return images.float().mul_(scale).sub_(shift)

    def subset(
        self, train: int | None = None, validation: int | None = None, test: int | None = None, seed: int = 0
    ) -> "Dataset":
        """A smaller data set for quick runs, with equally many images of each class (to within one).

        Args:
            train, validation, test: images to keep of each split; None keeps all.
            seed: of the choice.

        Returns:
            The data set under a name that says what was kept. `mean` and `std` stay those of the whole, so that
            a model trained on one can be used on the other.

        Raises:
            InputError: a size is out of its range, or a class has too few images for an equal share.
        """
        whole(0, seed=seed)
        sizes = {"train": train, "validation": validation, "test": test}
        chosen = {split: size for split, size in sizes.items() if size is not None}
        parts: dict[str, Any] = {split: self._balanced(split, size, seed) for split, size in chosen.items()}
        kept = [f"{split} {size}" for split, size in chosen.items()] + ([f"seed {seed}"] if seed else [])
        return replace(self, name=f"{self.name} [{', '.join(kept)}]" if chosen else self.name, **parts)

    def _balanced(self, name: str, size: int, seed: int) -> Split:
        split: Split = getattr(self, name)
        classes = len(self.classes)
        whole(classes, len(split), f"{self.name} has {len(split)}, and a subset holds every class", **{name: size})
        shares = [size // classes + (label < size % classes) for label in range(classes)]
        counts = torch.bincount(split.labels, minlength=classes).tolist()
        for label, (share, count) in enumerate(zip(shares, counts, strict=True)):
            if share > count:
                raise InputError(
                    f"{name}={size} needs {share} images of class {self.classes[label]!r}, but {self.name} "
                    f"has {count}: choose at most {min(counts) * classes}."
                )
        return split.select(choose(split.labels, shares, seed))


def assemble(
    name: str,
    classes: Sequence[str],
    splits: Sequence[Split],
    augmentation: tuple[str, ...] = (),
) -> Dataset:
    """A data set from its train, validation and test splits, with the statistics of the first.

    Args:
        name: quoted by every result.
        classes: names, in the order of the labels.
        splits: train, validation and test.
        augmentation: what keeps the label of such images, in the names of `Batches`.

    Raises:
        InputError: a channel is constant over all training images, so that it cannot be normalised.

    >>> ids = torch.arange(2)
    >>> dots = Split(torch.tensor([0, 255], dtype=torch.uint8).view(2, 1, 1, 1), labels=ids, ids=ids, groups=ids)
    >>> assemble("dots", ["black", "white"], (dots, dots, dots)).normalize(dots.images).flatten()
    tensor([-1.,  1.])
    """
    train, validation, test = splits
    mean, std = channel_statistics(train.images)
    if min(std) == 0:
        raise InputError(f"all training images of {name} are of one colour: there is nothing to learn from.")
    return Dataset(name, tuple(classes), train, validation, test, mean, std, augmentation)


def channel_statistics(images: Tensor) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each channel of images (N, C, H, W) uint8, C numbers each, from 0 to 1.

    Computed from the counts of the 256 levels: exact, and without a floating-point copy of the images.

    >>> channel_statistics(torch.tensor([0, 255], dtype=torch.uint8).view(2, 1, 1, 1))
    ((0.5,), (0.5,))
    """
    levels = torch.arange(256, dtype=torch.float64) / 255
    means, stds = [], []
    for channel in images.unbind(dim=1):
        shares = torch.bincount(channel.reshape(-1), minlength=256).double() / channel.numel()
        mean = float(shares @ levels)
        means.append(mean)
        stds.append(float((shares @ (levels - mean) ** 2).sqrt()))
    return tuple(means), tuple(stds)


def choose(labels: Tensor, per_class: Sequence[int], seed: int) -> Tensor:
    """Positions of `per_class[c]` randomly chosen samples of each class c, in increasing order.

    Raises:
        InputError: a class has fewer samples.

    >>> choose(torch.tensor([0, 1, 0, 1]), per_class=[0, 2], seed=0)
    tensor([1, 3])
    """
    rng = np.random.default_rng(seed)
    chosen = []
    for label, count in enumerate(per_class):
        members = torch.nonzero(labels == label).flatten()
        whole(0, len(members), "the class has so many samples", **{f"per_class[{label}]": count})
        chosen.append(members[torch.from_numpy(rng.permutation(len(members))[:count])])
    return torch.cat(chosen).sort().values


def cut(split: Split, per_class: Sequence[int], seed: int) -> tuple[Split, Split]:
    """Cut `per_class[c]` samples of each class c off a split.

    Returns:
        The rest, and what was cut off.

    Raises:
        InputError: a class has fewer samples.

    >>> ids = torch.arange(4)
    >>> split = Split(torch.zeros(4, 1, 8, 8, dtype=torch.uint8), torch.tensor([0, 1, 0, 1]), ids, groups=ids)
    >>> rest, taken = cut(split, per_class=[1, 1], seed=0)
    >>> rest.labels, taken.labels
    (tensor([0, 1]), tensor([0, 1]))
    """
    taken = torch.zeros(len(split), dtype=torch.bool)
    taken[choose(split.labels, per_class, seed)] = True
    return split.select(~taken), split.select(taken)
