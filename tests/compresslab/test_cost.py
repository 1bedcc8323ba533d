"""Costs against closed forms counted by hand."""

import gzip
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, parametrize

from compresslab.cost import (
    bytes_by_dtype,
    file_bytes,
    format_bytes,
    gzip_bytes,
    mac_count,
    parameter_count,
    prunable_weights,
    sparsity,
    state_bytes,
)
from compresslab.errors import InputError
from compresslab.models import mlp, resnet18, tiny_vit


def test_parameters_and_macs_of_an_mlp_by_hand() -> None:
    model = mlp(inputs=64, hidden=(32,), classes=10)
    assert parameter_count(model) == 64 * 32 + 32 + 32 * 10 + 10
    assert mac_count(model, (1, 1, 8, 8)) == 64 * 32 + 32 * 10
    assert mac_count(model, (7, 1, 8, 8)) == 7 * (64 * 32 + 32 * 10)


def test_macs_of_convolutions_by_hand() -> None:
    plain = nn.Conv2d(3, 8, 3, stride=2, padding=1)
    depthwise = nn.Conv2d(8, 8, 5, padding=2, groups=8)
    assert mac_count(plain, (1, 3, 10, 10)) == 5 * 5 * 8 * 3 * 9
    assert mac_count(depthwise, (1, 8, 6, 6)) == 6 * 6 * 8 * 25


def test_resnet18_has_the_papers_size() -> None:
    model = resnet18(width=64)
    assert parameter_count(model) == 11_173_962
    assert mac_count(model, (1, 3, 32, 32)) == 555_422_720


def test_macs_of_attention_by_hand() -> None:
    model = tiny_vit(channels=3, image_size=8, patch=2, dim=12, depth=2, heads=3, classes=5)
    tokens = 16
    attention = 4 * tokens * 12 * 12 + 2 * tokens * tokens * 12  # q, k, v and out; scores, and their mix of values
    layer = attention + 2 * tokens * 12 * 48
    assert mac_count(model, (1, 3, 8, 8)) == tokens * 3 * 4 * 12 + 2 * layer + 12 * 5


def test_counting_macs_leaves_the_model_as_it_was() -> None:
    model = resnet18(width=4)
    model.layer1.eval()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    modes = [module.training for module in model.modules()]
    mac_count(model, (2, 3, 8, 8))
    assert modes == [module.training for module in model.modules()]
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_bytes_count_buffers_dtypes_and_shared_storage_once() -> None:
    model = nn.Sequential(nn.Linear(4, 4, bias=False), nn.BatchNorm1d(4), nn.Linear(4, 4, bias=False).half())
    assert bytes_by_dtype(model) == {"float32": 16 * 4 + 4 * 4 * 4, "int64": 8, "float16": 16 * 2}
    assert state_bytes(model) == 64 + 64 + 8 + 32
    model.register_buffer("scratch", torch.zeros(3), persistent=False)
    assert state_bytes(model) == 64 + 64 + 8 + 32 + 12
    tied = nn.Sequential(nn.Linear(4, 4, bias=False), nn.Linear(4, 4, bias=False))
    tied[1].weight = tied[0].weight
    assert (state_bytes(tied), parameter_count(tied)) == (64, 16)
    assert [name for name, _ in prunable_weights(tied)] == ["0.weight"]


def test_computed_weights_are_counted_each_and_shared_ones_once() -> None:
    model = nn.Sequential(*(parametrizations.weight_norm(nn.Linear(4, 4)) for _ in range(8)))
    assert [name for name, _ in prunable_weights(model)] == [f"{i}.weight" for i in range(8)]
    shared = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    shared[1].weight = shared[0].weight
    for layer in shared:
        parametrize.register_parametrization(layer, "weight", nn.Identity())
    assert [name for name, _ in prunable_weights(shared)] == ["0.weight"]


def test_sparsity_of_weights_is_not_the_models() -> None:
    model = nn.Sequential(nn.Linear(4, 2), nn.BatchNorm1d(2))
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor([[0.0, -0.0, 1, 2], [0, 3, 4, 5]]))
        model[0].bias.fill_(1.0)
    found = sparsity(model)
    assert (found.zero_weights, found.weight_count) == (3, 8)
    assert found.weights == 3 / 8
    assert found.model == (3 + 2) / (8 + 2 + 4)  # batch-norm starts with two zero biases


def test_file_sizes(tmp_path: Path) -> None:
    file = tmp_path / "weights"
    file.write_bytes(bytes(10_000))
    assert file_bytes(file) == 10_000
    assert gzip_bytes(file) == len(gzip.compress(bytes(10_000), 9)) < 100
    for measure in (file_bytes, gzip_bytes):
        with pytest.raises(InputError, match="absent"):
            measure(tmp_path / "absent")


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (28e9, "28 GB"), (2.147e9, "2.15 GB"), (3e12, "3 TB")],
)
def test_sizes_are_written_in_powers_of_ten(size: float, text: str) -> None:
    assert format_bytes(size) == text
