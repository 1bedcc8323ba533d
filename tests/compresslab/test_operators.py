"""The operator profile: MACs and bytes by hand and against the library's own count, times on a clock that ticks."""

from itertools import count

import pytest
import torch
from torch import nn

from compresslab.cost import mac_count
from compresslab.errors import InputError
from compresslab.models import resnet18, small_cnn, tiny_vit
from compresslab.operators import profile_operators, share_by_kind


def test_macs_and_bytes_are_those_worked_out_by_hand() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.Flatten())
    found = {each.kind: each for each in profile_operators(model, torch.zeros(2, 3, 8, 8), rounds=1)}
    images, maps = 2 * 3 * 8 * 8, 2 * 4 * 8 * 8
    assert list(found) == ["conv2d", "batch_norm", "relu"]  # flatten is a view
    assert found["conv2d"].operation.macs == maps * 3 * 9
    assert found["conv2d"].operation.bytes_moved == 4 * (images + 4 * 3 * 9 + 4 + maps)
    assert (found["batch_norm"].operation.macs, found["batch_norm"].operation.bytes_moved) == (
        0,
        4 * (2 * maps + 4 * 4),
    )
    assert found["relu"].operation.bytes_moved == 4 * 2 * maps  # read and written, also in place
    assert [each.layer for each in found.values()] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("make", "shape"),
    [(small_cnn, (2, 1, 8, 8)), (tiny_vit, (1, 1, 8, 8)), (lambda: resnet18(width=8), (1, 3, 32, 32))],
    ids=["CNN", "transformer", "residual"],
)
def test_the_macs_of_all_operations_are_those_of_the_network(make, shape) -> None:
    model = make()
    found = profile_operators(model, torch.zeros(shape), rounds=1, warmup=0)
    assert sum(each.operation.macs for each in found) == mac_count(model, shape)
    assert model.training, "left as it was"


def test_equal_work_has_one_signature_and_other_settings_another() -> None:
    def signature(layer: nn.Module, channels: int = 4) -> str:
        (found,) = profile_operators(layer, torch.zeros(1, channels, 8, 8), rounds=1, warmup=0)
        return found.signature

    same = signature(nn.Conv2d(4, 4, 3))
    assert same == signature(nn.Conv2d(4, 4, 3))
    others = (nn.Conv2d(4, 4, 3, stride=2), nn.Conv2d(4, 4, 1), nn.Conv2d(4, 4, 3, groups=4), nn.Conv2d(4, 5, 3))
    assert len({same, *map(signature, others)}) == 5


def test_times_are_medians_of_the_rounds_after_warm_up() -> None:
    reads = count()

    def clock() -> int:  # an operation takes 1 s in the first run, 2 s in the second, and so on: two reads each
        number = next(reads)
        return 10**9 * (number % 2) * (1 + number // 4)

    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU())
    found = profile_operators(model, torch.zeros(2, 4), rounds=3, warmup=2, clock=clock)
    assert [each.operation.seconds for each in found] == [4, 4]
    assert share_by_kind(found) == {"linear": 0.5, "relu": 0.5}


@pytest.mark.parametrize("settings", [{"rounds": 0}, {"warmup": -1}, {"threads": 0}])
def test_settings_out_of_range_are_refused(settings) -> None:
    with pytest.raises(InputError, match=next(iter(settings))):
        profile_operators(nn.Linear(4, 8), torch.zeros(2, 4), **settings)
