"""Quantization-aware training: gradients against PyTorch's own operators, batch-norm against the plain network."""

import copy
import functools
import importlib

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from compresslab.data import Batches, load
from compresslab.errors import InputError
from compresslab.models import resnet18, small_cnn
from compresslab.pruning import keep_masked, masks_of_zeros, prune_global_magnitude
from compresslab.quantization import (
    ActivationQuantizer,
    BitWidths,
    IntegerFormat,
    QuantizedLayer,
    WeightQuantizer,
    fold_after_training,
    freeze_batch_norm,
    insert_quantizers,
    learn_scales,
    learned_step,
    prepare_for_training,
    quantize_post_training,
)
from compresslab.training import Recipe, evaluate, fit
from compresslab.training.recipe import build_optimizer

training_loop = importlib.import_module("compresslab.training.fit")  # the function hides its module
GENTLE = Recipe(epochs=2, learning_rate=0.02, precision="fp32")


def images(count: int, shape: tuple[int, ...] = (1, 8, 8), seed: int = 0) -> torch.Tensor:
    return torch.randn(count, *shape, generator=torch.Generator().manual_seed(seed))


@functools.cache
def digits_cnn() -> nn.Module:
    torch.manual_seed(0)
    return fit(small_cnn(), load("digits"), Recipe(epochs=5, precision="fp32"), progress=False).model


def calibration() -> list[torch.Tensor]:
    digits = load("digits")
    return [digits.normalize(digits.train.images[:200])]


def accuracy(model: nn.Module) -> float:
    digits = load("digits")
    return evaluate(model, Batches(digits, digits.test, 500)).accuracy


@pytest.mark.parametrize(
    "format", [IntegerFormat(2), IntegerFormat(4, narrow=True), IntegerFormat(8, signed=False)], ids=repr
)
@pytest.mark.parametrize("by_channel", [True, False])
def test_learned_steps_have_the_gradients_of_pytorchs_operator(format, by_channel) -> None:
    x = (3 * images(6, (5, 4))).requires_grad_()
    zero = max(0, format.lowest + 1) if by_channel else 1
    scale = (torch.linspace(0.2, 0.6, 6) if by_channel else torch.tensor([0.3])).requires_grad_()
    upstream = images(6, (5, 4), seed=1)

    zeros = torch.full_like(scale, float(zero)).detach().requires_grad_()
    settings = (format.lowest, format.highest, 1.0)
    if by_channel:
        expected = torch._fake_quantize_learnable_per_channel_affine(x, scale, zeros, 0, *settings)
    else:
        expected = torch._fake_quantize_learnable_per_tensor_affine(x, scale, zeros, *settings)
    to_x, to_scale = torch.autograd.grad((expected * upstream).sum(), (x, scale))

    own = scale.reshape(-1, 1, 1) if by_channel else scale.squeeze()
    found = learned_step(x, own, zero, format=format)
    shared = 20  # values of a channel; and features of a sample
    found_x, found_scale = torch.autograd.grad((found * upstream).sum(), (x, scale))
    torch.testing.assert_close(found, expected)
    # PyTorch rounds before it clamps, the paper clamps before it rounds: they differ within half a step of the ends.
    v = x / own + zero
    near = (v - format.lowest).abs().minimum((v - format.highest).abs()) < 0.5
    assert torch.equal(found_x[~near], to_x[~near])
    if not near.any():
        torch.testing.assert_close(found_scale * (shared * format.highest) ** 0.5, to_scale)


def test_learned_steps_have_the_gradients_of_the_paper() -> None:
    format, x = IntegerFormat(3), (2 * images(50, (7,))).double().requires_grad_()
    scale = torch.tensor(0.37, dtype=torch.float64, requires_grad=True)
    calm = (7 * 3) ** -0.5
    slowed = (scale * (1 - calm)).detach() + scale * calm
    v = (x / slowed).clamp(-4, 3)
    expected = ((v.round() - v).detach() + v) * slowed
    upstream = images(50, (7,), seed=1).double()
    wanted = torch.autograd.grad((expected * upstream).sum(), (x, scale))
    found = torch.autograd.grad((learned_step(x, scale, format=format) * upstream).sum(), (x, scale))
    torch.testing.assert_close(found, wanted, rtol=1e-12, atol=1e-12)


def test_with_many_bits_training_is_that_of_the_plain_network() -> None:
    torch.manual_seed(0)
    model = small_cnn(width=4).train()
    aware = insert_quantizers(model, bits=BitWidths(16, None), batch_norm="train").train()
    x, labels = images(32), torch.arange(32) % 10
    optimizers = [torch.optim.SGD(m.parameters(), lr=0.05) for m in (model, aware)]
    for _ in range(3):
        for network, optimizer in zip((model, aware), optimizers, strict=True):
            loss = F.cross_entropy(network(x), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    for name in ("0", "3", "6"):
        layer, norm = aware.get_submodule(name), model[int(name) + 1]
        torch.testing.assert_close(layer.layer.weight, model[int(name)].weight, rtol=0, atol=2e-3)
        torch.testing.assert_close(layer.batch_norm.running_mean, norm.running_mean, rtol=1e-2, atol=1e-3)
        torch.testing.assert_close(layer.batch_norm.running_var, norm.running_var, rtol=1e-2, atol=1e-3)
    torch.testing.assert_close(aware.eval()(x), model.eval()(x), rtol=0, atol=2e-2)


def test_a_channel_that_its_batch_norm_has_switched_off_stays_off() -> None:
    model = copy.deepcopy(digits_cnn())
    with torch.no_grad():
        model[1].weight[:5] = 0
    aware = prepare_for_training(model, calibration())
    x = calibration()[0]
    aware(x).square().sum().backward()
    assert all(torch.isfinite(parameter.grad).all() for parameter in aware.parameters())
    with torch.no_grad():
        hidden = aware.get_submodule("0")(x)
    torch.testing.assert_close(hidden[:, :5], model[1].bias[:5].detach().reshape(1, 5, 1, 1).expand_as(hidden[:, :5]))


@pytest.mark.parametrize("scales", ["follow", "learned"])
def test_folding_afterwards_changes_nothing(scales) -> None:
    aware = prepare_for_training(digits_cnn(), calibration(), scales=scales)
    trained = fit(aware, load("digits"), GENTLE, progress=False).model
    folded = fold_after_training(freeze_batch_norm(trained) if scales == "learned" else trained)
    x = images(64)
    with torch.no_grad():
        torch.testing.assert_close(folded(x), trained(x), rtol=1e-4, atol=1e-4)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in folded.modules())


def test_a_frozen_batch_norm_keeps_its_statistics_and_trains_its_scale() -> None:
    frozen = freeze_batch_norm(prepare_for_training(digits_cnn(), calibration())).train()
    before = copy.deepcopy(frozen.state_dict())
    x = images(32)
    frozen(x).square().sum().backward()
    norm = frozen.get_submodule("0").norm
    assert not norm.training
    assert norm.weight.grad.abs().sum() > 0
    assert all(torch.equal(tensor, before[name]) for name, tensor in frozen.state_dict().items() if "running" in name)
    model = resnet18(width=4).train()
    frozen = freeze_batch_norm(model).train()
    frozen(images(8, (3, 32, 32)))
    assert frozen.bn1.norm.num_batches_tracked == 0
    assert type(model.bn1) is nn.BatchNorm2d
    with pytest.raises(InputError, match="no batch-norm to freeze"):
        freeze_batch_norm(nn.Linear(2, 2))


@pytest.mark.parametrize("scales", ["follow", "fixed", "learned"])
def test_training_at_two_bits_recovers_what_rounding_lost(scales) -> None:
    bits = BitWidths(2, 4)
    rounded = quantize_post_training(digits_cnn(), calibration(), bits=bits)
    aware = prepare_for_training(digits_cnn(), calibration(), bits=bits, scales=scales)
    trained = fit(aware, load("digits"), GENTLE, progress=False).model
    assert accuracy(trained) > accuracy(rounded) + 0.05
    layer = trained.get_submodule("3")
    weight = layer.weight_quantizer(layer.folded()[0])
    assert all(len(channel.unique()) <= 3 for channel in weight)


def test_ranges_follow_the_batches_in_training_only() -> None:
    aware = prepare_for_training(digits_cnn(), calibration(), momentum=0.5)
    quantizer = next(module for module in aware.modules() if isinstance(module, ActivationQuantizer))
    low, high = (end.item() for end in quantizer.range)
    x = 10 * images(32)
    aware.eval()(x)
    assert tuple(end.item() for end in quantizer.range) == (low, high)
    aware.train()(x)
    # The new range is rounded to a zero point of its own.
    step = quantizer.scale.item()
    expected = (low + x.min().item()) / 2, (high + x.max().item()) / 2
    assert tuple(end.item() for end in quantizer.range) == pytest.approx(expected, abs=step)
    fixed = prepare_for_training(digits_cnn(), calibration(), scales="fixed").train()
    before = copy.deepcopy(fixed.state_dict())
    fixed(x)
    assert all(torch.equal(value, before[name]) for name, value in fixed.state_dict().items() if "quantizers" in name)


def test_learned_steps_are_parameters_without_weight_decay_and_keep_zero_points() -> None:
    quantized = quantize_post_training(digits_cnn(), calibration())
    learned = learn_scales(quantized)
    steps = {name: parameter for name, parameter in learned.named_parameters() if name.endswith("step")}
    activations = [module for module in learned.modules() if isinstance(module, ActivationQuantizer)]
    weights = [module for module in learned.modules() if isinstance(module, WeightQuantizer)]
    assert len(steps) == len(activations) + len(weights)
    decayed, plain = build_optimizer(learned, GENTLE).param_groups
    assert not {id(step) for step in steps.values()} & {id(parameter) for parameter in decayed["params"]}
    assert len(plain["params"]) > len(steps)
    x = calibration()[0]
    with torch.no_grad():
        torch.testing.assert_close(learned.eval()(x), quantized(x), rtol=0, atol=0.5)
    assert not any(name.endswith("step") for name, _ in quantized.named_parameters())
    with pytest.raises(InputError, match="input_1 has no range yet"):
        learn_scales(insert_quantizers(small_cnn()))


def test_pruned_weights_stay_zero() -> None:
    pruned = prune_global_magnitude(digits_cnn(), sparsity=0.7)
    aware = prepare_for_training(pruned, calibration(), bits=BitWidths(4, 8))
    trained = fit(aware, load("digits"), GENTLE, after_step=keep_masked(masks_of_zeros(aware)), progress=False).model
    for module in trained.modules():
        if isinstance(module, QuantizedLayer):
            zeros = module.layer.weight == 0
            assert zeros.any()
            assert not module.weight_quantizer(module.folded()[0])[zeros].any()


def test_a_run_can_be_resumed(tmp_path, monkeypatch) -> None:
    aware = prepare_for_training(digits_cnn(), calibration(), scales="learned", bits=BitWidths(4, 4))
    whole = fit(aware, load("digits"), GENTLE, progress=False).model
    settings = {"checkpoint": tmp_path / "run.pt", "checkpoint_seconds": 0, "progress": False}

    class Killed(Exception):
        pass

    saves = []

    def save_then_die(*args, **kwargs) -> None:
        save(*args, **kwargs)
        saves.append(1)
        if len(saves) == 5:
            raise Killed

    save = training_loop.save_checkpoint
    with monkeypatch.context() as patched:
        patched.setattr(training_loop, "save_checkpoint", save_then_die)
        with pytest.raises(Killed):
            fit(aware, load("digits"), GENTLE, **settings)
    resumed = fit(aware, load("digits"), GENTLE, **settings).model
    assert all(torch.equal(value, whole.state_dict()[name]) for name, value in resumed.state_dict().items())


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"scales": "lsq"}, "scales='lsq'"), ({"momentum": 0.0}, "momentum=0.0"), ({"batch_norm": "none"}, "batch_norm=")],
)
def test_settings_out_of_range_are_refused(settings, message) -> None:
    with pytest.raises(InputError, match=message):
        prepare_for_training(small_cnn(), calibration(), **settings)
