"""What two models are compared on: images, labels, which images share a source, and groups that may be hurt unequally.

Data sets of `compresslab.data` bring all of it. Others come as a .npz file of plain arrays, which is read without
pickle, so that no file can run code.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from compresslab.data import Dataset, Split, load
from compresslab.errors import InputError

ARRAYS = """arrays of a .npz file:
  images             (n, C, H, W); uint8, or float32 from 0 to 1, or float32 as the models take it
  labels             (n,) whole numbers from 0
  mean, std          (C,) optional: images from 0 to 1 are normalised by them
  classes            (classes,) optional: names
  groups, group_*    (n,) optional: whole numbers or names, such as a camera or a country; harm is told for each
  sources            (n,) optional: images of one source, such as frames of a film, are not independent
  validation_images, validation_labels   optional: for temperature scaling
"""
_PARTS = 3  # that a continuous attribute is cut into, with as many images each
_FEW_VALUES = 12  # up to which numbers are names


@dataclass(frozen=True)
class Grouping:
    """A way to part the samples.

    Attributes:
        member: (n,) int64, the group of each.
        names: of the groups, each of which has a sample.

    >>> Grouping(np.array([0, 1, 1]), ("day", "night")).names[1]
    'night'
    """

    member: NDArray[np.int64]
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Samples:
    """Images with all that is known of them.

    Attributes:
        name: of the data.
        images: (n, C, H, W) float32: pixels from 0 to 1 where `from_pixels`, or else as the models take them.
        from_pixels: whether images are pixels, so that they can be shown and corrupted.
        labels: (n,) int64.
        classes: names.
        mean, std: (C,) to normalise pixels by; None gives them to the models as they are.
        sources: (n,) int64.
        groupings: by what they are called.
        validation: images and labels that no weight was fitted on, or None.

    >>> pixels, labels = torch.rand(4, 1, 2, 2), torch.tensor([0, 1, 0, 1])
    >>> Samples("dots", pixels, True, labels, ("a", "b"), (0.5,), (0.5,), np.arange(4)).inputs().amin() >= -1
    tensor(True)
    """

    name: str
    images: Tensor
    from_pixels: bool
    labels: Tensor
    classes: tuple[str, ...]
    mean: tuple[float, ...] | None
    std: tuple[float, ...] | None
    sources: NDArray[np.int64]
    groupings: Mapping[str, Grouping] = field(default_factory=dict)
    validation: tuple[Tensor, Tensor] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def inputs(self, images: Tensor | None = None) -> Tensor:
        """Images as the models take them: these, or others of the same kind."""
        chosen = self.images if images is None else images
        if self.mean is None or self.std is None:
            return chosen
        mean, std = (torch.tensor(values).view(-1, 1, 1) for values in (self.mean, self.std))
        return (chosen - mean) / std


def load_samples(name: str, *, image_size: int | None = None, normalize: bool = True, labelled: bool = True) -> Samples:
    """Load what to compare on.

    Args:
        name: of a data set that `compresslab.data.load` knows, of which the test split is used; or a .npz file.
        image_size: side in pixels, for an imagefolder.
        normalize: whether the models take images normalised by the training split's mean and standard deviation, or
            pixels from 0 to 1. A .npz file says so itself.
        labelled: whether a .npz file must have labels; without, all samples have the label 0.

    Raises:
        InputError: there is no such data, or something in it is missing or doesn't fit.

    >>> samples = load_samples("digits")
    >>> len(samples), samples.classes[:2], samples.groupings
    (450, ('0', '1'), {})
    """
    if name.endswith(".npz"):
        return _from_arrays(Path(name), labelled)
    return _from_dataset(load(name, image_size=image_size), normalize)


def _from_dataset(data: Dataset, normalize: bool) -> Samples:
    test: Split = data.test
    return Samples(
        name=data.name,
        images=test.images.float() / 255,
        from_pixels=True,
        labels=test.labels,
        classes=data.classes,
        mean=data.mean if normalize else None,
        std=data.std if normalize else None,
        sources=test.groups.numpy(),
        groupings={name: grouping(column.numpy()) for name, column in test.attributes.items()},
        validation=(data.validation.images.float() / 255, data.validation.labels),
    )


def _from_arrays(path: Path, labelled: bool) -> Samples:
    arrays = _read(path)
    for required in ("images", "labels") if labelled else ("images",):
        if required not in arrays:
            found = ", ".join(sorted(arrays)) or "nothing"
            raise InputError(f"{path} holds {found}, but no {required}: save the arrays images and labels in it.")
    images, from_pixels = _pixels(arrays["images"], f"images in {path}")
    labels = torch.zeros(len(images), dtype=torch.int64)
    if labelled:
        labels = _labels(arrays["labels"], len(images), f"labels in {path}")
    validation = None
    if "validation_images" in arrays:
        held_out, same_kind = _pixels(arrays["validation_images"], f"validation_images in {path}")
        if same_kind != from_pixels or held_out.shape[1:] != images.shape[1:]:
            raise InputError(f"{path}: validation_images are of another kind or shape than images: prepare both alike.")
        if "validation_labels" not in arrays:
            raise InputError(f"{path} holds validation_images, but no validation_labels: save both, or neither.")
        validation = held_out, _labels(arrays["validation_labels"], len(held_out), f"validation_labels in {path}")
    if "mean" in arrays and not from_pixels:
        raise InputError(
            f"images in {path} leave 0 to 1, so that mean and std can't be meant for them: leave them out."
        )
    known = ["images", "labels", "mean", "std", "classes", "groups", "sources", "validation_images"]
    for key in arrays:
        if key not in (*known, "validation_labels") and not key.startswith("group_"):
            raise InputError(f"{path} holds {key!r}, which means nothing here: see --help for the names of arrays.")
    columns = {key.removeprefix("group_"): _column(arrays, key, len(images), path) for key in arrays if "group" in key}
    sources = _column(arrays, "sources", len(images), path) if "sources" in arrays else np.arange(len(images))
    return Samples(
        name=path.stem,
        images=images,
        from_pixels=from_pixels,
        labels=labels,
        classes=_classes(arrays, labels, path),
        mean=_statistic(arrays, "mean", images, path),
        std=_statistic(arrays, "std", images, path),
        sources=np.unique(sources, return_inverse=True)[1].astype(np.int64),
        groupings={name: grouping(column) for name, column in columns.items()},
        validation=validation,
    )


def _read(path: Path) -> dict[str, NDArray[Any]]:
    try:
        file = np.load(path, allow_pickle=False)
        if not isinstance(file, np.lib.npyio.NpzFile):
            raise InputError(f"{path} is a single array: save images and labels with numpy.savez.")
        with file:
            return {name: file[name] for name in file.files}
    except InputError:
        raise
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}. Save the arrays with numpy.savez.") from error
    except (ValueError, zipfile.BadZipFile, EOFError) as error:
        raise InputError(f"{path} is no .npz file of plain arrays ({error}): save them with numpy.savez.") from error


def _pixels(array: NDArray[Any], what: str) -> tuple[Tensor, bool]:
    if array.ndim != 4 or array.size == 0 or array.dtype not in (np.uint8, np.float32, np.float64):
        raise InputError(f"{what} are {array.dtype} {array.shape}: expected uint8 or float32 (n, C, H, W).")
    if array.dtype == np.uint8:
        return torch.from_numpy(array.astype(np.float32)) / 255, True
    if not np.isfinite(array).all():
        raise InputError(f"{what} hold NaN or infinity: nothing can be compared on them.")
    return torch.from_numpy(array.astype(np.float32)), bool(array.min() >= 0 and array.max() <= 1)


def _labels(array: NDArray[Any], n: int, what: str) -> Tensor:
    if array.shape != (n,) or not np.issubdtype(array.dtype, np.integer):
        raise InputError(f"{what} are {array.dtype} {array.shape} for {n} images: give each a whole number.")
    if array.min() < 0:
        raise InputError(f"{what} hold {array.min()}: images without a label cannot be judged; leave them out.")
    return torch.from_numpy(array.astype(np.int64))


def _column(arrays: Mapping[str, NDArray[Any]], key: str, n: int, path: Path) -> NDArray[Any]:
    column = arrays[key]
    if column.shape != (n,) or column.dtype.kind not in "iufUb":
        raise InputError(
            f"{key} in {path} is {column.dtype} {column.shape} for {n} images: give each a number or name."
        )
    if column.dtype.kind == "f" and not np.isfinite(column).all():
        raise InputError(f"{key} in {path} holds NaN or infinity: give every image a group.")
    return column


def _classes(arrays: Mapping[str, NDArray[Any]], labels: Tensor, path: Path) -> tuple[str, ...]:
    if "classes" not in arrays:
        return ()
    names = tuple(str(name) for name in arrays["classes"].ravel())
    if int(labels.max()) >= len(names) or len(set(names)) < len(names):
        raise InputError(
            f"{path} names {len(set(names))} classes, and its labels go to {int(labels.max())}: give each one name."
        )
    return names


def _statistic(arrays: Mapping[str, NDArray[Any]], key: str, images: Tensor, path: Path) -> tuple[float, ...] | None:
    other = {"mean": "std", "std": "mean"}[key]
    if key not in arrays:
        if other in arrays:
            raise InputError(f"{path} holds {other}, but no {key}: save both, or neither.")
        return None
    values = np.asarray(arrays[key], np.float64).ravel()
    if len(values) != images.shape[1] or not np.isfinite(values).all() or (key == "std" and values.min() <= 0):
        raise InputError(f"{key} in {path} is {values.tolist()}: give one number a channel; of std, above 0.")
    return tuple(values.tolist())


def grouping(column: NDArray[Any]) -> Grouping:
    """Groups of names or of few whole numbers, one each; other numbers are cut into three parts of as many samples.

    >>> grouping(np.array(["b", "a", "b"]))
    Grouping(member=array([1, 0, 1]), names=('a', 'b'))
    >>> grouping(np.linspace(0, 9, 31)).names
    ('0 to 3', '3.3 to 6', '6.3 to 9')
    """
    values, member = np.unique(column, return_inverse=True)
    if column.dtype.kind in "Ub" or (column.dtype.kind in "iu" and len(values) <= _FEW_VALUES):
        return Grouping(member.astype(np.int64), tuple(str(value) for value in values))
    ends = np.quantile(column, np.linspace(0, 1, _PARTS + 1))
    part = np.searchsorted(ends[1:-1], column, side="left")
    filled, part = np.unique(part, return_inverse=True)
    spans = [column[part == k] for k in range(len(filled))]
    return Grouping(part.astype(np.int64), tuple(f"{span.min():.3g} to {span.max():.3g}" for span in spans))
