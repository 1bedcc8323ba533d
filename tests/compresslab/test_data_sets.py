"""Splits, data sets, subsets, the 8x8 digits, and asking for data by name."""

import re
from collections import Counter

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from compresslab.data import Dataset, Split, load
from compresslab.data.sets import assemble, cut
from compresslab.errors import InputError


def made_up(per_class: tuple[int, ...], seed: int = 0) -> Split:
    """Random 4x4 images in shuffled order, ids from 100, four samples a group."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.repeat_interleave(torch.arange(len(per_class)), torch.tensor(per_class))
    labels = labels[torch.randperm(len(labels), generator=generator)]
    images = torch.randint(0, 256, (len(labels), 3, 4, 4), generator=generator, dtype=torch.uint8)
    ids = torch.arange(len(labels)) + 100
    return Split(images, labels, ids, ids // 4, {"half": ids.double() / 2})


@pytest.fixture
def dataset() -> Dataset:
    return assemble("made up", "abc", (made_up((40, 41, 42)), made_up((9, 9, 9), 1), made_up((9, 9, 3), 2)))


def test_digits_are_scikit_learns_split_once():
    data, source = load("digits"), load_digits()
    splits = (data.train, data.validation, data.test)
    assert sorted(torch.cat([split.ids for split in splits]).tolist()) == list(range(1797))
    for split in splits:
        assert torch.equal(split.groups, split.ids)
        ids = split.ids.numpy()
        np.testing.assert_array_equal(split.labels, source.target[ids])
        np.testing.assert_allclose(split.images[:, 0], source.images[ids] * 255 / 16, atol=0.5)
    assert (data.name, data.channels, data.image_size, data.augmentation) == ("digits", 1, 8, ())
    assert [len(split) for split in splits] == [1097, 250, 450]
    assert set(Counter(data.validation.labels.tolist()).values()) == {25}
    assert set(Counter(data.test.labels.tolist()).values()) == {45}


def test_no_digit_is_in_two_splits():
    data = load("digits")
    seen = [{image.tobytes() for image in split.images.numpy()} for split in (data.train, data.validation, data.test)]
    assert sum(map(len, seen)) == len(set().union(*seen)) == 1797


def test_the_splits_of_digits_do_not_drift():
    # What is recorded in reference/ was measured on these; a change invalidates it.
    data = load("digits")
    assert data.validation.ids[:8].tolist() == [7, 8, 10, 11, 13, 18, 26, 33]
    assert data.test.ids[:8].tolist() == [1, 5, 9, 12, 14, 15, 16, 17]


def test_statistics_are_those_of_the_training_images(dataset):
    pixels = dataset.train.images.numpy().astype(np.float64) / 255
    np.testing.assert_allclose(dataset.mean, pixels.mean(axis=(0, 2, 3)))
    np.testing.assert_allclose(dataset.std, pixels.std(axis=(0, 2, 3)))
    normal = dataset.normalize(dataset.train.images)
    assert normal.dtype == torch.float32
    np.testing.assert_allclose(normal.mean(dim=(0, 2, 3)), 0, atol=1e-6)
    np.testing.assert_allclose(normal.std(dim=(0, 2, 3), correction=0), 1, atol=1e-6)


def test_images_of_one_colour_are_refused():
    grey = Split(torch.full((6, 1, 4, 4), 7, dtype=torch.uint8), *(torch.arange(6) for _ in range(3)))
    with pytest.raises(InputError, match="all training images of grey are of one colour"):
        assemble("grey", "abcdef", (grey, grey, grey))


def test_select_keeps_columns_together(dataset):
    index = torch.tensor([5, 0, 5, 17])
    part = dataset.train.select(index)
    assert part.ids.tolist() == [105, 100, 105, 117]
    assert part.groups.tolist() == [26, 25, 26, 29]
    assert part.attributes["half"].tolist() == [52.5, 50, 52.5, 58.5]
    assert torch.equal(part.images, torch.stack([dataset.train.images[i] for i in index]))
    mask = torch.arange(123) < 3
    assert dataset.train.select(mask).ids.tolist() == [100, 101, 102]


def test_a_split_refuses_columns_that_do_not_fit():
    ids = torch.arange(3)
    images = torch.zeros(3, 1, 2, 2, dtype=torch.uint8)
    with pytest.raises(InputError, match=r"labels has shape \(4,\) beside 3 images"):
        Split(images, torch.arange(4), ids, ids)
    with pytest.raises(InputError, match=r"tilt has shape \(3, 1\) beside 3 images"):
        Split(images, ids, ids, ids, {"tilt": torch.zeros(3, 1)})
    with pytest.raises(InputError, match=r"torch.float32 .* expected uint8"):
        Split(images.float(), ids, ids, ids)


@pytest.mark.parametrize("size", [3, 4, 50, 119, 120])
def test_a_subset_is_balanced_and_keeps_what_it_holds(dataset, size):
    part = dataset.subset(train=size)
    counts = Counter(part.train.labels.tolist())
    assert sum(counts.values()) == size
    assert max(counts.values()) - min(counts.values()) <= 1
    position = part.train.ids - 100
    assert len(set(position.tolist())) == size
    for column in ("images", "labels", "groups"):
        assert torch.equal(getattr(part.train, column), getattr(dataset.train, column)[position])
    assert torch.equal(part.train.attributes["half"], part.train.ids.double() / 2)
    assert part.validation is dataset.validation
    assert part.test is dataset.test
    assert (part.mean, part.std) == (dataset.mean, dataset.std)


def test_a_subset_depends_on_its_seed_and_says_so(dataset):
    assert dataset.subset(train=30, test=6).name == "made up [train 30, test 6]"
    assert dataset.subset(validation=6, seed=3).name == "made up [validation 6, seed 3]"
    assert dataset.subset().name == "made up"
    first, again, other = (dataset.subset(train=30, seed=seed).train.ids for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"train": 2}, "train=2 must be a whole number from 3 to 123: made up has 123, and a subset holds every"),
        ({"train": 124}, "train=124 must be a whole number from 3 to 123"),
        ({"test": 12}, "test=12 needs 4 images of class 'c', but made up has 3: choose at most 9."),
    ],
)
def test_an_impossible_subset_says_what_is_possible(dataset, sizes, message):
    with pytest.raises(InputError, match=re.escape(message)):
        dataset.subset(**sizes)


def test_more_than_a_class_holds_is_not_cut_off() -> None:
    with pytest.raises(InputError, match=r"per_class\[1\]=3 must be a whole number from 0 to 2"):
        cut(made_up((4, 2)), [1, 3], seed=0)


def test_a_title_replaces_the_name():
    assert load("digits", title="copy of the digits").name == "copy of the digits"


@pytest.mark.parametrize(
    ("name", "hint"),
    [("cifr10", "did you mean 'cifar10'"), ("digits23", "did you mean 'digits32'"), ("xyz", "no data set 'xyz': ")],
)
def test_an_unknown_name_lists_the_known_ones(name, hint):
    with pytest.raises(InputError, match=hint) as caught:
        load(name)
    assert "choose from digits, digits32, cifar10 and imagefolder:PATH" in str(caught.value)


def test_a_path_as_name_is_recognised(tmp_path):
    with pytest.raises(InputError, match=re.escape(f"did you mean 'imagefolder:{tmp_path}'")):
        load(str(tmp_path))
    with pytest.raises(InputError, match="no data set 'imagefolder:'"):
        load("imagefolder:")


def test_image_size_is_for_folders_only():
    with pytest.raises(InputError, match="image_size=16 does not apply to digits"):
        load("digits", image_size=16)
    with pytest.raises(InputError, match="image_size=0 must be a whole number of at least 1"):
        load("imagefolder:photos", image_size=0)
