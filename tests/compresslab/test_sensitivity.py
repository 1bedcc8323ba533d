"""Scans, guards and stages, against what can be worked out by hand or by another way."""

import copy
import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from compresslab.data import Batch, Batches, load
from compresslab.errors import InputError
from compresslab.evaluation import Interval, accuracy_difference
from compresslab.models import mlp
from compresslab.pruning import attach_masks, masks_of_zeros
from compresslab.quantization import quantize_weights
from compresslab.sensitivity import (
    BITS,
    PRUNING,
    Staged,
    Technique,
    Verdict,
    allocate_to_size,
    clustered_mean,
    compress_in_stages,
    guard,
    prune_layers,
    pruned_bytes,
    quantized_bytes,
    scan,
)
from compresslab.training import Recipe, evaluate, fit


@pytest.fixture(scope="module")
def digits():
    return load("digits")


@pytest.fixture(scope="module")
def trained(digits) -> nn.Module:
    torch.manual_seed(0)
    recipe = Recipe(epochs=4, batch_size=64, precision="fp32", channels_last=False)
    return fit(mlp(hidden=[32, 16]), digits, recipe, progress=False).model


@pytest.fixture
def validation(digits) -> Batches:
    return Batches(digits, digits.validation, 100)


def state(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def unchanged(model: nn.Module, before: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_scan_of_pruning_is_the_loss_of_each_layer_alone(trained, digits, validation) -> None:
    before = state(trained)
    found = scan(trained, validation, PRUNING, settings=[0.0, 0.5, 1.0], groups=digits.validation.groups)
    assert unchanged(trained, before)
    assert [(one.layer, one.setting) for one in found.tried] == [
        (f"{layer}.weight", setting) for layer in (1, 3, 5) for setting in (0.0, 0.5, 1.0)
    ]
    assert found.weights == {"1.weight": 2048, "3.weight": 512, "5.weight": 160}
    assert found.data == "digits" and found.quantity == "sparsity"
    images, labels = digits.normalize(digits.validation.images), digits.validation.labels
    for one in found.tried:
        by_hand = copy.deepcopy(trained)
        weight = by_hand.get_parameter(one.layer)
        cut = round(one.setting * weight.numel())
        smallest = weight.abs().flatten().argsort(stable=True)[:cut]
        with torch.no_grad():
            weight.view(-1)[smallest] = 0
            now, was = by_hand(images), trained(images)
        right = [(logits.argmax(1) == labels).double().mean() for logits in (now, was)]
        assert one.accuracy.points == pytest.approx(100 * float(right[0] - right[1]))
        added = F.cross_entropy(now.double(), labels) - F.cross_entropy(was.double(), labels)
        assert one.added_loss.value == pytest.approx(float(added), abs=1e-6)
        was, now = (logits.double().log_softmax(1) for logits in (was, now))
        divergence = F.kl_div(now, was, log_target=True, reduction="batchmean")
        assert one.divergence.value == pytest.approx(float(divergence), abs=1e-6)
        for mean in (one.divergence, one.added_loss):
            assert mean.value in mean.interval
    assert all(one.added_loss.interval == Interval(0, 0, 0.95) for one in found.tried if one.setting == 0)
    assert all(one.divergence.interval == Interval(0, 0, 0.95) for one in found.tried if one.setting == 0)


def test_scan_of_bits_rounds_one_layer(trained, validation) -> None:
    found = scan(trained, validation, BITS, settings=[2, 8], layers=["3.weight"])
    images = [batch.images for batch in validation]
    for one in found.tried:
        alone = quantize_weights(trained, bits={"3.weight": int(one.setting)})
        answers = torch.cat([alone(batch).detach() for batch in images])
        assert one.added_loss.value == pytest.approx(
            float(F.cross_entropy(answers, validation.split.labels))
            - evaluate(trained, validation).loss, abs=1e-5
        )  # fmt: skip
        assert one.file_bytes == quantized_bytes(trained, {"3.weight": one.setting})
    assert found.tried[0].added_loss.value > found.tried[1].added_loss.value


def test_sizes_of_a_scan_are_those_of_files(trained, validation) -> None:
    found = scan(trained, validation, PRUNING, settings=[0.9])
    assert found.original_bytes == pruned_bytes(trained, {})
    for one in found.tried:
        assert one.file_bytes == pruned_bytes(trained, {one.layer: 0.9})
        assert found.bytes_without[one.layer] <= one.file_bytes < found.original_bytes
    options = found.options()
    kept = [options[layer][0] for layer in options]
    assert [option.setting for option in kept] == [None] * 3
    assert found.fixed_bytes + sum(option.size_bytes for option in kept) == found.original_bytes
    together = pruned_bytes(trained, dict.fromkeys(options, 0.9))
    predicted = found.fixed_bytes + sum(each[1].size_bytes for each in options.values())
    assert predicted == pytest.approx(together, rel=0.1)


def test_what_a_layer_gains_by_luck_is_no_loss(trained, validation) -> None:
    found = scan(trained, validation, BITS, settings=[4, 8])
    lucky = replace(found.tried[0], added_loss=clustered_mean([-0.2, -0.1]))
    options = replace(found, tried=(lucky, *found.tried[1:])).options(by="added_loss")
    assert options["1.weight"][1].loss == 0
    assert found.options()["1.weight"][1].loss == found.tried[0].divergence.value > 0
    with pytest.raises(InputError, match="by='accuracy'"):
        found.options(by="accuracy")
    assert min(option.loss for each in options.values() for option in each) == 0


def test_training_mode_and_gradients_are_left_alone(trained, validation) -> None:
    model = nn.Sequential(*trained[:-1], nn.Dropout(0.5), trained[-1])
    model = copy.deepcopy(model).train()
    evaluated = scan(copy.deepcopy(model).eval(), validation, PRUNING, settings=[0.5])
    assert scan(model, validation, PRUNING, settings=[0.5]) == evaluated
    assert all(module.training for module in model.modules())
    assert all(parameter.requires_grad and parameter.grad is None for parameter in model.parameters())


def test_a_loader_in_another_order_each_time_is_read_once(trained, digits) -> None:
    def shuffled():
        yield from Batches(digits, digits.validation, 100, shuffle=True, seed=3)

    found = scan(trained, shuffled(), PRUNING, settings=[0.0])
    assert all(one.accuracy.points == 0 and one.added_loss.value == 0 for one in found.tried)


def test_a_technique_that_changes_the_model_is_refused_and_undone(trained, validation) -> None:
    def in_place(model: nn.Module, sparsities) -> nn.Module:
        for name, sparsity in sparsities.items():
            weight = model.get_parameter(name)
            with torch.no_grad():
                weight[weight.abs() < weight.abs().quantile(sparsity)] = 0
        return model

    model = copy.deepcopy(trained)
    before = state(model)
    with pytest.raises(InputError, match=r"0\.5 of '1\.weight' changed the model itself"):
        scan(model, validation, Technique("sparsity", in_place, pruned_bytes), settings=[0.5])
    assert unchanged(model, before)


def with_a_value(model: nn.Module, value: float) -> nn.Module:
    spoiled = copy.deepcopy(model)
    with torch.no_grad():
        spoiled[3].weight[0, 0] = value
    return spoiled


def test_what_cannot_be_scanned(trained, validation, digits) -> None:
    for bad in (math.nan, math.inf):
        with pytest.raises(InputError, match=r"'3\.weight' of the model holds NaN or infinity"):
            scan(with_a_value(trained, bad), validation, PRUNING, settings=[0.5])
    with pytest.raises(InputError, match="no layer to scan"):
        scan(nn.Flatten(), validation, PRUNING, settings=[0.5])
    with pytest.raises(InputError, match="no layer to scan"):
        scan(trained, validation, PRUNING, settings=[0.5], layers=[])
    with pytest.raises(InputError, match="layers names 'fc'"):
        scan(trained, validation, PRUNING, settings=[0.5], layers=["fc"])
    for repeated in ([], [0.5, 0.5]):
        with pytest.raises(InputError, match="give at least one sparsity"):
            scan(trained, validation, PRUNING, settings=repeated)
    with pytest.raises(InputError, match="nothing to evaluate"):
        scan(trained, [], PRUNING, settings=[0.5])
    with pytest.raises(InputError, match="sparsity"):
        scan(trained, validation, PRUNING, settings=[1.5])
    with pytest.raises(InputError, match="sparsity"):
        scan(trained, validation, PRUNING, settings=[math.nan])
    for wrong in (1, 2.5, math.nan, math.inf):
        with pytest.raises(InputError, match="bits"):
            scan(trained, validation, BITS, settings=[wrong])
    with pytest.raises(InputError, match="at least 2 are needed"):
        scan(trained, validation, PRUNING, settings=[0.5], groups=torch.zeros(len(digits.validation)))
    with pytest.raises(InputError, match="groups has shape"):
        scan(trained, validation, PRUNING, settings=[0.5], groups=torch.arange(3))
    masked = attach_masks(trained, masks_of_zeros(prune_layers(trained, {"1.weight": 0.5})))
    with pytest.raises(InputError, match="the scan needs ordinary parameters"):
        scan(masked, validation, PRUNING, settings=[0.5])


def test_a_compressed_model_that_gives_nan_is_named(trained, validation) -> None:
    broken = Technique("strength", lambda model, _: with_a_value(model, math.nan), lambda model, _: 1)
    with pytest.raises(InputError, match=r"with '1\.weight' at strength 1, the model's logits are NaN"):
        scan(trained, validation, broken, settings=[1])


def test_allocation_to_a_file_of_a_size(trained, validation) -> None:
    for technique, tried in ((PRUNING, [0.3, 0.6, 0.8, 0.9]), (BITS, [2, 3, 4, 8])):
        found = scan(trained, validation, technique, settings=tried)
        smallest = technique.stored_bytes(trained, dict.fromkeys(found.weights, tried[-1 if tried[0] < 1 else 0]))
        target = (found.original_bytes + smallest) // 2
        options, fixed = found.options(), {"fixed_bytes": found.fixed_bytes}
        chosen = allocate_to_size(trained, technique, options, target, **fixed)
        assert 0.8 * target < technique.stored_bytes(trained, chosen.settings) <= target
        assert allocate_to_size(trained, technique, options, found.original_bytes, **fixed).settings == {}
        with pytest.raises(InputError, match="can't be reached: the strongest"):
            allocate_to_size(trained, technique, options, smallest // 2, **fixed)
        with pytest.raises(InputError, match="target=nan"):
            allocate_to_size(trained, technique, options, math.nan, **fixed)


def test_sparsity_of_zero_and_one(trained) -> None:
    pruned = prune_layers(trained, {"1.weight": 0.0, "3.weight": 1.0})
    assert torch.equal(pruned[1].weight, trained[1].weight) and not pruned[3].weight.any()
    with pytest.raises(InputError, match="sparsities names '2'"):
        prune_layers(trained, {"2": 0.5})


values = st.lists(st.tuples(st.integers(0, 6), st.floats(-5, 5)), min_size=3, max_size=40).filter(
    lambda pairs: len({group for group, _ in pairs}) > 1
)


@given(values)
def test_variance_by_groups_is_the_sandwich_of_a_regression_on_a_constant(pairs) -> None:
    groups, numbers = (np.array(column) for column in zip(*pairs, strict=True))
    found = clustered_mean(numbers, groups, level=0.9)
    design = (groups[:, None] == np.unique(groups)).astype(float)
    residuals = numbers - numbers.mean()
    scores = design.T @ residuals
    count = design.shape[1]
    variance = count / (count - 1) * (scores @ scores) / len(numbers) ** 2
    assert found.value == pytest.approx(numbers.mean())
    half = (found.interval.high - found.interval.low) / 2
    assert half == pytest.approx(1.6448536 * math.sqrt(variance), rel=1e-6, abs=1e-9)


def test_interval_by_groups_agrees_with_the_bootstrap() -> None:
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(300), rng.integers(1, 8, 300))
    chance = rng.beta(2, 2, 300)[groups]
    right = rng.random(len(groups)) < chance
    boot = accuracy_difference(right, np.zeros_like(right), groups).interval
    found = clustered_mean(100 * right, groups).interval
    assert found.low == pytest.approx(boot.low, abs=0.4) and found.high == pytest.approx(boot.high, abs=0.4)
    alone = clustered_mean(100 * right).interval
    assert alone.high - alone.low < 0.8 * (found.high - found.low)


def test_means_that_are_none() -> None:
    for bad in ([], [math.nan, 1.0], [[1.0, 2.0]]):
        with pytest.raises(InputError, match="finite numbers"):
            clustered_mean(bad)
    with pytest.raises(InputError, match="groups has shape"):
        clustered_mean([1.0, 2.0], groups=[0])
    with pytest.raises(InputError, match="at least 2"):
        clustered_mean([1.0, 2.0], groups=[0, 0])
    with pytest.raises(InputError, match="level=95"):
        clustered_mean([1.0, 2.0], level=95)


def answers(n: int, lost: int, gained: int) -> tuple[np.ndarray, np.ndarray]:
    """Two models on n samples: the second is right on 80%, the first loses some of these and gains others."""
    original = np.arange(n) < 0.8 * n
    compressed = original.copy()
    compressed[:lost] = False
    compressed[n - gained :] = True
    return compressed, original


@pytest.mark.parametrize(
    ("n", "lost", "gained", "decision"),
    [
        (2000, 4, 4, "accept"),
        (2000, 60, 2, "reject"),
        (2000, 24, 8, "undecided"),  # 0.8 points: within the tolerance as a point, not as an interval
        (100, 0, 0, "undecided"),  # equal answers, too few of them
        (2000, 0, 0, "accept"),
    ],
)
def test_the_guard_decides_by_the_bound(n, lost, gained, decision) -> None:
    assert guard(*answers(n, lost, gained), tolerance_points=1.0).decision == decision


def test_one_sided_bounds_are_those_of_a_wider_two_sided_interval() -> None:
    compressed, original = answers(2000, 40, 10)
    found = guard(compressed, original, tolerance_points=1.0, level=0.95)
    p = 50 / 2000
    error = 100 * math.sqrt((p - 0.015**2) / 2000)
    assert found.low == pytest.approx(-1.5 - 1.645 * error, abs=0.05)
    assert found.high == pytest.approx(-1.5 + 1.645 * error, abs=0.05)
    assert found.least_tolerance_points == -found.low


def test_groups_that_answer_together_say_less() -> None:
    compressed, original = answers(2000, 24, 0)
    alone = guard(compressed, original, tolerance_points=2.0)
    tens = guard(compressed, original, np.arange(2000) // 12, tolerance_points=2.0)
    assert alone.decision == "accept" and tens.decision == "undecided" and tens.groups == 167


@settings(max_examples=30)
@given(st.integers(30, 400), st.floats(0.51, 0.99))
def test_equal_answers_still_leave_room_for_a_loss(n, level) -> None:
    _, original = answers(n, 0, 0)
    found = guard(original, original, tolerance_points=0.01, level=level)
    z = NormalDist().inv_cdf(level)
    assert -found.low / 100 == pytest.approx(z**2 / (n + z**2))  # the loss whose score, with none seen, is z


def test_a_loss_at_the_margin_is_rarely_accepted() -> None:
    """At a true loss of exactly the tolerance, at most about 5% of all sets of samples may accept."""
    rng = np.random.default_rng(1)
    accepted = 0
    for _ in range(400):
        draw = rng.random(1000)
        original, compressed = draw > 0.1, (draw > 0.13) | (draw < 0.02)  # 3 points lost, 2 gained
        accepted += guard(compressed, original, tolerance_points=1.0).decision == "accept"
    assert accepted / 400 < 0.085


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"tolerance_points": 0}, "tolerance_points=0"),
        ({"tolerance_points": math.nan}, "tolerance_points=nan"),
        ({"level": 0.4}, "level=0.4"),
        ({"level": 1}, "level=1"),
    ],
)
def test_guards_that_are_none(wrong, said) -> None:
    with pytest.raises(InputError, match=said):
        guard([True, False], [True, False], **({"tolerance_points": 1.0} | wrong))


def test_samples_that_do_not_fit() -> None:
    for compressed in ([], [True], [True, math.nan]):
        with pytest.raises(InputError):
            guard(compressed, [True, False], tolerance_points=1.0)


def verdict(points: float) -> Verdict:
    return Verdict(points, points - 0.5, points + 0.5, tolerance_points=1.0, level=0.95, n=100, groups=100)


def test_stages_go_on_from_what_was_recovered_and_stop_at_the_first_refusal() -> None:
    seen = []

    def compress(model: nn.Module, setting: float) -> nn.Module:
        seen.append((model.out_features, setting))
        return nn.Linear(1, model.out_features + 10)

    def recover(model: nn.Module, setting: float) -> nn.Module:
        return nn.Linear(1, model.out_features + 1)

    found = iter([-2.0, -0.1, -3.0, -0.2, -4.0, -0.7, -9.0, 0.0])
    done = compress_in_stages(
        nn.Linear(1, 1),
        [0.5, 0.7, 0.8, 0.9],
        compress=compress,
        recover=recover,
        judge=lambda _: verdict(next(found)),
    )
    assert seen == [(1, 0.5), (12, 0.7), (23, 0.8)]  # the third loses 0.7, which may be 1.2: undecided
    assert done.setting == 0.7 and done.model.out_features == 23
    assert [stage.recovered_points for stage in done.stages] == pytest.approx([1.9, 2.8, 3.3])
    assert [stage.after.decision for stage in done.stages] == ["accept", "accept", "undecided"]


def test_no_stage_accepted_gives_the_model_back() -> None:
    model = nn.Linear(1, 1)
    same = {"compress": lambda model, _: model, "recover": lambda model, _: model}
    done = compress_in_stages(model, [0.5], **same, judge=lambda _: verdict(-5.0))
    assert done == Staged(model, done.stages) and done.setting is None
    with pytest.raises(InputError, match="at least one stage"):
        compress_in_stages(model, [], **same, judge=lambda _: verdict(0.0))
    with pytest.raises(InputError, match="recover gave back a NoneType"):
        compress_in_stages(
            model, [0.5], compress=same["compress"], recover=lambda *_: None, judge=lambda _: verdict(0.0)
        )


def test_scan_of_independent_batches_has_no_name() -> None:
    eye = Batch(torch.eye(2), labels=torch.tensor([0, 1]), ids=torch.tensor([0, 1]))
    found = scan(nn.Linear(2, 2), [eye], PRUNING, settings=[0.5])
    assert found.data is None and found.tried[0].accuracy.n == 2
