"""Data sets in memory, in three splits: images, with the batches that training and evaluation take, and text."""

import difflib
from dataclasses import replace
from pathlib import Path

from compresslab.arguments import whole
from compresslab.data import cifar10, digits, digits32, imagefolder
from compresslab.data.batches import Batch, Batches
from compresslab.data.sets import Dataset, Split
from compresslab.data.text import Document, TextDataset, Tokenizer, load_text, train_tokenizer
from compresslab.errors import InputError

__all__ = [
    "Batch",
    "Batches",
    "Dataset",
    "Document",
    "Split",
    "TextDataset",
    "Tokenizer",
    "load",
    "load_text",
    "train_tokenizer",
]

_LOADERS = {"digits": digits.load, "digits32": digits32.load, "cifar10": cifar10.load}
_FOLDER = "imagefolder:"


def load(
    name: str = "digits32", *, title: str | None = None, image_size: int | None = None, progress: bool = True
) -> Dataset:
    """Load a data set by name.

    Args:
        name: "digits" (8x8, grey), "digits32" (32x32, colour, embedded), "cifar10" (from disk), or
            "imagefolder:PATH", a folder or archive with one folder of images per class.
        title: the name that results shall quote; None keeps the data set's own.
        image_size: side in pixels to which an imagefolder's images are cropped and resized; None takes them as
            they are.
        progress: show a bar while images are decoded for the first time.

    Raises:
        InputError: there is no such data set, or it cannot be read.

    >>> digits = load("digits")
    >>> len(digits.train), len(digits.classes), digits.image_size
    (1097, 10, 8)
    """
    if image_size is not None:
        whole(image_size=image_size)
    if name.startswith(_FOLDER) and name != _FOLDER:
        dataset = imagefolder.load(Path(name.removeprefix(_FOLDER)), image_size, progress=progress)
    elif name in _LOADERS:
        if image_size is not None:
            raise InputError(f"image_size={image_size} does not apply to {name}, whose size is fixed: leave it out.")
        dataset = _LOADERS[name]()
    else:
        known = f"choose from {', '.join(_LOADERS)} and {_FOLDER}PATH"
        near = [_FOLDER + name] if Path(name).exists() else difflib.get_close_matches(name, _LOADERS, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise InputError(f"there is no data set {name!r}{hint}: {known}.")
    return replace(dataset, name=title) if title else dataset
