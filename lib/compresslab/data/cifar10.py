"""CIFAR-10: 60,000 photographs of 32x32 pixels in ten classes, used where it is on disk, fetched when asked for.

Both of the archives in circulation are accepted. The binary one is parsed as plain bytes. The Python one is made
of pickles, which can run any code, so torchvision reads it, after it has found each file's known checksum.

Reference: Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images".
"""

import os
import tarfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from compresslab.data.download import fetch, sha256_of
from compresslab.data.sets import Dataset, Split, assemble, cut
from compresslab.errors import InputError
from compresslab.files import cache_folder

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
ARCHIVE = "cifar-10-binary.tar.gz"
SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
MIRRORS = (
    f"https://www.cs.toronto.edu/~kriz/{ARCHIVE}",
    f"https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/{ARCHIVE}",
    f"https://mindspore-website.obs.cn-north-4.myhuaweicloud.com/notebook/datasets/{ARCHIVE}",
)
VALIDATION_PER_CLASS = 500
_PYTHON = "cifar-10-batches-py"  # the folder that torchvision unpacks the Python archive into
_BATCHES = (*(f"data_batch_{k}.bin" for k in range(1, 6)), "test_batch.bin")
_RECORD = 1 + 3 * 32 * 32  # bytes: the label, then red, green and blue, each row by row
_SEED = 0


def folder() -> Path:
    """Where CIFAR-10 is looked for: `COMPRESSLAB_DATA`, or `cifar10` in the cache folder.

    >>> from unittest.mock import patch
    >>> with patch.dict(os.environ, COMPRESSLAB_DATA="photographs"):
    ...     str(folder())
    'photographs'
    """
    chosen = os.environ.get("COMPRESSLAB_DATA")
    return Path(chosen).expanduser() if chosen else cache_folder() / "cifar10"


def download(*, mirrors: Sequence[str] = MIRRORS, sha256: str = SHA256) -> Path:
    """Fetch the archive (170 MB) into `folder()`, going on where an earlier attempt ended.

    Args:
        mirrors: addresses of the archive, tried in this order.
        sha256: of the archive, in hexadecimal.

    Returns:
        Path of the archive.

    Raises:
        InputError: no mirror gave the right file, or it cannot be written.

    >>> import tempfile
    >>> from unittest.mock import patch
    >>> with tempfile.TemporaryDirectory() as here, patch.dict(os.environ, COMPRESSLAB_DATA=here):
    ...     mirror = Path(here, "mirror")  # a file, in place of the network
    ...     _ = mirror.write_bytes(b"the archive")
    ...     download(mirrors=[mirror.as_uri()], sha256=sha256_of(mirror)).name
    'cifar-10-binary.tar.gz'
    """
    return fetch(mirrors, folder() / ARCHIVE, sha256)


def load(*, sha256: str = SHA256) -> Dataset:
    """CIFAR-10 from disk: 45,000 images to train, 5,000 for validation (500 a class), 10,000 for the test.

    `ids` are positions in the published order: training images from 0, test images from 50,000. The pixels are not
    cached once more: reading the archive, its checksum included, takes about as long.

    Args:
        sha256: of the binary archive, in hexadecimal.

    Raises:
        InputError: it is not there, or the file is not the published one.

    >>> from unittest.mock import patch
    >>> with patch.dict(os.environ, COMPRESSLAB_DATA="empty"):
    ...     load()
    Traceback (most recent call last):
    compresslab.errors.InputError: CIFAR-10 is not in empty: run compresslab.data.cifar10.download() ...
    """
    root = folder()
    if (root / ARCHIVE).is_file():
        images, labels = _read_binary(root / ARCHIVE, sha256)
    elif (root / _PYTHON).is_dir():
        images, labels = _read_python(root)
    else:
        raise InputError(
            f"CIFAR-10 is not in {root}: run compresslab.data.cifar10.download() to fetch it (170 MB), or set "
            f"COMPRESSLAB_DATA to the folder that holds {ARCHIVE} or torchvision's {_PYTHON}."
        )
    ids = torch.arange(len(images))
    published = Split(images, labels, ids, ids)
    tests = len(images) // 6  # of six equal batches the last is the test
    train, validation = cut(published.select(ids[:-tests]), [VALIDATION_PER_CLASS] * 10, _SEED)
    return assemble("CIFAR-10", CLASSES, (train, validation, published.select(ids[-tests:])), ("crop", "flip"))


def _read_binary(archive: Path, sha256: str) -> tuple[torch.Tensor, torch.Tensor]:
    if (found := sha256_of(archive)) != sha256:
        raise InputError(
            f"{archive} is not the published CIFAR-10 (sha256 {found[:12]}..., expected {sha256[:12]}...): "
            "delete it and run compresslab.data.cifar10.download()."
        )
    batches = {}
    with tarfile.open(archive, "r|gz") as tar:
        for member in tar:
            if member.isfile() and (content := tar.extractfile(member)):
                batches[Path(member.name).name] = content.read()
    records = np.frombuffer(b"".join(batches[name] for name in _BATCHES), np.uint8).reshape(-1, _RECORD)
    images = records[:, 1:].reshape(-1, 3, 32, 32)
    return torch.from_numpy(np.ascontiguousarray(images)), torch.from_numpy(records[:, 0].astype(np.int64))


def _read_python(root: Path) -> tuple[torch.Tensor, torch.Tensor]:
    from torchvision import datasets  # a second to import, for this one path

    try:
        parts = [datasets.CIFAR10(root, train=train) for train in (True, False)]
    except RuntimeError as error:  # a checksum differs; nothing has been unpickled
        raise InputError(
            f"{root / _PYTHON} is not the published CIFAR-10: delete it and run compresslab.data.cifar10.download()."
        ) from error
    images = np.concatenate([part.data for part in parts]).transpose(0, 3, 1, 2)
    labels = torch.tensor([label for part in parts for label in part.targets])
    return torch.from_numpy(np.ascontiguousarray(images)), labels
