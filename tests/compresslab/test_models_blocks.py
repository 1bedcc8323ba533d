"""Efficient blocks and their network: torchvision's numbers, closed forms of the cost, and what still works on it."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import torchvision
from torch import nn
from torchvision.models.efficientnet import _efficientnet_conf
from torchvision.models.mobilenetv3 import InvertedResidual as Version3
from torchvision.models.mobilenetv3 import InvertedResidualConfig

from compresslab.cost import mac_count, parameter_count
from compresslab.deploy import OnnxModel, export_onnx
from compresslab.distillation import student_costs
from compresslab.errors import InputError
from compresslab.models import (
    DepthwiseSeparable,
    InvertedResidual,
    Scaling,
    SqueezeExcite,
    compound_scaling,
    scalable_cnn,
    scaled_channels,
)
from compresslab.models.blocks import convolution
from compresslab.pruning.structured import l2, prune_structured
from compresslab.quantization import quantize_post_training

BLOCKS = ("standard", "separable", "inverted", "squeezed")


def randomise(model: nn.Module) -> nn.Module:
    """Give every tensor values that a swapped one would betray."""
    torch.manual_seed(0)
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            tensor.copy_(torch.rand_like(tensor) + 0.5 if "var" in name else torch.randn_like(tensor) * 0.2)
    return model.double().eval()


def same(ours: nn.Module, theirs: nn.Module, *shape: int) -> None:
    """Both compute the same with one set of weights, of which both have as many, in one order."""
    ours, theirs = randomise(ours), theirs.double().eval()
    theirs.load_state_dict(dict(zip(theirs.state_dict(), ours.state_dict().values(), strict=True)))
    x = torch.randn(shape, dtype=torch.float64)
    torch.testing.assert_close(ours(x), theirs(x), rtol=1e-12, atol=1e-12)


def test_squeeze_and_excitation_is_torchvisions() -> None:
    same(SqueezeExcite(12, squeezed=3), torchvision.ops.SqueezeExcitation(12, 3), 2, 12, 5, 7)


@pytest.mark.parametrize(("inputs", "outputs", "stride"), [(8, 8, 1), (8, 16, 2), (8, 16, 1)])
def test_a_gated_inverted_residual_is_version_3s(inputs: int, outputs: int, stride: int) -> None:
    settings = InvertedResidualConfig(inputs, 3, 4 * inputs, outputs, True, "HS", stride, 1, 1.0)
    theirs = Version3(settings, nn.BatchNorm2d, torchvision.ops.SqueezeExcitation)
    same(InvertedResidual(inputs, outputs, stride, 4, "hardswish", squeezed=inputs), theirs, 2, inputs, 9, 9)


@pytest.mark.parametrize("stride", [1, 2])
def test_a_separable_block_is_the_paper_s_two_convolutions(stride: int) -> None:
    theirs = nn.Sequential(
        nn.Conv2d(6, 6, 3, stride, 1, groups=6, bias=False), nn.BatchNorm2d(6), nn.ReLU(),
        nn.Conv2d(6, 10, 1, bias=False), nn.BatchNorm2d(10), nn.ReLU(),
    )  # fmt: skip
    same(DepthwiseSeparable(6, 10, stride), theirs, 2, 6, 9, 9)


def test_a_separable_filter_is_a_standard_one_of_rank_one_in_each_channel() -> None:
    block = randomise(DepthwiseSeparable(4, 6))
    space, mix = block.depthwise[0], block.pointwise[0]
    whole = nn.Conv2d(4, 6, 3, padding=1, bias=False).double()
    with torch.no_grad():
        whole.weight.copy_(mix.weight * space.weight.transpose(0, 1))
    x = torch.randn(2, 4, 7, 7, dtype=torch.float64)
    torch.testing.assert_close(mix(space(x)), whole(x))


@pytest.mark.parametrize(("inputs", "outputs", "kernel"), [(16, 32, 3), (64, 64, 3), (8, 128, 5)])
def test_the_separable_share_is_one_over_outputs_plus_one_over_the_kernel(inputs, outputs, kernel) -> None:
    standard = convolution(inputs, outputs, kernel, None)
    separable = nn.Sequential(
        convolution(inputs, inputs, kernel, None, groups=inputs), convolution(inputs, outputs, 1, None)
    )
    counted = mac_count(separable, (1, inputs, 12, 12)) / mac_count(standard, (1, inputs, 12, 12))
    assert counted == pytest.approx(1 / outputs + 1 / kernel**2)


@pytest.mark.parametrize(("stride", "squeezed"), [(1, 0), (2, 0), (2, 5)])
def test_an_inverted_residual_costs_its_closed_form(stride: int, squeezed: int) -> None:
    inputs, outputs, expansion, side = 8, 12, 4, 10
    block = InvertedResidual(inputs, outputs, stride, expansion, "relu6", squeezed=squeezed)
    hidden, before, after = expansion * inputs, side**2, (side // stride) ** 2
    macs = before * inputs * hidden + after * (9 * hidden + hidden * outputs) + 2 * hidden * squeezed
    assert mac_count(block, (1, inputs, side, side)) == macs


def test_channels_are_rounded_as_torchvision_does() -> None:
    for channels in range(8, 200, 8):
        for width in (0.1, 0.25, 0.35, 0.5, 0.75, 1.0, 1.1, 1.4):
            theirs = torchvision.models._utils._make_divisible(channels * width, 8)
            assert scaled_channels(channels, width) == theirs, (channels, width)
    assert scaled_channels(10, 1.1, multiple=1) == 11


def test_depth_is_rounded_up_and_not_by_the_last_digits_of_a_product() -> None:
    def blocks(depth: float) -> list[int]:
        return [len(stage) for stage in scalable_cnn(depth=depth).stages]

    assert blocks(1) == [1, 2, 2, 2] and blocks(1.2) == [2, 3, 3, 3] and blocks(0.5) == [1, 1, 1, 1]
    assert blocks(3 * 1.1 / 3.3) == [1, 2, 2, 2]  # 1.0000000000000002
    (conf, _), efficient = _efficientnet_conf("efficientnet_b0", width_mult=1.0, depth_mult=1.2), compound_scaling(1)
    assert [stage.num_layers for stage in conf] == [math.ceil(n * efficient.depth) for n in (1, 2, 2, 3, 3, 4, 1)]


@pytest.mark.parametrize("block", BLOCKS)
def test_cost_grows_as_the_dials_say(block: str) -> None:
    """With the wide stages it is nearly depth * width^2 * resolution^2; stem, depthwise part and gates grow slower."""

    def cost(width: float, depth: float, resolution: int) -> tuple[int, int]:
        model = scalable_cnn(block=block, width=width, depth=depth)
        return parameter_count(model), mac_count(model, (1, 3, resolution, resolution))

    base, wide, large = cost(4, 2, 16), cost(8, 2, 16), cost(4, 2, 32)
    assert wide[0] / base[0] == pytest.approx(4, rel=0.1) and wide[1] / base[1] == pytest.approx(4, rel=0.1)
    assert large[0] == base[0]
    assert large[1] / base[1] == pytest.approx(4, rel=0.02)
    deep = cost(4, 4, 16)
    assert 1.9 < deep[1] / base[1] < 2.3


def test_the_dials_turned_together() -> None:
    assert compound_scaling(2).macs == pytest.approx((1.2 * 1.1**2 * 1.15**2) ** 2)
    assert compound_scaling(-1).parameters == pytest.approx(1 / (1.2 * 1.1**2))
    assert Scaling(width=0.5, depth=1, resolution=0.5).macs == 1 / 16


def test_first_weights_keep_the_size_of_activations() -> None:
    """A depthwise filter drawn as if it wrote into every channel would be smaller by the root of their number."""
    torch.manual_seed(0)
    space = scalable_cnn(block="separable", width=2).stages[3][1].depthwise[0]
    assert space.weight.std().item() == pytest.approx(math.sqrt(2 / 9), rel=0.05)


@pytest.mark.parametrize("block", BLOCKS)
def test_students_can_be_pruned_quantized_and_exported(block: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    student = scalable_cnn(block=block, width=0.5, channels=1)
    example = torch.randn(16, 1, 16, 16)
    student.train()(example)
    student.eval()
    pruned = prune_structured(student, example[:1], importance=l2, ratio=0.3)
    costs = {cost.name: cost for cost in student_costs(student, {"pruned": pruned}, example[:1])}
    assert costs["pruned"].fewer_macs > 1.3 and costs["pruned"].fewer_parameters > 1.3
    quantized = quantize_post_training(pruned, [example])
    with torch.no_grad():
        expected = pruned(example)
        assert (quantized(example) - expected).norm() < 0.15 * expected.norm()
    path = export_onnx(pruned, example[:1], tmp_path / "student.onnx")
    torch.testing.assert_close(torch.as_tensor(OnnxModel(path)(example)), expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("build", "named"),
    [
        (lambda: scalable_cnn(block="dense"), "block='dense'"),
        (lambda: scalable_cnn(width=0), "width=0"),
        (lambda: scalable_cnn(depth=-1), "depth=-1"),
        (lambda: scalable_cnn(classes=0), "classes=0"),
        (lambda: scaled_channels(8, 0.5, multiple=0), "multiple=0"),
        (lambda: compound_scaling(math.nan), "phi=nan"),
        (lambda: compound_scaling(1, width=0.9), "width=0.9"),
    ],
)
def test_impossible_settings_are_named(build: Callable[[], object], named: str) -> None:
    with pytest.raises(InputError, match=named):
        build()
