"""Batches of a split: shuffled, augmented and normalised, the same at any step however the run got there."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from compresslab.arguments import one_of, whole
from compresslab.data.sets import Dataset, Split
from compresslab.errors import InputError

_AUGMENTATIONS = ("crop", "flip", "alternating_flip", "cutout")
_SIDES = 2  # a stream of random numbers of its own


class Batch(NamedTuple):
    """Samples, and where in a run they come: with the sample's id, that says how each image was augmented.

    Attributes:
        images: (B, C, H, W) float32, normalised.
        labels: (B,) int64.
        ids: (B,) int64.
        epoch, step: from 0.
        view: how the images are augmented, where that repeats (`Batches`' `views`) or nothing is; None where each epoch
            augments anew.

    >>> batch = Batch(torch.zeros(2, 1, 8, 8), labels=torch.tensor([3, 5]), ids=torch.tensor([0, 1]))
    >>> len(batch.labels), batch.epoch, batch.step
    (2, 0, 0)
    """

    images: Tensor
    labels: Tensor
    ids: Tensor
    epoch: int = 0
    step: int = 0
    view: int | None = None


class Batches:
    """A loader over a split that is already in memory.

    The order of an epoch depends on `seed` and the epoch, the augmentation of a batch on `seed`, the epoch and
    the step; nothing else. A run that resumes in the middle of an epoch therefore sees what it would have seen.
    With `views`, each image is augmented in so many ways and no more: what it looks like depends on `seed`, its place
    in the split and the epoch modulo `views`, so that what a teacher says of it can be kept.

    Args:
        dataset: gives the normalisation and its name.
        split: the samples, one of the data set's splits or a selection of one.
        batch_size: samples a batch; the last batch may be smaller.
        shuffle: visit the samples in another order in every epoch.
        augment: any of "crop" (shift by up to an eighth of the image, the uncovered edge filled with the
            training mean), "flip" (mirror left to right every other image) or "alternating_flip" (the same in the first
            epoch; then each image is mirrored in every other epoch, so that two in a row show both of its sides), and
            "cutout" (a square of a quarter of the image's size, around any pixel, filled with the training mean: 8 of
            32 pixels, the paper's choice for CIFAR-100; its 16 for CIFAR-10 are for 200 epochs).
        seed: of order and augmentation.
        drop_last: leave out a last batch that is smaller than the others.
        views: in how many ways each image is augmented; None: anew in every epoch.

    Raises:
        InputError: a setting is out of its range, or the split makes no batch.

    References:
        DeVries and Taylor 2017, "Improved Regularization of Convolutional Neural Networks with Cutout".
        Jordan 2024, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU" (alternating flip).

    >>> from compresslab.data import load
    >>> digits = load("digits")
    >>> batches = Batches(digits, digits.train, 100, shuffle=True)
    >>> len(batches), [len(batch.labels) for batch in batches][-1]  # 1,097 images
    (11, 97)
    """

    def __init__(
        self,
        dataset: Dataset,
        split: Split,
        batch_size: int,
        *,
        shuffle: bool = False,
        augment: tuple[str, ...] = (),
        seed: int = 0,
        drop_last: bool = False,
        views: int | None = None,
    ) -> None:
        whole(batch_size=batch_size)
        if views is not None:
            whole(views=views)
        whole(0, seed=seed)
        for name in augment:
            one_of(_AUGMENTATIONS, augment=name)
        if {"flip", "alternating_flip"} <= set(augment):
            raise InputError(f"augment={augment} mirrors images twice: take 'flip' or 'alternating_flip'.")
        if len(split) < (batch_size if drop_last else 1):
            raise InputError(f"{len(split)} samples of {dataset.name} make no batch of {batch_size}.")
        self.dataset, self.split, self.batch_size = dataset, split, batch_size
        self.shuffle, self.augment, self.seed, self.drop_last = shuffle, augment, seed, drop_last
        self.views = views

    def __len__(self) -> int:
        whole, rest = divmod(len(self.split), self.batch_size)
        return whole + (rest > 0 and not self.drop_last)

    @property
    def samples(self) -> int:
        """Samples that an epoch gives."""
        return min(len(self.split), len(self) * self.batch_size)

    @property
    def dataset_name(self) -> str:
        """The name to quote beside what is measured on these batches."""
        return self.dataset.name

    def __iter__(self) -> Iterator[Batch]:
        return self.epoch(0)

    def epoch(self, epoch: int, start: int = 0, *, share: int = 0, shares: int = 1) -> Iterator[Batch]:
        """The batches of one epoch, or one share of each.

        A worker that takes its share of every batch sees what the whole batch would have held there, and computes no
        more of it. Since the epoch is an argument, no worker can forget to pass on to the next order.

        Args:
            epoch: number of the epoch, from 0.
            start: steps to leave out at the beginning, without computing them.
            share: number of the share, from 0.
            shares: parts that a batch is cut into; their sizes differ by one sample at most, and those of a small last
                batch may be 0.

        Raises:
            InputError: a number is negative or no whole number, or there is no such share.
        """
        whole(0, epoch=epoch, start=start)
        whole(shares=shares)
        whole(0, shares - 1, f"there are {shares} shares", share=share)
        order = torch.arange(len(self.split))
        if self.shuffle:
            order = torch.from_numpy(self._random(epoch, 0).permutation(len(self.split)))
        for step in range(start, len(self)):
            whole_batch = order[step * self.batch_size : (step + 1) * self.batch_size]
            mine = torch.arange(len(whole_batch)).tensor_split(shares)[share]
            index = whole_batch[mine]
            images = self.dataset.normalize(self.split.images[index])
            if self.augment:
                images = self._augmented(images, index, epoch, step, mine, len(whole_batch))
            yield Batch(images, self.split.labels[index], self.split.ids[index], epoch, step, self.view(epoch))

    def view(self, epoch: int) -> int | None:
        """Number of the way in which an epoch's images are augmented; None where it is an epoch's own."""
        if not self.augment:
            return 0
        return None if self.views is None else epoch % self.views

    def _augmented(self, images: Tensor, index: Tensor, epoch: int, step: int, mine: Tensor, batch_size: int) -> Tensor:
        view = self.view(epoch)
        if view is None:  # drawn for the whole batch, of which this may be a share
            random, count, chosen = self._random(epoch, step + 1), batch_size, mine
        else:  # drawn for the whole split, so that an image's own numbers don't depend on its batch
            random, count, chosen = self._random(view, 0, 1), len(self.split), index
        if "crop" in self.augment:
            most = self.dataset.image_size // 8
            images = shift(images, most, torch.from_numpy(random.integers(0, 2 * most + 1, (2, count)))[:, chosen])
        if "flip" in self.augment:
            images = mirror(images, torch.from_numpy(random.random(count) < 0.5)[chosen])
        if "alternating_flip" in self.augment:
            first = torch.from_numpy(self._random(0, 0, _SIDES).random(len(self.split)) < 0.5)[index]
            images = mirror(images, first ^ bool((epoch if view is None else view) % 2))
        if "cutout" in self.augment:
            size = self.dataset.image_size
            images = cut_out(images, size // 4, torch.from_numpy(random.integers(0, size, (2, count)))[:, chosen])
        return images

    def _random(self, *stream: int) -> np.random.Generator:
        return np.random.default_rng((self.seed, *stream))


def shift(images: Tensor, most: int, place: Tensor) -> Tensor:
    """Move each image of (B, C, H, W) by its own whole number of pixels, up to `most` each way, filling in zeros.

    Zero is the training mean once images are normalised.

    Args:
        images: (B, C, H, W).
        most: pixels.
        place: (2, B) int64, rows and columns from 0 (down and right by `most`) to 2 most (up and left).

    >>> shift(torch.ones(1, 1, 3, 3), 1, torch.tensor([[2], [1]])).squeeze()  # up by a pixel
    tensor([[1., 1., 1.],
            [1., 1., 1.],
            [0., 0., 0.]])
    """
    size = images.shape[2:]
    padded = F.pad(images, (most, most, most, most))
    windows = padded.unfold(2, size[0], 1).unfold(3, size[1], 1)  # (B, C, 2 most + 1, 2 most + 1, H, W), a view
    return windows[torch.arange(len(images)), :, place[0], place[1]]


def mirror(images: Tensor, flipped: Tensor) -> Tensor:
    """Mirror those images of (B, C, H, W) left to right for which `flipped`, (B,) bool, says so.

    >>> mirror(torch.tensor([[[[1, 2, 3]]]] * 2), torch.tensor([False, True])).squeeze()
    tensor([[1, 2, 3],
            [3, 2, 1]])
    """
    return torch.where(flipped[:, None, None, None], images.flip(3), images)


def cut_out(images: Tensor, side: int, center: Tensor) -> Tensor:
    """Set a square of each image of (B, C, H, W) to zero, which is the training mean once images are normalised.

    The square may reach over the edge, where it covers less.

    Args:
        images: (B, C, H, W).
        side: of the square, in pixels.
        center: (2, B) int64, row and column; an even `side` has one pixel more above and to the left of it.

    >>> cut_out(torch.ones(1, 1, 3, 3), 2, torch.tensor([[1], [2]])).squeeze()
    tensor([[1., 0., 0.],
            [1., 0., 0.],
            [1., 1., 1.]])
    """
    rows, columns = (
        (torch.arange(size) >= first[:, None]) & (torch.arange(size) < first[:, None] + side)
        for size, first in zip(images.shape[2:], center - side // 2, strict=True)
    )
    return images.masked_fill((rows[:, :, None] & columns[:, None, :])[:, None], 0)
