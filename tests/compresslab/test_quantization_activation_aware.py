"""AWQ and SmoothQuant, and the scales that both move."""

import copy

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.errors import InputError
from compresslab.models.language import LanguageModel, language_model
from compresslab.quantization.awq import awq, channel_scale, clipped_to_nearest, output_error
from compresslab.quantization.channel_scales import Fold, check_folds, fold_scale, language_folds
from compresslab.quantization.groups import GroupLinear, quantize_groups, round_to_nearest
from compresslab.quantization.smoothquant import ActivationLinear, smooth, smoothquant


@pytest.fixture
def model() -> LanguageModel:
    torch.manual_seed(0)
    model = language_model(vocabulary=64, context=32, dim=32, depth=2, heads=2, hidden=64)
    for parameter in model.parameters():
        parameter.data += 0.2 * torch.randn_like(parameter)
    return model.eval()


@pytest.fixture
def tokens() -> Tensor:
    return torch.randint(64, (16, 32), generator=torch.Generator().manual_seed(1))


def with_outliers(model: LanguageModel, factor: float = 40.0) -> LanguageModel:
    """The same function, with three channels of each norm's output so much larger."""
    planted = copy.deepcopy(model)
    for fold in language_folds(planted):
        if "norm" in fold.source:
            scale = torch.ones(32)
            scale[[3, 14, 15]] = 1 / factor
            fold_scale(planted, fold, scale)
    return planted


def wrong(model: nn.Module, reference: nn.Module, tokens: Tensor) -> float:
    with torch.no_grad():
        return float((model(tokens) - reference(tokens)).square().mean())


def test_moving_scales_leaves_the_function_as_it_is(model: LanguageModel, tokens: Tensor) -> None:
    moved = copy.deepcopy(model).double()
    for fold in language_folds(moved):
        features = moved.get_submodule(fold.source).weight.shape[0]
        fold_scale(moved, fold, torch.rand(features, dtype=torch.float64) * 9 + 0.1)
    with torch.no_grad():
        torch.testing.assert_close(moved(tokens), copy.deepcopy(model).double()(tokens), rtol=1e-9, atol=1e-9)
    assert not torch.allclose(moved.layers[0].mlp.down.weight.float(), model.layers[0].mlp.down.weight)


def test_a_bias_is_divided_too() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)).double()  # a ReLU passes positive factors on
    x = torch.randn(9, 3, dtype=torch.float64)
    before = model(x)
    fold_scale(model, Fold("0", ("2",)), torch.tensor([0.5, 1.0, 2.0, 30.0]))
    torch.testing.assert_close(model(x), before)


def test_every_linear_layer_of_a_block_is_in_one_fold(model: LanguageModel) -> None:
    named = [name for fold in language_folds(model) for name in fold.targets]
    linear = [name for name, module in model.named_modules() if isinstance(module, nn.Linear)]
    assert sorted([*named, "head"]) == sorted(linear)


def test_awq_without_rounding_is_the_same_function(model: LanguageModel, tokens: Tensor) -> None:
    # At 8 bits in groups of one, each weight has a scale of its own: nothing is left but the moving of scales.
    planted = with_outliers(model)
    quantized = awq(planted, calibration=[tokens], folds=language_folds(planted), bits=8, group_size=1, skip={"head"})
    assert wrong(quantized, model, tokens) < 1e-4 * wrong(quantize_groups(model, bits=4), model, tokens)


@pytest.mark.parametrize("clip", [False, True])
def test_awq_loses_less_than_rounding_to_nearest(model: LanguageModel, tokens: Tensor, clip: bool) -> None:
    planted = with_outliers(model)
    nearest = quantize_groups(planted, bits=3, skip={"head"})
    aware = awq(planted, calibration=[tokens], folds=language_folds(planted), bits=3, clip=clip, skip={"head"})
    assert sum(isinstance(module, GroupLinear) for module in aware.modules()) == 14
    assert wrong(aware, model, tokens) < 0.7 * wrong(nearest, model, tokens)


def test_awq_takes_the_scale_of_the_grid_that_loses_least() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.LayerNorm(16), nn.Linear(16, 8, bias=False))
    model[0].weight.data[5] = 30.0
    x = torch.randn(200, 16)
    found = awq(model, calibration=[x], folds=[Fold("0", ("1",))], bits=3, group_size=16, clip=False, grid=10)
    read = model[0](x).detach()
    weight = model[1].weight.detach()
    losses = []
    for step in range(11):
        powered = read.abs().mean(0) ** (step / 10)
        scale = powered / (powered.max() * powered.min()).sqrt()
        back = round_to_nearest(weight * scale, bits=3).dequantize() / scale
        losses.append(float((read @ (weight - back).T).square().sum()))
    best = min(range(11), key=losses.__getitem__)
    assert best > 0
    powered = read.abs().mean(0) ** (best / 10)
    torch.testing.assert_close(found[0].weight, model[0].weight / (powered / (powered.max() * powered.min()).sqrt()))
    assert float((found(x) - model(x)).detach().square().sum()) == pytest.approx(losses[best], rel=1e-3)


def test_of_equal_losses_nothing_is_scaled() -> None:
    model = nn.Sequential(nn.LayerNorm(16), nn.Linear(16, 8))
    model[1].weight.data.zero_()
    found = awq(model, calibration=[torch.randn(9, 16)], folds=[Fold("0", ("1",))], bits=4, group_size=16)
    assert torch.equal(found[0].weight, model[0].weight)


def test_the_error_at_the_outputs_is_that_of_the_inputs_themselves() -> None:
    x, error = torch.randn(50, 6), torch.randn(3, 6)
    gram = (x.T @ x / 50).double()
    assert output_error(error, gram) == pytest.approx(float((x @ error.T).square().sum(1).mean()), rel=1e-5)


def test_a_clipped_range_loses_no_more_than_the_whole_one_in_any_group() -> None:
    torch.manual_seed(0)
    weight = torch.randn(6, 32) * torch.rand(6, 32) ** 4
    x = torch.randn(300, 32) @ torch.randn(32, 32)
    gram = (x.T @ x / 300).double()
    for symmetric in (True, False):
        clipped, whole = (
            function(weight, *extra, bits=3, group_size=8, symmetric=symmetric).dequantize()
            for function, extra in ((clipped_to_nearest, (gram,)), (round_to_nearest, ()))
        )
        losses = []
        for back in (clipped, whole):
            error = (weight - back).double()
            blocks = [error[:, at : at + 8] @ gram[at : at + 8, at : at + 8] for at in range(0, 32, 8)]
            losses.append(torch.stack([(b * error[:, 8 * n : 8 * n + 8]).sum(1) for n, b in enumerate(blocks)]))
        assert (losses[0] <= losses[1] + 1e-9).all() and losses[0].sum() < 0.95 * losses[1].sum()


def test_a_channel_that_is_always_zero_keeps_scales_finite() -> None:
    scale = channel_scale(torch.tensor([0.0, 1.0, 2.0]), 1.0)
    assert scale.isfinite().all() and (scale > 0).all()


def test_smoothing_is_the_same_function_with_the_ranges_that_the_formula_says(
    model: LanguageModel, tokens: Tensor
) -> None:
    planted = with_outliers(model)
    folds = language_folds(planted)[:1]
    smoothed = smooth(planted, calibration=tokens.split(5), folds=folds, alpha=0.7)
    with torch.no_grad():
        torch.testing.assert_close(smoothed(tokens), model(tokens), rtol=1e-4, atol=1e-4)
        read = planted.layers[0].norm1(planted.embed(tokens)).abs().amax((0, 1))
    attention = planted.layers[0].attention
    weights = torch.stack([layer.weight.abs().amax(0) for layer in (attention.q, attention.k, attention.v)]).amax(0)
    expected = planted.layers[0].norm1.weight * weights**0.3 / read**0.7
    torch.testing.assert_close(smoothed.layers[0].norm1.weight, expected.detach())


def test_with_half_and_half_both_sides_have_the_same_range() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 4))
    model[0].weight.data = torch.linspace(0.1, 50, 8)
    x = torch.randn(100, 8)
    smoothed = smooth(model, calibration=[x], folds=[Fold("0", ("1",))], alpha=0.5)
    torch.testing.assert_close(smoothed[0](x).abs().amax(0), smoothed[1].weight.abs().amax(0))


@pytest.mark.parametrize("per_token", [False, True])
def test_smoothquant_saves_what_outliers_cost(model: LanguageModel, tokens: Tensor, per_token: bool) -> None:
    planted = with_outliers(model)
    settings = {"calibration": [tokens], "folds": language_folds(planted), "per_token": per_token, "skip": {"head"}}
    plain, smoothed = (smoothquant(planted, alpha=alpha, **settings) for alpha in (None, 0.5))
    without = smoothquant(model, alpha=None, **settings)
    assert wrong(plain, model, tokens) > 10 * wrong(smoothed, model, tokens)
    assert wrong(smoothed, model, tokens) < 5 * wrong(without, model, tokens)
    assert type(planted.layers[0].mlp.up) is nn.Linear


@pytest.mark.parametrize("per_token", [False, True])
def test_a_quantized_layer_equals_integer_arithmetic(per_token: bool) -> None:
    torch.manual_seed(0)
    layer = nn.Linear(24, 5).double()
    x = torch.randn(3, 7, 24, dtype=torch.float64)
    largest = None if per_token else x.abs().max()
    quantized = ActivationLinear(layer, bits=8, largest_input=largest)
    x_scale = (x.abs().amax(-1, keepdim=True) if per_token else x.abs().max()) / 127
    w_scale = layer.weight.abs().amax(1) / 127
    integers = (x / x_scale).round().long() @ (layer.weight / w_scale[:, None]).round().long().T
    torch.testing.assert_close(quantized(x), integers * x_scale * w_scale + layer.bias)


def test_inputs_beyond_the_calibration_are_clamped() -> None:
    layer = nn.Linear(1, 1, bias=False)
    layer.weight.data.fill_(1.0)
    quantized = ActivationLinear(layer, bits=8, largest_input=torch.tensor(2.0))
    assert F.mse_loss(quantized(torch.tensor([[5.0], [-5.0]])), torch.tensor([[2.0], [-2.0]])) < 1e-10


@pytest.mark.parametrize(
    ("folds", "message"),
    [
        ([Fold("norm9", ("1",))], "names 'norm9', which is no layer"),
        ([Fold("0", ("9",))], "names '9', which is no layer"),
        ([Fold("2", ("1",))], "source 2 has no weight"),
        ([Fold("0", ("2",))], r"2 \(ReLU\(\)\) does not read the 8 features that 0 gives"),
        ([Fold("0", ("3",))], "does not read the 8 features"),
        ([Fold("0", ())], "no targets"),
        ([Fold("0", ("1",)), Fold("0", ("1",))], "two folds scale the inputs of 1"),
    ],
)
def test_folds_that_do_not_fit_are_named(folds: list[Fold], message: str) -> None:
    model = nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 4))
    for method in (
        lambda: check_folds(model, folds),
        lambda: awq(model, calibration=[torch.randn(5, 8)], folds=folds, bits=4, group_size=4),
        lambda: smooth(model, calibration=[torch.randn(5, 8)], folds=folds),
    ):
        with pytest.raises(InputError, match=message):
            method()


def test_bad_input_is_named() -> None:
    model = nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 4))
    folds = [Fold("0", ("1",))]
    x = torch.randn(5, 8)
    for method in (
        lambda batches: awq(model, calibration=batches, folds=folds, bits=4, group_size=8),
        lambda batches: smoothquant(model, calibration=batches, folds=folds),
    ):
        with pytest.raises(InputError, match="calibration is empty"):
            method([])
        with pytest.raises(InputError, match="input of 1 holds NaN"):
            method([x * torch.nan])
    with pytest.raises(InputError, match="alpha=2"):
        smooth(model, calibration=[x], folds=folds, alpha=2)
    with pytest.raises(InputError, match=r"positive and finite"):
        fold_scale(model, folds[0], torch.zeros(8))
    with pytest.raises(InputError, match=r"must be \(8,\)"):
        fold_scale(model, folds[0], torch.ones(4))
    zero = nn.Sequential(nn.Linear(8, 8, bias=False), nn.Linear(8, 4))
    zero[0].weight.data.zero_()
    with pytest.raises(InputError, match="input of 1 is zero everywhere"):
        awq(zero, calibration=[x], folds=[Fold("0", ("1",))], bits=4, group_size=8)
