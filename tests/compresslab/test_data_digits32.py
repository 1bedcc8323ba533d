"""digits32: the same everywhere, no leak between splits, and attributes that describe the pixels."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from sklearn.datasets import load_digits

from compresslab.data import Dataset, Split, digits, load
from compresslab.data.digits32 import paint

N = 1000


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return load("digits32")


def splits(dataset: Dataset) -> tuple[Split, Split, Split]:
    return dataset.train, dataset.validation, dataset.test


def sha256(images: npt.NDArray[np.uint8]) -> str:
    return hashlib.sha256(np.ascontiguousarray(images).tobytes()).hexdigest()


def test_its_shape(dataset):
    assert [len(split) for split in splits(dataset)] == [12_000, 2_000, 4_000]
    assert dataset.train.images.shape[1:] == (3, 32, 32)
    assert (dataset.name, dataset.classes, dataset.augmentation) == ("digits32", tuple("0123456789"), ("crop",))
    assert torch.cat([split.ids for split in splits(dataset)]).tolist() == list(range(18_000))
    for split in splits(dataset):
        assert set(Counter(split.labels.tolist()).values()) == {len(split) // 10}


@pytest.fixture(scope="module")
def recorded(repository: Path) -> dict[str, Any]:
    return json.loads((repository / "reference" / "digits32_acceptance.json").read_text())


def test_the_recorded_results_were_measured_on_these_images(dataset, recorded):
    assert sha256(dataset.test.images.numpy()) == recorded["test_images_sha256"], "run reference/digits32_acceptance.py"


def test_they_are_as_hard_as_the_course_needs(recorded):
    assert 93 <= recorded["test_accuracy_percent"]["mean"] <= 96
    prices = recorded["price_points"]
    assert abs(prices["weights 8 bits, per channel"]["mean"]) < recorded["test_accuracy_percent"]["sd"]
    for name in ("weights 4 bits, per channel", "90% sparse, 1 epoch later"):
        assert prices[name]["interval"]["low"] > 0
    assert prices["90% sparse, one shot"]["mean"] > 50


def test_more_threads_and_narrower_vectors_paint_the_same(dataset):
    code = (
        "import hashlib; from compresslab.data.digits32 import generate;"
        "print(hashlib.sha256(generate()['images'].tobytes()).hexdigest())"
    )
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "4")
    # Without a wide vector unit NumPy takes other paths through sines, rounding and sums; the names of NumPy 2.3
    # and of newer ones, of which each ignores what it does not know.
    plain = {"NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX X86_V3 X86_V4 AVX512_ICL"}
    environment = {**os.environ, **threads, **plain, "PYTHONWARNINGS": "ignore"}
    painted = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    everything = np.concatenate([split.images.numpy() for split in splits(dataset)])
    assert painted.stdout.strip() == sha256(everything)


def test_no_handwritten_digit_is_in_two_splits(dataset):
    source = load_digits()
    seen = []
    for split in splits(dataset):
        groups = np.unique(split.groups)
        seen.append({source.images[group].tobytes() for group in groups})
        np.testing.assert_array_equal(split.labels, source.target[split.groups.numpy()])
    assert sum(map(len, seen)) == len(set().union(*seen)) == 1797


def test_digits_of_a_class_appear_equally_often(dataset):
    for split in splits(dataset):
        for label in range(10):
            counts = Counter(split.groups[split.labels == label].tolist()).values()
            assert max(counts) - min(counts) <= 1


def test_a_subset_keeps_source_and_attributes(dataset):
    part = dataset.subset(test=200).test
    position = part.ids - 14_000
    assert torch.equal(part.groups, dataset.test.groups[position])
    for name, column in dataset.test.attributes.items():
        assert torch.equal(part.attributes[name], column[position])


# The same random scenes with another drawing on them: what differs between the two pictures is the drawing.


def scenes(drawing: npt.NDArray[np.uint8]) -> dict[str, npt.NDArray[np.float64]]:
    """A thousand scenes, every one with `drawing` (8, 8) as its digit and its clutter."""
    source = digits.splits()[2]
    images = torch.from_numpy(drawing).expand(len(source), 1, 8, 8).clone()
    painted = paint(Split(images, source.labels, source.ids, source.groups), N, 9)
    return {**painted, "images": painted["images"].astype(np.float64) / 255}


def drawn(drawing: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.float64], dict[str, npt.NDArray[np.float64]]]:
    """Difference in colour that the drawing makes (n, 32, 32), mean over channels, where there is no clutter."""
    empty, full = scenes(np.zeros((8, 8), np.uint8)), scenes(drawing)
    plain = full["clutter"] == 0
    difference = np.abs(full["images"] - empty["images"]).mean(axis=1)[plain]
    return difference, {name: column[plain] for name, column in full.items() if len(column) == N}


def test_groups_name_the_digit_that_is_shown():
    source = digits.splits()[2]
    chosen = source.labels == 3
    without = source.images.clone()
    without[chosen] = 0
    full, rest = (
        paint(Split(images, source.labels, source.ids, source.groups), N, 9) for images in (source.images, without)
    )
    changed = (full["images"] != rest["images"]).any(axis=(1, 2, 3))
    threes = np.isin(full["groups"], source.groups[chosen])
    assert threes.sum() == N / 10
    assert changed[threes].all()
    assert not changed[~threes & (full["clutter"] == 0)].any()
    assert changed[~threes & (full["clutter"] > 2)].any()  # fragments of other digits


def test_scale_is_the_size_of_the_digit():
    difference, scene = drawn(np.full((8, 8), 255, np.uint8))
    area = (difference > 0.02).sum(axis=(1, 2))
    side = np.sqrt(area) / 32
    assert np.corrcoef(side, scene["scale"])[0, 1] > 0.9
    assert np.median(side / scene["scale"]) == pytest.approx(1, abs=0.1)


def test_rotation_is_the_tilt_of_the_digit():
    bar = np.zeros((8, 8), np.uint8)
    bar[:, 3:5] = 255
    difference, scene = drawn(bar)
    mask = (difference > 0.5 * difference.max(axis=(1, 2), keepdims=True)).astype(float)
    y, x = np.indices((32, 32)) - 15.5
    tilts = []
    for one in mask:
        dy, dx = y - np.average(y, weights=one), x - np.average(x, weights=one)
        xx, yy, xy = (np.average(product, weights=one) for product in (dx * dx, dy * dy, dx * dy))
        tilts.append(np.rad2deg(0.5 * np.arctan2(-2 * xy, yy - xx)))
    assert np.median(np.abs(tilts - scene["rotation"])) < 2


def test_contrast_is_the_distance_of_ink_and_background():
    difference, scene = drawn(np.full((8, 8), 255, np.uint8))
    inside = difference > 0.5 * difference.max(axis=(1, 2), keepdims=True)
    measured = np.array([one[where].mean() for one, where in zip(difference, inside, strict=True)])
    assert np.corrcoef(measured, scene["contrast"])[0, 1] > 0.9
    assert np.median(measured / scene["contrast"]) == pytest.approx(1, abs=0.1)


def test_clutter_is_counted():
    full, empty = scenes(np.full((8, 8), 255, np.uint8)), scenes(np.zeros((8, 8), np.uint8))
    changed = (full["images"] != empty["images"]).any(axis=1).mean(axis=(1, 2)) - full["scale"] ** 2
    beyond_the_digit = [changed[full["clutter"] == count].mean() for count in range(5)]
    assert beyond_the_digit == sorted(beyond_the_digit)
    assert set(Counter(full["clutter"].tolist())) == set(range(5))
