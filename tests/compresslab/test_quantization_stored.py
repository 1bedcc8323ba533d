"""The file of integers gives back what `quantize_weights` gives, in as many bytes as its values need."""

import gzip
import math

import pytest
import torch
from torch import nn

from compresslab.errors import InputError
from compresslab.models import mlp, small_cnn
from compresslab.pruning import attach_masks
from compresslab.quantization import load_quantized, quantize_weights, save_quantized

BITS = (2, 3, 4, 8, 9, 16)


def equal(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.state_dict().items(), other.state_dict().items(), strict=True)
    return all(n == m and a.dtype == b.dtype and torch.equal(a, b) for (n, a), (m, b) in pairs)


@pytest.mark.parametrize("bits", BITS)
def test_the_file_gives_what_fake_quantization_gives(tmp_path, bits) -> None:
    model = small_cnn(width=8)
    save_quantized(model, tmp_path / "w.gz", bits=bits)
    assert equal(load_quantized(small_cnn(width=8), tmp_path / "w.gz"), quantize_weights(model, bits=bits))


def test_bits_of_single_weights(tmp_path) -> None:
    model, chosen = mlp(hidden=[32, 16]), {"1.weight": 3, "5.weight": 6}
    before = {name: value.clone() for name, value in model.state_dict().items()}
    size = save_quantized(model, tmp_path / "w.gz", bits=chosen)
    assert size == (tmp_path / "w.gz").stat().st_size
    assert equal(load_quantized(mlp(hidden=[32, 16]), tmp_path / "w.gz"), quantize_weights(model, bits=chosen))
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_size_is_near_the_entropy_of_the_integers(tmp_path) -> None:
    torch.manual_seed(0)
    layer = nn.Linear(1000, 100, bias=False)
    nn.init.normal_(layer.weight)
    for bits in (3, 4, 6):
        size = save_quantized(layer, tmp_path / "w.gz", bits=bits)
        top = 2 ** (bits - 1) - 1
        scale = layer.weight.abs().amax(1, keepdim=True) / top
        _, counts = (layer.weight / scale).round().unique(return_counts=True)
        shares = counts.double() / counts.sum()
        least = float(-(shares * shares.log2()).sum()) * 100_000 / 8
        assert least < size < 1.3 * least + 1000


def test_zeros_of_a_pruned_model_cost_little(tmp_path) -> None:
    model = nn.Linear(400, 100, bias=False)
    whole = save_quantized(model, tmp_path / "w.gz", bits=8)
    with torch.no_grad():
        model.weight[:, 40:] = 0
    assert save_quantized(model, tmp_path / "w.gz", bits=8) < 0.2 * whole


def test_tied_weights_are_stored_once(tmp_path) -> None:
    layer = nn.Linear(8, 8, bias=False)
    save_quantized(nn.Sequential(layer, nn.ReLU(), layer), tmp_path / "w.gz", bits=4)
    other = nn.Linear(8, 8, bias=False)
    loaded = load_quantized(nn.Sequential(other, nn.ReLU(), other), tmp_path / "w.gz")
    assert loaded[0].weight is loaded[2].weight
    assert torch.equal(loaded[0].weight, quantize_weights(layer, bits=4).weight)


@pytest.mark.parametrize(
    ("bits", "said"),
    [(1, "bits=1"), ({"fc": 4}, "'fc', which is none of the weights: weight"), ({"weight": 2.5}, "bits=2.5")],
)
def test_bits_out_of_range(tmp_path, bits, said) -> None:
    with pytest.raises(InputError, match=said):
        save_quantized(nn.Linear(2, 2), tmp_path / "w.gz", bits=bits)
    assert not (tmp_path / "w.gz").exists()


def test_weights_that_cannot_be_rounded(tmp_path) -> None:
    layer = nn.Linear(2, 2)
    with torch.no_grad():
        layer.weight[0, 0] = math.nan
    with pytest.raises(InputError, match="NaN"):
        save_quantized(layer, tmp_path / "w.gz", bits=4)
    masked = attach_masks(nn.Linear(2, 2), {"weight": torch.tensor([[True, False], [True, True]])})
    with pytest.raises(InputError, match="make_permanent"):
        save_quantized(masked, tmp_path / "w.gz", bits=4)
    with pytest.raises(InputError, match="bar"):
        save_quantized(nn.ParameterDict({"a|b": torch.zeros(2)}), tmp_path / "w.gz", bits={})


def test_damaged_files(tmp_path) -> None:
    path, layer = tmp_path / "w.gz", nn.Linear(4, 4)
    save_quantized(layer, path, bits=4)
    good = path.read_bytes()
    for bad in (b"", good[:-20], b"text", gzip.compress(b"text"), gzip.compress(bytes(2**26))):
        path.write_bytes(bad)
        with pytest.raises(InputError, match="damaged"):
            load_quantized(nn.Linear(4, 4), path)
    with pytest.raises(InputError, match="missing"):
        load_quantized(nn.Linear(4, 4), tmp_path / "absent.gz")
    path.write_bytes(good)
    with pytest.raises(InputError, match="another architecture"):
        load_quantized(nn.Linear(4, 5), path)
