"""scikit-learn's handwritten digits: 1,797 real images of 8x8 pixels, in the package itself.

Reference: Alpaydin and Kaynak 1998, "Optical Recognition of Handwritten Digits", UCI Machine Learning
Repository. scikit-learn ships the repository's test part: 13 writers, whose names are not recorded, so a writer
may stand in more than one split.
"""

import torch
from sklearn.datasets import load_digits

from compresslab.data.sets import Dataset, Split, assemble, cut

CLASSES = tuple("0123456789")
TEST_PER_CLASS, VALIDATION_PER_CLASS = 45, 25
_SEED = 0


def load() -> Dataset:
    """The digits, with 1,097 for training, 250 for validation and 450 for the test.

    >>> load().train.images.shape
    torch.Size([1097, 1, 8, 8])
    """
    return assemble("digits", CLASSES, splits())


def splits() -> tuple[Split, Split, Split]:
    """Train, validation and test. `ids` are positions in scikit-learn's arrays.

    >>> [len(split) for split in splits()]
    [1097, 250, 450]
    """
    source = load_digits()
    images = (torch.from_numpy(source.images) * (255 / 16)).round().to(torch.uint8).unsqueeze(1)
    ids = torch.arange(len(images))
    rest, test = cut(Split(images, torch.from_numpy(source.target), ids, ids), [TEST_PER_CLASS] * 10, _SEED)
    train, validation = cut(rest, [VALIDATION_PER_CLASS] * 10, _SEED)
    return train, validation, test
