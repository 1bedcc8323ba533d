"""Costs against closed forms counted by hand."""

import gzip
from pathlib import Path

import pytest
import torch
import torchvision
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


class SelfAttention(nn.Module):
    def __init__(self, **settings: bool) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(64, 4, batch_first=True, **settings)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.attention(tokens, tokens, tokens, need_weights=False)[0]


ATTENTION = 4 * 16 * 64 * 64 + 2 * 16 * 16 * 64  # q, k, v and out; scores, and their mix of values
ENCODER = ATTENTION + 2 * 16 * 64 * 128


def test_macs_of_pytorchs_attention_layers_by_hand() -> None:
    assert mac_count(SelfAttention(), (1, 16, 64)) == ATTENTION == 294_912
    assert mac_count(SelfAttention(bias=False), (3, 16, 64)) == 3 * ATTENTION
    layer = nn.TransformerEncoderLayer(64, 4, 128, batch_first=True)
    assert mac_count(layer, (1, 16, 64)) == ENCODER == 557_056
    stack = nn.TransformerEncoder(layer, 3, enable_nested_tensor=False)
    assert mac_count(stack, (2, 16, 64)) == 6 * ENCODER


@pytest.mark.parametrize(("kind", "gates"), [(nn.LSTM, 4), (nn.GRU, 3), (nn.RNN, 1)])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("directions", [1, 2])
def test_macs_of_recurrent_layers_by_hand(kind, gates, layers, directions) -> None:
    model = kind(8, 16, num_layers=layers, bidirectional=directions == 2, batch_first=True)
    inputs = [8] + [16 * directions] * (layers - 1)
    expected = 10 * sum(directions * gates * 16 * (width + 16) for width in inputs)
    assert mac_count(model, (1, 10, 8)) == expected
    assert mac_count(model, (3, 10, 8)) == 3 * expected


def test_macs_of_an_lstm_with_a_projection_by_hand() -> None:
    model = nn.LSTM(8, 16, proj_size=4, batch_first=True)
    assert mac_count(model, (1, 10, 8)) == 10 * (4 * 16 * (8 + 4) + 16 * 4)


def test_macs_of_a_vision_transformer_by_hand() -> None:
    with torch.device("meta"):
        model = torchvision.models.vit_b_16()
    tokens, dim = 197, 768
    layer = 4 * tokens * dim**2 + 2 * tokens**2 * dim + 2 * tokens * dim * 3072
    assert mac_count(model, (1, 3, 224, 224)) == 196 * 768 * dim + 12 * layer + dim * 1000


def test_counting_leaves_pytorchs_kernels_as_they_were() -> None:
    before = torch.backends.mha.get_fastpath_enabled(), torch.backends.mkldnn.enabled
    mac_count(nn.LSTM(8, 16), (1, 10, 8))
    assert (torch.backends.mha.get_fastpath_enabled(), torch.backends.mkldnn.enabled) == before


@pytest.mark.parametrize("shape", [(0, 8), (1, 8.0), (True, 8)])
def test_a_size_that_is_no_whole_number_is_refused(shape) -> None:
    with pytest.raises(InputError, match=r"input_shape\[[01]\]="):
        mac_count(nn.Linear(8, 8), shape)
