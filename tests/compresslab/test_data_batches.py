"""Batches: every sample once, the same from any step, augmented and normalised."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from compresslab.data import Batches, Dataset, Split
from compresslab.data.sets import assemble
from compresslab.errors import InputError

AUGMENTATIONS = st.sampled_from(
    [(), ("crop",), ("flip",), ("crop", "flip"), ("alternating_flip",), ("crop", "flip", "cutout")]
)


def made_up(n: int, size: int = 8) -> Dataset:
    generator = torch.Generator().manual_seed(n)
    images = torch.randint(0, 256, (n, 3, size, size), generator=generator, dtype=torch.uint8)
    ids = torch.arange(n) * 7
    split = Split(images, torch.arange(n) % 3, ids, ids)
    return assemble("made up", "abc", (split, split, split))


@given(
    n=st.integers(1, 40),
    size=st.integers(1, 17),
    shuffle=st.booleans(),
    epoch=st.integers(0, 3),
    seed=st.integers(0, 9),
)
def test_an_epoch_holds_every_sample_once(n, size, shuffle, epoch, seed):
    data = made_up(n)
    batches = Batches(data, data.train, size, shuffle=shuffle, seed=seed)
    given_out = list(batches.epoch(epoch))
    assert [len(batch.ids) for batch in given_out[:-1]] == [size] * (len(batches) - 1)
    assert len(given_out) == len(batches)
    ids = torch.cat([batch.ids for batch in given_out])
    assert sorted(ids.tolist()) == data.train.ids.tolist()
    assert batches.samples == n
    images = torch.cat([batch.images for batch in given_out])
    labels = torch.cat([batch.labels for batch in given_out])
    assert images.dtype == torch.float32
    expected = (data.train.images.numpy() / 255 - np.reshape(data.mean, (3, 1, 1))) / np.reshape(data.std, (3, 1, 1))
    np.testing.assert_allclose(images, expected[(ids // 7).numpy()], atol=1e-5)
    assert torch.equal(labels, data.train.labels[ids // 7])


@given(
    n=st.integers(1, 30), size=st.integers(1, 9), start=st.integers(0, 30), augment=AUGMENTATIONS,
    epoch=st.integers(0, 3), drop_last=st.booleans(),
)  # fmt: skip
def test_starting_late_is_dropping_the_first_batches(n, size, start, augment, epoch, drop_last):
    data = made_up(max(n, size))
    batches = Batches(data, data.train, size, shuffle=True, augment=augment, seed=5, drop_last=drop_last)
    late = list(batches.epoch(epoch, start))
    undisturbed = list(itertools.islice(batches.epoch(epoch), start, None))
    assert len(late) == len(undisturbed) == max(0, len(batches) - start)
    for one, other in zip(late, undisturbed, strict=True):
        assert all(torch.equal(a, b) for a, b in zip(one[:3], other[:3], strict=True))
        assert (one.epoch, one.step) == (other.epoch, other.step) and one.epoch == epoch
    assert [batch.step for batch in late] == list(range(start, len(batches)))


@given(n=st.integers(1, 40), size=st.integers(1, 40))
def test_dropping_the_last_batch_leaves_whole_ones(n, size):
    data = made_up(max(n, size))
    batches = Batches(data, data.train, size, shuffle=True, drop_last=True)
    sizes = [len(batch.ids) for batch in batches]
    assert sizes == [size] * (len(data.train) // size)
    assert batches.samples == sum(sizes)


def test_order_and_augmentation_change_with_epoch_and_seed_only():
    data = made_up(64)

    def run(seed: int, epoch: int) -> tuple[list[int], torch.Tensor]:
        batches = Batches(data, data.train, 16, shuffle=True, augment=("crop", "flip"), seed=seed)
        given_out = list(batches.epoch(epoch))
        return torch.cat([b.ids for b in given_out]).tolist(), torch.cat([b.images for b in given_out])

    torch.manual_seed(1)
    order, images = run(0, 2)
    torch.manual_seed(2)  # the global generators play no part
    np.random.seed(2)  # noqa: NPY002
    again, same = run(0, 2)
    assert order == again
    assert torch.equal(images, same)
    for seed, epoch in [(1, 2), (0, 3), (2, 0)]:
        other, different = run(seed, epoch)
        assert order != other
        assert not torch.equal(images, different)


def test_two_steps_of_equal_images_are_augmented_differently():
    images = made_up(1).train.images.repeat(64, 1, 1, 1)
    ids = torch.arange(64)
    split = Split(images, ids, ids, ids)
    data = assemble("one image", [str(k) for k in range(64)], (split, split, split))
    first, second = Batches(data, split, 32, augment=("crop",))
    assert not torch.equal(first.images, second.images)


@pytest.mark.parametrize("augment", [("crop",), ("flip",), ("crop", "flip")])
def test_augmented_images_are_shifts_and_mirrors_each_as_often(augment):
    data = made_up(3000)  # 8x8: shifts of up to one pixel
    shifts = list(itertools.product((-1, 0, 1), repeat=2)) if "crop" in augment else [(0, 0)]
    mirrors = (False, True) if "flip" in augment else (False,)
    batches = Batches(data, data.train, 3000, augment=augment)
    augmented = next(iter(batches)).images
    plain = next(iter(Batches(data, data.train, 3000))).images
    found = np.zeros((len(shifts), len(mirrors)), int)
    for (k, (down, right)), (m, mirror) in itertools.product(enumerate(shifts), enumerate(mirrors)):
        expected = torch.zeros_like(plain)  # the training mean, once normalised
        for y, x in itertools.product(range(8), repeat=2):
            if 0 <= y - down < 8 and 0 <= x - right < 8:
                expected[:, :, y, 7 - x if mirror else x] = plain[:, :, y - down, x - right]
        found[k, m] = (augmented == expected).flatten(1).all(dim=1).sum()
    assert found.sum() == 3000  # each image is exactly one of them
    share = 3000 / found.size
    assert (abs(found - share) < 5 * np.sqrt(share)).all(), found


def test_crop_moves_by_up_to_an_eighth():
    data = made_up(200, size=32)
    corner = torch.zeros(200, 3, 32, 32, dtype=torch.uint8)
    corner[:, :, 16, 16] = 255
    ids = torch.arange(200)
    split = Split(corner, ids % 3, ids, ids)
    spots = next(iter(Batches(data, split, 200, augment=("crop",)))).images.amax(dim=1).flatten(1).argmax(dim=1)
    rows, columns = spots // 32 - 16, spots % 32 - 16
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (-4, 4, -4, 4)


@pytest.mark.parametrize("views", [None, 2])
def test_alternating_flips_show_both_sides_in_two_epochs_and_half_of_each_at_once(views):
    data = made_up(400)
    batches = Batches(data, data.train, 64, shuffle=True, augment=("alternating_flip",), seed=3, views=views)
    plain = next(iter(Batches(data, data.train, 400))).images

    def mirrored(epoch: int) -> torch.Tensor:
        flipped = torch.zeros(400, dtype=torch.bool)
        for batch in batches.epoch(epoch):
            place = batch.ids // 7
            flipped[place] = (batch.images != plain[place]).flatten(1).any(dim=1)
            assert torch.equal(batch.images[flipped[place]], plain[place][flipped[place]].flip(3))
        return flipped

    first, second, third = (mirrored(epoch) for epoch in range(3))
    assert 150 < first.sum() < 250
    assert torch.equal(second, ~first) and torch.equal(third, first)


def test_cutout_hides_a_square_of_a_quarter_around_any_pixel():
    data = made_up(2000, size=16)
    cut = next(iter(Batches(data, data.train, 2000, augment=("cutout",)))).images
    plain = next(iter(Batches(data, data.train, 2000))).images
    hidden = (cut == 0).all(dim=1)
    assert torch.equal(cut, torch.where(hidden[:, None], 0, plain))
    rows, columns = hidden.any(dim=2).sum(dim=1), hidden.any(dim=1).sum(dim=1)
    assert torch.equal(hidden.flatten(1).sum(dim=1), rows * columns)  # a rectangle
    for counts in (rows, columns):  # whole but at an edge, where the middle of a square may lie as well
        assert counts.unique().tolist() == [2, 3, 4]
        assert abs((counts == 4).sum() - 2000 * 13 / 16) < 5 * np.sqrt(2000 * 13 / 16 * 3 / 16)
    assert hidden.flatten(1).any(dim=0).all()  # every pixel, once


def test_the_split_itself_stays_as_it_was():
    data = made_up(20)
    before = data.train.images.clone()
    for batch in Batches(data, data.train, 20, augment=("crop", "flip")):
        batch.images.zero_()
    for batch in Batches(data, data.train, 20):
        batch.images.zero_()
        batch.labels.zero_()
        batch.ids.zero_()
    assert torch.equal(data.train.images, before)
    assert data.train.ids.tolist() == list(range(0, 140, 7))


def test_a_loader_quotes_its_data():
    data = made_up(9).subset(train=6)
    assert Batches(data, data.train, 4).dataset_name == "made up [train 6]"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"batch_size": 0}, "batch_size=0 must be a whole number of at least 1"),
        ({"batch_size": 4, "seed": -1}, "seed=-1 must be a whole number of at least 0"),
        ({"batch_size": 4, "augment": ("crop", "rotate")}, "augment='rotate' is not known: choose from crop, flip"),
        ({"batch_size": 4, "augment": ("flip", "alternating_flip")}, "mirrors images twice"),
        ({"batch_size": 10, "drop_last": True}, "9 samples of made up make no batch of 10"),
    ],
)
def test_bad_settings_are_named(settings, message):
    data = made_up(9)
    with pytest.raises(InputError, match=message):
        Batches(data, data.train, **settings)


def test_an_empty_split_is_refused():
    data = made_up(9)
    with pytest.raises(InputError, match="0 samples of made up"):
        Batches(data, data.train.select(torch.zeros(9, dtype=torch.bool)), 4)
