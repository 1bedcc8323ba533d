"""Where quantizers are put, and static post-training quantization, against PyTorch's own fake-quant operators."""

import copy
import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from compresslab.data import Batch
from compresslab.errors import InputError
from compresslab.models import mlp, mobilenet, resnet18, small_cnn, tiny_vit
from compresslab.quantization import (
    ActivationQuantizer,
    BitWidths,
    QuantizedLayer,
    calibrate,
    fold_batch_norm,
    insert_quantizers,
    quantize_post_training,
)
from compresslab.training import Recipe, fit


def images(count: int, shape: tuple[int, ...] = (3, 32, 32), seed: int = 0) -> torch.Tensor:
    return torch.randn(count, *shape, generator=torch.Generator().manual_seed(seed))


def warmed(model: nn.Module, shape: tuple[int, ...] = (3, 32, 32)) -> nn.Module:
    with torch.no_grad():
        model.train()(images(64, shape, seed=9))
    return model.eval()


def quantizers(model: nn.Module) -> list[str]:
    return [module.name for module in model.modules() if isinstance(module, ActivationQuantizer)]


def is_quantizer(model: torch.fx.GraphModule, node: torch.fx.Node) -> bool:
    return isinstance(model.get_submodule(node.target), ActivationQuantizer)


def test_a_resnet_has_a_quantizer_at_each_input_of_a_convolution_and_addition() -> None:
    prepared = insert_quantizers(resnet18(width=4))
    layers = [module for module in prepared.modules() if isinstance(module, QuantizedLayer)]
    assert len(layers) == 21
    assert not any(isinstance(module, nn.BatchNorm2d) for module in prepared.modules())
    # The image; 17 ReLUs; 8 second convolutions and 3 shortcuts before additions; the pooled features.
    assert len(quantizers(prepared)) == 1 + 17 + 8 + 3 + 1
    additions = 0
    for node in prepared.graph.nodes:
        module = prepared.get_submodule(node.target) if node.op == "call_module" else None
        additions += node.target is torch.add
        if isinstance(module, QuantizedLayer) or node.target is torch.add:
            for read in node.args:
                source = read
                while source.target is torch.flatten or not is_quantizer(prepared, source):
                    passing = source.target is torch.flatten or isinstance(
                        prepared.get_submodule(source.target), nn.Identity
                    )
                    assert passing, f"{node} reads {source}"
                    source = source.args[0]
    assert additions == 8


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (resnet18(width=4), (3, 32, 32)),
        (mobilenet(width=4, activation="hardswish"), (3, 32, 32)),
        (small_cnn(), (1, 8, 8)),
        (mlp(), (1, 8, 8)),
        (tiny_vit(depth=2), (1, 8, 8)),
    ],
    ids=["resnet", "mobilenet", "cnn", "mlp", "vit"],
)
def test_eight_bits_are_near_and_sixteen_nearer_and_the_input_is_left_alone(model, shape) -> None:
    model = warmed(copy.deepcopy(model), shape).train()
    before = copy.deepcopy(model.state_dict())
    x = images(32, shape)
    errors = []
    for bits in (4, 8, 16):
        quantized = quantize_post_training(model, x.split(10), bits=BitWidths(bits, bits))
        assert not quantized.training
        with torch.no_grad():
            errors.append(float((quantized(x) - copy.deepcopy(model).eval()(x)).norm()))
    assert errors[0] > 4 * errors[1] > 16 * errors[2]
    assert model.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_a_layer_computes_as_pytorchs_fake_quant_operators_do() -> None:
    torch.manual_seed(0)
    model = warmed(
        nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 4, 1)), (3, 8, 8)
    )
    x = images(20, (3, 8, 8))
    quantized = quantize_post_training(model, [x])
    folded = fold_batch_norm(model)

    def activation(y: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        low, high = min(seen.min().item(), 0), max(seen.max().item(), 0)
        scale = (high - low) / 255
        return torch.fake_quantize_per_tensor_affine(y.detach(), scale, round(-low / scale), 0, 255)

    def weight(w: torch.Tensor) -> torch.Tensor:
        scale = w.detach().abs().amax((1, 2, 3)) / 127
        return torch.fake_quantize_per_channel_affine(w, scale, torch.zeros(len(w), dtype=torch.int32), 0, -127, 127)

    def first(y: torch.Tensor) -> torch.Tensor:
        return F.conv2d(y, weight(folded[0].weight), folded[0].bias, padding=1).relu()

    # What calibration sees was made from activations that weren't rounded.
    hidden = activation(first(activation(x, x)), first(x))
    expected = F.conv2d(hidden, weight(folded[3].weight), folded[3].bias)
    torch.testing.assert_close(quantized(x), expected, rtol=1e-4, atol=1e-4)


def test_mixed_precision_by_name_and_the_widest_reader_decides() -> None:
    prepared = insert_quantizers(
        resnet18(width=4),
        bits=BitWidths(4, 4),
        by_layer={"conv1": BitWidths(8, 8), "layer2.0.downsample.0": BitWidths(None, 6), "fc": BitWidths(8, None)},
        keep=["layer1.0.conv1"],
    )
    assert prepared.conv1.weight_quantizer.format.bits == 8
    assert prepared.layer1.get_submodule("1.conv1").weight_quantizer.format.bits == 4
    assert isinstance(prepared.get_submodule("layer2.0.downsample.0"), nn.Conv2d)
    assert isinstance(prepared.get_submodule("layer1.0.conv1"), nn.Conv2d)
    widths = {
        module.name: module.format.bits for module in prepared.modules() if isinstance(module, ActivationQuantizer)
    }
    assert widths["x"] == 8
    assert widths["layer1.1.relu2"] == 6  # goes into layer2.0.conv1 with 4 bits, and into the shortcut with 6
    assert widths["layer3.0.relu1"] == 4
    assert "avgpool" not in widths
    weights_only = insert_quantizers(resnet18(width=4), bits=BitWidths(4, None))
    assert quantizers(weights_only) == []


class Shared(nn.Module):
    """One ReLU and one convolution, called twice each, and a residual added in place."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        y = self.relu(self.conv(x))
        z = self.relu(self.conv(y))
        z += y
        return z


def test_modules_that_are_called_twice_have_a_range_for_each_call() -> None:
    model, x = Shared(), images(8, (3, 6, 6))
    quantized = quantize_post_training(model, [x])
    assert quantizers(quantized) == ["x", "relu", "relu"]
    assert sum(isinstance(module, QuantizedLayer) for module in quantized.modules()) == 1
    with torch.no_grad():
        torch.testing.assert_close(quantized(x), model(x), atol=0.05, rtol=0)


def test_a_prepared_model_trains_and_saves_and_copies_like_any_other(tmp_path) -> None:
    from compresslab.data import load

    digits = load("digits")
    x = digits.normalize(digits.train.images[:64])
    quantized = quantize_post_training(small_cnn(), [x])
    fitted = fit(quantized, digits, Recipe(epochs=1, precision="fp32", learning_rate=0.01), progress=False).model
    torch.save(fitted.state_dict(), tmp_path / "state.pt")
    again = copy.deepcopy(quantized)
    again.load_state_dict(torch.load(tmp_path / "state.pt"))
    assert torch.equal(again.eval()(x), fitted(x))


@pytest.mark.parametrize(
    ("batches", "message"),
    [
        ([], "calibration is empty"),
        ([torch.zeros(2, 1, 8, 8)], "calibration holds the value 0 only"),
        ([torch.full((2, 1, 8, 8), 3.0)], "calibration holds the value 3 only"),
        ([images(2, (1, 8, 8)), images(2, (1, 8, 8)) / 0], "batch 1 holds NaN or infinity"),
        ([images(0, (1, 8, 8))], r"batch 0 is torch.float32 \(0, 1, 8, 8\)"),
        ([torch.zeros(2, 1, 8, 8, dtype=torch.uint8)], "batch 0 is torch.uint8"),
        ([Batch(images(2, (1, 8, 8)), torch.zeros(2), torch.zeros(2))], "batch 0 is a Batch"),
    ],
)
def test_useless_calibration_is_refused(batches, message) -> None:
    with pytest.raises(InputError, match=message):
        quantize_post_training(small_cnn(), batches)


def test_one_sample_dead_channels_and_a_dead_layer_have_a_defined_result() -> None:
    model = small_cnn().eval()
    with torch.no_grad():
        model[0].weight[:4] = 0
        model[3].weight.zero_()
    x = images(1, (1, 8, 8))
    quantized = quantize_post_training(model, [x])
    with torch.no_grad():
        torch.testing.assert_close(quantized(x), model(x), atol=1e-2, rtol=0)


def test_what_is_broken_is_named() -> None:
    model = small_cnn().eval()
    with torch.no_grad():
        model[3].weight[0, 0, 0, 0] = math.nan
    with pytest.raises(InputError, match=r"3\.weight .* NaN"):
        quantize_post_training(model, [images(2, (1, 8, 8))])
    model = small_cnn().eval()
    model[4].running_var.fill_(-1)
    with pytest.raises(InputError, match=r"3\.weight|the activation"):
        quantize_post_training(model, [images(2, (1, 8, 8))])
    with pytest.raises(InputError, match="the scale of input_1 must be positive"):
        insert_quantizers(small_cnn())(images(2, (1, 8, 8)))


@pytest.mark.parametrize(
    ("model", "settings", "message"),
    [
        (nn.Sequential(nn.ReLU()), {}, "calls no convolution or linear layer"),
        (nn.Sequential(nn.Embedding(3, 4), nn.Linear(4, 2)), {}, "'0' is a Embedding, .* keep="),
        (mlp(), {"by_layer": {"9": BitWidths()}}, "by_layer names '9', which is no layer here: 1, 3, 5"),
        (mlp(), {"by_layer": {"2": BitWidths()}}, "by_layer names '2'"),
        (mlp(), {"keep": ["9"]}, "keep names '9'"),
        (mlp(), {"batch_norm": "fuse"}, "batch_norm='fuse'"),
    ],
    ids=["nothing", "embedding", "unknown", "relu", "keep", "norm"],
)
def test_what_cannot_be_prepared_is_refused(model, settings, message) -> None:
    with pytest.raises(InputError, match=message):
        insert_quantizers(model, **settings)


class Functional(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(2, 2))
        self.fc = nn.Linear(2, 2)

    def forward(self, x):
        return self.fc(F.linear(x, self.weight))


def test_a_weight_outside_of_a_layer_is_named_and_other_layers_can_be_kept() -> None:
    with pytest.raises(InputError, match=r"calls linear on a weight of its own \(weight\)"):
        insert_quantizers(Functional())
    model = nn.Sequential(nn.Embedding(3, 4), nn.Linear(4, 2))
    assert isinstance(insert_quantizers(model, keep=["0"]).get_submodule("0"), nn.Embedding)


def test_bits_are_checked() -> None:
    for bits in (1, 17, 8.0, True):
        with pytest.raises(InputError, match=f"weights={bits}"):
            BitWidths(weights=bits)


@pytest.mark.parametrize("ranges", ["min_max", "moving_average", "percentile", "mse", "entropy"])
def test_every_range_method_calibrates(ranges) -> None:
    x = images(64, (1, 8, 8))
    prepared = insert_quantizers(small_cnn())
    calibrated = calibrate(prepared, x.split(16), ranges=ranges)
    assert all(module.scale > 0 for module in calibrated.modules() if isinstance(module, ActivationQuantizer))
    assert not any(module.scale > 0 for module in prepared.modules() if isinstance(module, ActivationQuantizer))
    with torch.no_grad():
        assert torch.isfinite(calibrated(x)).all()


def test_scales_of_least_error_beat_the_range_at_two_bits() -> None:
    model = mlp()
    x = images(64, (1, 8, 8))

    def error(weight_ranges: str) -> float:
        quantized = quantize_post_training(model, [x], bits=BitWidths(2, None), weight_ranges=weight_ranges)
        layer = quantized.get_submodule("1")
        return (layer.weight_quantizer(layer.layer.weight) - layer.layer.weight).norm().item()

    assert error("mse") < 0.9 * error("min_max")
