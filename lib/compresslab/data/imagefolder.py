"""Images in one folder per class, on disk or inside an archive.

Two layouts are read: CLASS/IMAGE, and the same under train/, test/ and val/ (or validation/). What is missing of
test and validation is cut from the training images, class by class. Images become RGB, all of one square size.
"""

import io
import struct
from collections import Counter
from collections.abc import Collection
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageOps
from tqdm.auto import tqdm

from compresslab.data.archive import walk
from compresslab.data.cache import Arrays, cached
from compresslab.data.sets import Dataset, Split, assemble, cut
from compresslab.errors import InputError

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm")
TEST_SHARE, VALIDATION_SHARE = 0.2, 0.1  # of the images there are to cut from
MOST_UNEQUAL = 10  # largest class over smallest; beyond, accuracy mostly says how large the largest class is
_SPLITS = ("train", "validation", "test")
_FOLDERS = {"train": "train", "val": "validation", "validation": "validation", "test": "test"}
_SEED = 0


def load(path: Path, image_size: int | None = None, *, progress: bool = True) -> Dataset:
    """The images under `path`, decoded on first use and cached until a name, size or time of change differs.

    `ids` count the images in the order of split, class and name. The augmentation is that of photographs: leave
    "flip" out where a mirrored image means something else, as with text.

    Args:
        path: a folder, or a .zip or .tar archive; the latter may be compressed by gzip, xz or bzip2.
        image_size: crop each image to its central square and resize it to this many pixels a side. None takes the
            images as they are; they must then be square and of one size.
        progress: show a bar while decoding.

    Raises:
        InputError: there is nothing of the kind at `path`, or an image, a class or the archive is not usable.

    >>> import os, tempfile
    >>> from unittest.mock import patch
    >>> with tempfile.TemporaryDirectory() as here, patch.dict(os.environ, COMPRESSLAB_CACHE=here):
    ...     for place in ("cat/1.png", "cat/2.png", "cat/3.png", "dog/1.png", "dog/2.png", "dog/3.png"):
    ...         Path(here, "pets", place).parent.mkdir(parents=True, exist_ok=True)
    ...         Image.linear_gradient("L").save(Path(here, "pets", place))
    ...     pets = load(Path(here, "pets"), image_size=8, progress=False)
    >>> pets.classes, [len(split) for split in (pets.train, pets.validation, pets.test)]
    (('cat', 'dog'), [2, 2, 2])
    """
    path = path.expanduser()
    if not path.exists():
        raise InputError(f"there is no folder or archive {path}: give the path of one with a folder per class.")
    name = path.name.split(".tar")[0].removesuffix(".zip") if path.is_file() else path.resolve().name
    key = ["imagefolder", str(path.resolve()), image_size, _listing(path)]
    arrays = cached(name, key, lambda: _read(path, image_size, progress))
    ids = torch.arange(len(arrays["labels"]))
    images = Split(torch.from_numpy(arrays["images"]), torch.from_numpy(arrays["labels"]), ids, ids)
    train, validation, test = (images.select(torch.from_numpy(arrays["splits"] == split)) for split in _SPLITS)
    if not len(test):
        train, test = cut(train, _share(train, TEST_SHARE), _SEED)
    if not len(validation):
        train, validation = cut(train, _share(train, VALIDATION_SHARE), _SEED)
    classes = [str(label) for label in arrays["classes"]]
    return assemble(name, classes, (train, validation, test), ("crop", "flip"))


def _listing(path: Path) -> object:
    """What tells one state of the files from another."""
    if path.is_file():
        return [path.stat().st_size, path.stat().st_mtime_ns]
    files = sorted(file for file in path.rglob("*") if file.is_file())
    return [[str(file.relative_to(path)), file.stat().st_size, file.stat().st_mtime_ns] for file in files]


def _share(split: Split, share: float) -> list[int]:
    return [max(1, round(share * count)) for count in torch.bincount(split.labels).tolist()]


def _read(path: Path, image_size: int | None, progress: bool) -> Arrays:
    """Decode every image, and give it a label and the name of its split."""
    pixels: dict[PurePosixPath, npt.NDArray[np.uint8]] = {}
    folders: set[PurePosixPath] = set()
    bar = tqdm(walk(path, SUFFIXES), desc=f"read {path.name}", unit=" files", leave=False, disable=not progress)
    for name, content in bar:
        if any(part.startswith((".", "__MACOSX")) for part in name.parts):
            continue
        if content is None:
            folders.add(name)
        else:
            pixels[name] = _decode(f"{path}/{name}", content, image_size)
            _check_shape(path, name, pixels)
    split_of = _layout(path, pixels, folders)
    places = {name: (split_of[name.parent.parent], name.parent.name) for name in pixels}
    _check_classes(path, places.values())
    classes = sorted({label for _, label in places.values()})
    order = sorted(pixels, key=lambda name: (_SPLITS.index(places[name][0]), places[name][1], name.name))
    return {
        "images": np.stack([pixels[name] for name in order]),
        "labels": np.array([classes.index(places[name][1]) for name in order], np.int64),
        "splits": np.array([places[name][0] for name in order]),
        "classes": np.array(classes),
    }


def _decode(name: str, content: bytes, image_size: int | None) -> npt.NDArray[np.uint8]:
    """One image (3, H, W)."""
    try:
        image: Image.Image = Image.open(io.BytesIO(content))
        if image_size:
            image.draft("RGB", (image_size, image_size))  # large JPEGs are decoded at a fraction of their size
            image = ImageOps.fit(ImageOps.exif_transpose(image).convert("RGB"), (image_size, image_size))
        return np.asarray(image.convert("RGB")).transpose(2, 0, 1)
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError) as error:
        raise InputError(f"cannot read the image {name} ({error}): replace or remove it.") from error


def _check_shape(path: Path, name: PurePosixPath, pixels: dict[PurePosixPath, npt.NDArray[np.uint8]]) -> None:
    """Refuse an image whose shape is not square or not that of the first one."""
    (_, height, width), (_, expected, _) = pixels[name].shape, next(iter(pixels.values())).shape
    if not height == width == expected:
        raise InputError(
            f"{path}/{name} is {width}x{height} pixels where {expected}x{expected} was expected: "
            "pass image_size to crop and resize all images to one square size."
        )


def _layout(
    path: Path, images: Collection[PurePosixPath], folders: Collection[PurePosixPath]
) -> dict[PurePosixPath, str]:
    """The split that is meant by each folder of class folders."""
    expected = "expected CLASS/IMAGE, or train/CLASS/IMAGE and test/CLASS/IMAGE"
    if not images:
        raise InputError(f"{path} holds no images ({', '.join(SUFFIXES)}): {expected}.")
    if loose := [name for name in images if len(name.parts) < 2]:
        raise InputError(f"{path}/{min(loose)} lies in no class folder: {expected}.")
    tops = sorted({name.parent.parent for name in images})
    if len(tops) == 1:
        if _FOLDERS.get(tops[0].name, "train") != "train":
            raise InputError(f"{path} holds no train/ beside {tops[0].name}/: {expected}.")
        split_of = {tops[0]: "train"}
    else:
        split_of = {top: _FOLDERS[top.name] for top in tops if top.name in _FOLDERS}
        if len(split_of) < len(tops) or len({top.parent for top in tops}) > 1:
            raise InputError(f"{path} holds class folders both in {tops[0]}/ and in {tops[1]}/: {expected}.")
        if "train" not in split_of.values():
            raise InputError(f"{path} holds no train/ beside {tops[0].name}/ and {tops[1].name}/: {expected}.")
    empty = set(folders) - {name.parent for name in images}
    if bare := sorted(folder for folder in empty if folder.parent in split_of and folder not in split_of):
        raise InputError(f"the class folder {path}/{bare[0]} holds no image: fill or remove it.")
    return split_of


def _check_classes(path: Path, places: Collection[tuple[str, str]]) -> None:
    """Refuse splits that differ in their classes, a single class, and classes too small or too unequal."""
    counts = {split: Counter(label for other, label in places if other == split) for split in _SPLITS}
    train = counts["train"]
    if len(train) < 2:
        raise InputError(f"{path} holds one class only ({min(train)}): classifying needs at least two.")
    for split, labels in counts.items():
        if not labels:
            continue
        if odd := sorted(train.keys() ^ labels.keys()):
            raise InputError(
                f"train and {split} of {path} differ in their classes ({', '.join(odd[:5])} in one of them only): "
                "give both the same class folders."
            )
        (large, most), (small, least) = labels.most_common()[0], labels.most_common()[-1]
        if most > MOST_UNEQUAL * least:
            raise InputError(
                f"classes in {split} of {path} are too unequal ({most} images of {large}, {least} of {small}; at most "
                f"{MOST_UNEQUAL} times as many are taken): remove images of {large}, or the class {small}."
            )
    small, least = train.most_common()[-1]
    missing = [split for split in _SPLITS if not counts[split]]
    if least <= len(missing):
        raise InputError(
            f"the class {small} of {path} has {least} training images: at least {len(missing) + 1} are needed, because "
            f"{' and '.join(missing)} images are cut from them."
        )
