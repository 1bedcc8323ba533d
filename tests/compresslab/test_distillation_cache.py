"""The teacher cache: the same answers as online, whatever happens while it is made, and for no other run."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from compresslab.data import Batches, Dataset, load
from compresslab.distillation import (
    TeacherCache,
    cache_teacher,
    cached_objective,
    distillation_objective,
    expand_top,
    keep_top,
)
from compresslab.errors import InputError
from compresslab.models import small_cnn
from compresslab.training import Recipe, fit
from compresslab.training.fit import training_batches

RECIPE = Recipe(epochs=3, batch_size=32, augment=("crop", "flip"), views=2, precision="fp32", channels_last=False)


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load("digits").subset(train=100, validation=50)


@pytest.fixture(scope="module")
def teacher() -> nn.Module:
    torch.manual_seed(0)
    return small_cnn(width=4)


def cache(teacher: nn.Module, digits: Dataset, folder: Path, **how: Any) -> TeacherCache:
    return cache_teacher(
        teacher,
        training_batches(digits, RECIPE),
        folder,
        **{"keep": "fp32", "precision": "fp32", "progress": False, **how},
    )


def test_a_view_is_an_images_own_whatever_its_batch(digits: Dataset) -> None:
    def seen(batch_size: int, epoch: int, shuffle: bool) -> dict[int, Tensor]:
        batches = Batches(digits, digits.train, batch_size, shuffle=shuffle, augment=("crop", "flip"), seed=5, views=2)
        return {int(i): x for batch in batches.epoch(epoch) for i, x in zip(batch.ids, batch.images, strict=True)}

    first, later, other = seen(32, 0, True), seen(7, 4, False), seen(32, 1, True)
    assert all(torch.equal(first[i], later[i]) for i in first)
    assert sum(not torch.equal(first[i], other[i]) for i in first) > 80
    assert Batches(digits, digits.train, 32, augment=("flip",)).view(3) is None
    assert Batches(digits, digits.train, 32).view(3) == 0


@pytest.mark.parametrize("label", ["fp32", "fp16", "top 3"])
def test_distilled_from_the_cache_the_student_is_that_of_the_online_teacher(
    label: str, teacher: nn.Module, digits: Dataset, tmp_path: Path
) -> None:
    how: dict[str, Any] = {"fp32": {}, "fp16": {"keep": "fp16"}, "top 3": {"top_k": 3}}[label]
    torch.manual_seed(1)
    student = small_cnn(width=2)
    online = fit(student, digits, RECIPE, objective=distillation_objective(teacher, alpha=0.9), progress=False)
    kept = cache(teacher, digits, tmp_path / "cache", **how)
    cached = fit(student, digits, RECIPE, objective=cached_objective(kept, alpha=0.9), progress=False)
    losses = [[epoch.train_loss for epoch in run.history] for run in (online, cached)]
    # Full precision: the curve itself, but for the order in which a batch's sums are taken.
    np.testing.assert_allclose(losses[0], losses[1], rtol={"fp32": 1e-6, "fp16": 2e-3, "top 3": 0.5}[label])
    assert (label == "top 3") == (abs(losses[0][-1] - losses[1][-1]) > 1e-3)


def test_half_the_bytes_and_what_they_cost(teacher: nn.Module, digits: Dataset, tmp_path: Path) -> None:
    full, half = (cache(teacher, digits, tmp_path / keep, keep=keep) for keep in ("fp32", "fp16"))
    values = [(each.folder / "values.npy").stat().st_size - 128 for each in (full, half)]
    assert values == [2 * 100 * 10 * 4, 2 * 100 * 10 * 2]
    for view in (0, 1):
        found = [each.logits(digits.train.ids, view).softmax(dim=1) for each in (full, half)]
        assert float((found[0] - found[1]).abs().max()) < 1e-3


@given(st.integers(2, 12), st.data(), st.integers(0, 1000))
@settings(max_examples=50, deadline=None)
def test_the_top_and_the_rest_make_up_one(count: int, data: st.DataObject, seed: int) -> None:
    k = data.draw(st.integers(1, count - 1))
    logits = torch.tensor(np.random.default_rng(seed).normal(0, 4, (3, count)))
    values, classes, tail = keep_top(logits, k)
    back = expand_top(values, classes, tail, count).exp()
    torch.testing.assert_close(back.sum(dim=1), torch.ones(3, dtype=torch.float64))
    probabilities = logits.softmax(dim=1)
    torch.testing.assert_close(back.gather(1, classes), probabilities.gather(1, classes))
    for row in range(3):
        others = sorted(probabilities[row].tolist())[: count - k]
        left = [float(back[row, c]) for c in range(count) if c not in classes[row]]
        assert left == pytest.approx([sum(others) / len(others)] * len(left))


class _Dies(nn.Module):
    """A teacher that fails at its nth batch."""

    def __init__(self, inner: nn.Module, after: int) -> None:
        super().__init__()
        self.inner, self.left = inner, [after]

    def forward(self, x: Tensor) -> Tensor:
        self.left[0] -= 1
        if self.left[0] < 0:
            raise KeyboardInterrupt
        return self.inner(x)

    def __deepcopy__(self, memo: dict[int, Any]) -> "_Dies":
        copied = _Dies(self.inner, 0)
        copied.left = self.left
        return copied


def test_an_interrupted_cache_is_refused_and_then_completed(
    teacher: nn.Module, digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = cache(teacher, digits, tmp_path / "whole")
    dying = _Dies(teacher, after=4)  # one for the number of classes, three blocks
    monkeypatch.setattr("compresslab.distillation.cache.fingerprint", lambda value: "the same")
    with pytest.raises(KeyboardInterrupt):
        cache(dying, digits, tmp_path / "cut")
    with pytest.raises(InputError, match="5 of 8 blocks are missing or damaged"):
        TeacherCache(tmp_path / "cut")
    counted = _Dies(teacher, after=100)
    finished = cache(counted, digits, tmp_path / "cut")
    assert 100 - counted.left[0] == 1 + 5, "blocks that were there were computed again"
    for view in (0, 1):
        assert torch.equal(finished.logits(digits.train.ids, view), whole.logits(digits.train.ids, view))


@pytest.mark.parametrize("place", [130, 3000, -1])
def test_a_changed_byte_is_noticed_and_repaired(
    place: int, teacher: nn.Module, digits: Dataset, tmp_path: Path
) -> None:
    kept = cache(teacher, digits, tmp_path / "cache")
    expected = kept.logits(digits.train.ids, 1)
    file = tmp_path / "cache" / "values.npy"
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    with pytest.raises(InputError, match="1 of 8 blocks"):
        TeacherCache(tmp_path / "cache")
    assert torch.equal(cache(teacher, digits, tmp_path / "cache").logits(digits.train.ids, 1), expected)


def test_killed_while_it_writes_it_goes_on(tmp_path: Path) -> None:
    program = (
        "import sys, torch\n"
        "from compresslab.data import Batches, load\n"
        "from compresslab.distillation import cache_teacher\n"
        "from compresslab.models import small_cnn\n"
        "torch.manual_seed(0); torch.set_num_threads(1); digits = load('digits')\n"
        "batches = Batches(digits, digits.train, 4, augment=('crop',), views=3)\n"
        "cache_teacher(small_cnn(width=4), batches, sys.argv[1], keep='fp32', progress=False)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "killed")])
    checksums = tmp_path / "killed" / "checksums.npy"
    while not checksums.exists() or np.count_nonzero(np.fromfile(checksums, "<u8", offset=128)) < 20:
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.005)
    process.kill()
    process.wait()
    with pytest.raises(InputError, match="missing or damaged"):
        TeacherCache(tmp_path / "killed")

    torch.manual_seed(0)
    teacher, digits = small_cnn(width=4), load("digits")
    batches = Batches(digits, digits.train, 4, augment=("crop",), views=3)
    one, other = (
        cache_teacher(teacher, batches, tmp_path / name, keep="fp32", progress=False) for name in ("killed", "whole")
    )
    assert all(torch.equal(*(each.logits(digits.train.ids, view) for each in (one, other))) for view in range(3))


def test_a_cache_serves_no_other_run(teacher: nn.Module, digits: Dataset, tmp_path: Path) -> None:
    kept = cache(teacher, digits, tmp_path / "cache")
    torch.manual_seed(9)
    with pytest.raises(InputError, match="its teacher is"):
        cache(small_cnn(width=4), digits, tmp_path / "cache")
    with pytest.raises(InputError, match=r"its data is 'digits \[train 100, validation 50\]', not"):
        cache(teacher, load("digits").subset(train=90, validation=50), tmp_path / "cache")
    with pytest.raises(InputError, match="its keep is 'fp32', not 'fp16'"):
        cache(teacher, digits, tmp_path / "cache", keep="fp16")
    with pytest.raises(InputError, match="its seed is 0, not 1"):
        cache_teacher(teacher, training_batches(digits, replace(RECIPE, seed=1)), tmp_path / "cache", keep="fp32")
    with pytest.raises(InputError, match="id 1797"):
        kept.logits(torch.tensor([int(digits.train.ids[0]), 1797]), 0)
    with pytest.raises(InputError, match="holds 2 views"):
        kept.logits(digits.train.ids, 2)
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    with pytest.raises(InputError, match="holds other files"):
        cache(teacher, digits, tmp_path / "thesis")
    assert [file.name for file in (tmp_path / "thesis").iterdir()] == ["chapter.txt"]


def test_images_that_are_augmented_anew_are_refused(teacher: nn.Module, digits: Dataset, tmp_path: Path) -> None:
    anew = replace(RECIPE, views=None)
    with pytest.raises(InputError, match="set views"):
        cache_teacher(teacher, training_batches(digits, anew), tmp_path / "cache")
    objective = cached_objective(cache(teacher, digits, tmp_path / "cache"))
    with pytest.raises(InputError, match="set the recipe's views"):
        fit(small_cnn(width=2), digits, anew, objective=objective, progress=False)
    with pytest.raises(InputError, match="temperature=0"):
        cached_objective(TeacherCache(tmp_path / "cache"), temperature=0)


def test_files_that_are_no_cache_are_refused_in_a_sentence(teacher: nn.Module, digits: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    cache(teacher, digits, folder)
    good = {file.name: file.read_bytes() for file in folder.iterdir()}
    identity = json.loads(good["cache.json"])
    bad: dict[str, list[bytes]] = {
        "cache.json": [
            b"", b"{}", b"[1]", b"\xff", *(json.dumps({**identity, key: value}).encode() for key, value in
            [("samples", -1), ("samples", 10**12), ("views", "2"), ("keep", "fp64"), ("top_k", 10), ("classes", 0)])
        ],
        "values.npy": [b"", b"\x93NUMPY", good["values.npy"][:-1], good["ids.npy"]],
        "checksums.npy": [b"", good["checksums.npy"][:-8]],
    }  # fmt: skip
    for name, contents in bad.items():
        for content in contents:
            (folder / name).write_bytes(content)
            with pytest.raises(InputError, match=r"delete|damaged"):
                TeacherCache(folder)
        (folder / name).write_bytes(good[name])
    assert TeacherCache(folder).classes == 10
    np.save(folder / "values.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="damaged"):
        TeacherCache(folder)
