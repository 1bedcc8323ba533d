"""The teacher's cost: sums that a person can check, and what the cache on disk really takes."""

from pathlib import Path

import pytest
import torch
from torch import nn

from compresslab.data import Batches, load
from compresslab.distillation import cache_teacher
from compresslab.errors import InputError
from compresslab.explorers import teacher_cost_chart, teacher_cost_explorer
from compresslab.explorers.teacher_cost import cache_bytes, cost


def test_a_cache_with_as_many_views_as_epochs_saves_nothing_and_one_view_saves_the_rest() -> None:
    online, cached = cost(1000, epochs=5, views=5, ratio=8)
    assert online == cached == 1000 * 5 * 11
    assert cost(1000, epochs=5, views=1, ratio=8)[1] == 1000 * (8 + 15)


@pytest.mark.parametrize("top_k", [0, 3])
def test_the_bytes_are_those_of_the_cache_on_disk(top_k: int, tmp_path: Path) -> None:
    digits = load("digits").subset(train=500)
    batches = Batches(digits, digits.train, 500, augment=("crop",), views=3)
    teacher = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
    cache = cache_teacher(teacher, batches, tmp_path / "cache", top_k=top_k or None, progress=False)
    headers = 128 * len(list(cache.folder.glob("*.npy"))) + (cache.folder / "cache.json").stat().st_size
    checksums = 8 * 3
    assert cache.size_bytes - headers - checksums == cache_bytes(500, 3, 10, top_k)


def test_the_lines_cross_after_as_many_epochs_as_there_are_views() -> None:
    chart = teacher_cost_chart(1e6, epochs=30, views=4, ratio=20)
    online, cached, alone = (line.get_ydata() for line in chart.figure.axes[0].lines)
    assert online[4] == cached[4] and online[5] > cached[5] and online[3] < cached[3]
    assert cached[-1] - alone[-1] == pytest.approx(4 * 20)
    assert "pays after 4 epochs" in chart.alt
    assert "doesn't pay within 3 epochs" in teacher_cost_chart(1e6, epochs=3, views=4, ratio=20).alt


def test_each_control_redraws() -> None:
    *controls, picture = teacher_cost_explorer().children
    for control in controls:
        before = picture.value
        if hasattr(control, "options"):
            control.index = (control.index + 1) % len(control.options)
        else:
            control.value = 2 * control.value
        assert picture.value != before, control.description


def test_more_kept_classes_than_there_are_is_said_in_place_of_the_picture() -> None:
    with pytest.raises(InputError, match=r"top_k=11 must be a whole number from 0 to 10"):
        teacher_cost_chart(100, 2, 1, 3.0, classes=10, top_k=11)
    for settings in ({"images": 0}, {"epochs": 0}, {"views": 0}, {"ratio": torch.nan}):
        with pytest.raises(InputError, match=next(iter(settings))):
            teacher_cost_chart(**({"images": 100, "epochs": 2, "views": 1, "ratio": 2.0} | settings))
