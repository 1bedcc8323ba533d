"""Equalization, bias correction and adaptive rounding: what they promise, in float64 and against brute force."""

import copy
import functools
import itertools

import pytest
import torch
from torch import nn

from compresslab.data import Batches, load
from compresslab.errors import InputError
from compresslab.models import mobilenet, resnet18, small_cnn
from compresslab.quantization import (
    BitWidths,
    QuantizedLayer,
    correct_biases,
    equalize,
    fold_batch_norm,
    quantize_post_training,
    round_adaptively,
)
from compresslab.training import Recipe, evaluate, fit


def images(count: int, shape: tuple[int, ...] = (1, 8, 8), seed: int = 0) -> torch.Tensor:
    return torch.randn(count, *shape, generator=torch.Generator().manual_seed(seed))


@functools.cache
def digits_cnn() -> nn.Module:
    torch.manual_seed(0)
    return fit(small_cnn(), load("digits"), Recipe(epochs=5, precision="fp32"), progress=False).model


def calibration(count: int = 256) -> torch.Tensor:
    digits = load("digits")
    return digits.normalize(digits.train.images[:count])


def accuracy(model: nn.Module) -> float:
    digits = load("digits")
    return evaluate(model, Batches(digits, digits.test, 500)).accuracy


def uneven(model: nn.Module) -> nn.Module:
    """With channels of very different size, and statistics that aren't those of a new batch-norm."""
    torch.manual_seed(1)
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.weight.copy_(torch.logspace(-2, 1, len(module.weight))[torch.randperm(len(module.weight))])
                module.running_mean.normal_()
    return model.eval()


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (small_cnn, (1, 8, 8)),
        (functools.partial(resnet18, width=4), (3, 32, 32)),
        (functools.partial(mobilenet, width=4), (3, 32, 32)),
    ],
    ids=["cnn", "resnet", "mobilenet"],
)
def test_an_equalized_network_is_the_same_function(make, shape) -> None:
    model = uneven(make()).double()
    before = copy.deepcopy(model.state_dict())
    x = images(4, shape).double()
    equal = equalize(model)
    torch.testing.assert_close(equal(x), model(x), rtol=1e-9, atol=1e-9)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    plain = fold_batch_norm(model)
    changed = [name for name, p in equal.named_parameters() if not torch.equal(p, plain.get_parameter(name))]
    assert bool(changed) == (make is small_cnn or make.func is resnet18)  # not past a ReLU6


class Separable(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(
            nn.Conv2d(3, 6, 1), nn.ReLU(), nn.Conv2d(6, 6, 3, groups=6), nn.ReLU(), nn.Conv2d(6, 4, 1, bias=False)
        )


def test_ranges_of_neighbours_become_equal_also_around_a_depthwise_convolution() -> None:
    torch.manual_seed(0)
    model = Separable()
    with torch.no_grad():
        model[0].weight.mul_(torch.logspace(-2, 2, 6).reshape(-1, 1, 1, 1))
        model[0].weight[3] = 0  # a dead channel stays as it is
    equal = equalize(model, rounds=100)
    live = [0, 1, 2, 4, 5]
    r1, r2 = equal[0].weight.abs().amax((1, 2, 3)), equal[2].weight.abs().amax((1, 2, 3))
    r3 = equal[4].weight.abs().amax((0, 2, 3))
    torch.testing.assert_close(r1[live], r2[live], rtol=1e-3, atol=0)
    torch.testing.assert_close(r2[live], r3[live], rtol=1e-3, atol=0)
    x = images(5, (3, 6, 6))
    torch.testing.assert_close(equal(x), model(x), rtol=1e-4, atol=1e-5)


def test_a_depthwise_convolution_that_makes_more_channels_is_left_alone() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU(), nn.Conv2d(4, 8, 3, groups=4), nn.ReLU(), nn.Conv2d(8, 2, 1))
    equal, x = equalize(model), images(2, (3, 6, 6))
    torch.testing.assert_close(equal(x), model(x))
    assert torch.equal(equal[0].weight, model[0].weight)
    assert not torch.equal(equal[4].weight, model[4].weight)


def test_with_one_scale_a_layer_equalization_restores_accuracy() -> None:
    model = fold_batch_norm(digits_cnn())
    factors = torch.logspace(-1.5, 1.5, 16)
    with torch.no_grad():
        model[0].weight.mul_(factors.reshape(-1, 1, 1, 1))
        model[0].bias.mul_(factors)
        model[3].weight.div_(factors.reshape(1, -1, 1, 1))
    settings = {"bits": BitWidths(6, None), "per_channel": False}
    spoilt, restored = (
        accuracy(quantize_post_training(network, [calibration()], **settings)) for network in (model, equalize(model))
    )
    assert accuracy(model) == accuracy(digits_cnn())
    assert restored > accuracy(digits_cnn()) - 0.03
    assert restored > spoilt + 0.1


def test_corrected_layers_have_the_means_of_the_original() -> None:
    x = calibration()
    quantized = quantize_post_training(digits_cnn(), [x], bits=BitWidths(3, 8))
    before = copy.deepcopy(quantized.state_dict())
    corrected = correct_biases(quantized, digits_cnn(), x.split(100))
    assert all(torch.equal(tensor, before[name]) for name, tensor in quantized.state_dict().items())
    exact = fold_batch_norm(digits_cnn())

    def means(model: nn.Module, name: str) -> torch.Tensor:
        seen = []
        hook = model.get_submodule(name).register_forward_hook(lambda _, __, y: seen.append(y))
        with torch.no_grad():
            model(x)
        hook.remove()
        return seen[0].mean((0, 2, 3)) if seen[0].ndim == 4 else seen[0].mean(0)

    for name in ("0", "3", "6", "11"):
        wanted = means(exact, name)
        torch.testing.assert_close(means(corrected, name), wanted, rtol=0, atol=1e-4)
        assert (means(quantized, name) - wanted).abs().max() > 1e-3


def test_adaptive_rounding_of_a_few_weights_is_near_the_best_of_all_roundings() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(8, 12))
    x = images(400, (8,)) @ torch.randn(8, 8) + 0.5  # inputs that go together: errors can make up for each other
    nearest = quantize_post_training(model, [x], bits=BitWidths(3, None))
    adapted = round_adaptively(nearest, model, [x], steps=2000)

    layer = nearest.get_submodule("0")
    weight = layer.layer.weight.detach()
    scale = layer.weight_quantizer.scale_of(weight)
    errors = []  # of each output, by each of the 256 ways to round its weights
    for ups in itertools.product([0, 1], repeat=8):
        steps = (torch.floor(weight / scale) + torch.tensor(ups)).clamp(-3, 3)
        errors.append(((steps * scale - weight) @ x.T).square().mean(1))
    best = torch.stack(errors).amin(0).mean().item()

    def error(network: nn.Module) -> float:
        return (network(x) - model(x)).square().mean().item()

    assert best - 1e-6 <= error(adapted) <= 1.6 * best
    assert error(adapted) < 0.7 * error(nearest)


@pytest.mark.parametrize("bits", [3, 4])
def test_adaptive_rounding_keeps_more_than_nearest_and_uses_neighbouring_values(bits) -> None:
    x, settings = calibration(), {"bits": BitWidths(bits, None), "per_channel": False, "weight_ranges": "mse"}
    nearest = quantize_post_training(digits_cnn(), [x], **settings)
    before = copy.deepcopy(nearest.state_dict())
    adapted = round_adaptively(nearest, digits_cnn(), [x], steps=300)
    assert all(torch.equal(tensor, before[name]) for name, tensor in nearest.state_dict().items())
    digits = load("digits")
    test = digits.normalize(digits.test.images)  # images that neither has seen

    def error(network: nn.Module) -> float:
        with torch.no_grad():
            return (network(test) - digits_cnn()(test)).square().mean().item()

    assert error(adapted) < 0.6 * error(nearest)
    for name, module in nearest.named_modules():
        if isinstance(module, QuantizedLayer):
            chosen = adapted.get_submodule(name)
            scale = module.weight_quantizer.scale_of(module.layer.weight)
            assert torch.equal(chosen.weight_quantizer.scale, scale)
            moved = (chosen.layer.weight - module.layer.weight).abs() / scale
            inside = module.layer.weight.abs() / scale <= 2 ** (bits - 1) - 1
            assert moved[inside].max() <= 1.0001  # up or down, and no further
            torch.testing.assert_close(chosen.weight_quantizer(chosen.layer.weight), chosen.layer.weight)


@pytest.mark.parametrize("improve", [correct_biases, round_adaptively])
def test_an_empty_calibration_and_another_model_are_refused(improve) -> None:
    quantized = quantize_post_training(digits_cnn(), [calibration()])
    with pytest.raises(InputError, match="calibration is empty"):
        improve(quantized, digits_cnn(), [])
    with pytest.raises(InputError, match="the quantized layer '0' is none of model"):
        improve(quantized, resnet18(width=4), [calibration(4)])


def test_settings_out_of_range_are_refused() -> None:
    quantized = quantize_post_training(digits_cnn(), [calibration()])
    for settings in ({"steps": 0}, {"batch_size": 0}, {"learning_rate": 0.0}, {"penalty": -1.0}, {"seed": -1}):
        with pytest.raises(InputError, match=f"{next(iter(settings))}="):
            round_adaptively(quantized, digits_cnn(), [calibration()], **settings)
    with pytest.raises(InputError, match="rounds=0"):
        equalize(digits_cnn(), rounds=0)
