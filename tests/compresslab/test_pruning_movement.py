"""Movement pruning against a hand-written float64 loop, and on a task where magnitude keeps the wrong weights."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.cost import sparsity
from compresslab.errors import InputError
from compresslab.models import mlp, small_cnn
from compresslab.pruning import (
    RunningMagnitude,
    advance,
    attached_masks,
    cubic_sparsity,
    gradual_magnitude,
    make_permanent,
    movement_pruning,
    movement_scores,
    soft_penalty,
    undo_masks,
)
from compresslab.training import Recipe
from compresslab.training.recipe import build_optimizer

CLIMB = {"start": 2, "steps": 6, "final": 0.7}


def softmax(x: np.ndarray) -> np.ndarray:
    powers = np.exp(x - x.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


@pytest.mark.parametrize("every", [1, 3])
def test_scores_weights_and_masks_are_those_of_a_loop_in_numpy(every: int) -> None:
    random = np.random.default_rng(0)
    xs, ys = random.normal(size=(12, 20, 6)), random.integers(4, size=(12, 20))
    model = nn.Linear(6, 4, bias=False, dtype=torch.float64)
    w, s, keep, rate = model.weight.detach().numpy().copy(), np.zeros((4, 6)), np.ones((4, 6)), 0.5
    ours = movement_pruning(model, every=every, **CLIMB)
    optimizer = torch.optim.SGD(ours.parameters(), lr=rate)
    for step, (x, y) in enumerate(zip(xs, ys, strict=True), start=1):
        optimizer.zero_grad()
        F.cross_entropy(ours(torch.from_numpy(x)), torch.from_numpy(y)).backward()
        optimizer.step()
        advance(ours)

        gradient = (softmax(x @ (w * keep).T) - np.eye(4)[y]).T @ x / len(x)  # dL/dW', of the masked weight
        s -= rate * w * gradient
        w -= rate * gradient * keep
        if (step - 2) % every == 0 or step == 8:
            remove = round(24 * cubic_sparsity(step, **CLIMB))
            keep = np.ones(24)
            keep[np.argsort(s.ravel(), kind="stable")[:remove]] = 0
            keep = keep.reshape(4, 6)
        np.testing.assert_allclose(movement_scores(ours)["weight"].numpy(), s, rtol=1e-9, atol=1e-12)
        np.testing.assert_array_equal(attached_masks(ours)["weight"].numpy(), keep.astype(bool))
    np.testing.assert_allclose(undo_masks(ours).weight.detach().numpy(), w, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(make_permanent(ours).weight.detach().numpy(), w * keep, rtol=1e-9, atol=1e-12)
    assert keep.sum() == 24 - round(0.7 * 24)


def test_the_gradient_passes_straight_through_the_mask_also_of_masked_weights() -> None:
    model = movement_pruning(nn.Linear(5, 3, bias=False), start=0, steps=1, final=0.6)
    layer = model.parametrizations.weight
    with torch.no_grad():
        layer[0].raw_scores.copy_(torch.randn(15))
    advance(model)
    mask, weight = attached_masks(model)["weight"], layer.original
    assert int(mask.sum()) == 6
    x, out = torch.randn(4, 5), torch.randn(4, 3)
    (model(x) * out).sum().backward()
    gradient = out.T @ x  # dL/dW'
    torch.testing.assert_close(layer[0].raw_scores.grad.view(3, 5), gradient * weight.detach())
    torch.testing.assert_close(weight.grad, gradient * mask)
    torch.testing.assert_close(model(x), x @ (weight * mask).T)


def test_the_score_is_the_scale_times_the_parameter() -> None:
    base = mlp(inputs=6, hidden=(5,), classes=3)
    x, y = torch.randn(8, 6), torch.randint(3, (8,))
    scores, masks = {}, {}
    for scale in (1.0, 10.0):
        model = movement_pruning(base, start=0, steps=1, final=0.5, score_scale=scale)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
        advance(model)
        scores[scale], masks[scale] = movement_scores(model), attached_masks(model)
    for name, score in scores[1.0].items():
        torch.testing.assert_close(scores[10.0][name], 100 * score)  # the square: once in S, once in its gradient
        assert torch.equal(masks[1.0][name], masks[10.0][name])


def test_weight_decay_spares_the_scores() -> None:
    model = movement_pruning(small_cnn(width=4), **CLIMB)
    for group in build_optimizer(model, Recipe(epochs=1)).param_groups:
        if group["weight_decay"]:
            assert not any(p.shape == q.shape for p in group["params"] for q in scores_of(model))
        else:
            assert all(any(p is q for p in group["params"]) for q in scores_of(model))


def scores_of(model: nn.Module) -> list[Tensor]:
    return [p for name, p in model.named_parameters() if name.endswith("raw_scores")]


def test_soft_mode_keeps_what_is_above_the_threshold() -> None:
    model = movement_pruning(nn.Linear(2, 2, bias=False), start=0, steps=2, final=0.6, initial=0.1, mode="soft")
    layer = model.parametrizations.weight[0]
    with torch.no_grad():
        layer.raw_scores.copy_(torch.logit(torch.tensor([0.05, 0.5, 0.61, 0.9])))
    advance(model)
    halfway = 0.6 - 0.5 * 0.5**3
    assert attached_masks(model)["weight"].tolist() == [[False, halfway < 0.5], [True, True]]
    advance(model)
    assert attached_masks(model)["weight"].tolist() == [[False, False], [True, True]]
    penalty = soft_penalty(model)
    assert float(penalty.detach()) == pytest.approx((0.05 + 0.5 + 0.61 + 0.9) / 4)
    penalty.backward()
    s = layer.raw_scores.detach().sigmoid()
    torch.testing.assert_close(layer.raw_scores.grad, s * (1 - s) / 4)


def test_the_penalty_counts_every_weight_once_whatever_its_layer() -> None:
    model = movement_pruning(mlp(inputs=50, hidden=(2,), classes=2), mode="soft", **CLIMB)
    with torch.no_grad():
        model[1].parametrizations.weight[0].raw_scores.fill_(100)
    assert float(soft_penalty(model).detach()) == pytest.approx((100 * 1.0 + 4 * 0.5) / 104)


def train(model: nn.Module, x: Tensor, y: Tensor, learning_rate: float, after=lambda model: None) -> nn.Module:
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate, momentum=0.9)
    for _ in range(150):
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
        after(model)
    return model


def test_in_transfer_movement_finds_the_weights_that_the_new_task_needs() -> None:
    found = {"movement": [], "magnitude": []}
    for seed in range(4):
        torch.manual_seed(seed)
        x = torch.randn(512, 20)
        first_task, new_task = (x[:, :10].sum(1) > 0).long(), (x[:, 10:].sum(1) > 0).long()  # each ignores half of x
        pretrained = train(nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 2)), x, first_task, 0.5)
        pruned = {
            "movement": movement_pruning(pretrained, start=20, steps=75, final=0.9),
            "magnitude": gradual_magnitude(pretrained, start=20, steps=75, every=1, final=0.9, scope="layer"),
        }
        for method, start in pruned.items():
            model = make_permanent(train(start, x, new_task, 0.01, advance))
            assert sparsity(model).zero_weights == 288 + 29  # 90% of 320 and of 32
            kept = model[0].weight != 0
            accuracy = float((model(x).argmax(1) == new_task).float().mean())
            found[method].append((float(kept[:, 10:].sum() / kept.sum()), accuracy))
    (shares, accuracies), (shares_by_magnitude, accuracies_by_magnitude) = (
        zip(*found[method], strict=True) for method in ("movement", "magnitude")
    )
    assert min(shares) > 0.95 and max(shares_by_magnitude) < 0.85  # of the weights kept, those of the new task's inputs
    assert min(accuracies) > 0.8 and np.mean(accuracies) > np.mean(accuracies_by_magnitude) + 0.03, found


def test_running_magnitude_is_the_exponential_mean() -> None:
    model, running, expected = nn.Linear(3, 2), RunningMagnitude(0.75), None
    for step in range(5):
        with torch.no_grad():
            model.weight.copy_(torch.randn(2, 3, generator=torch.Generator().manual_seed(step)))
        now = np.abs(model.weight.detach().double().numpy())
        expected = now if expected is None else 0.75 * expected + 0.25 * now
        running.update(model)
    np.testing.assert_allclose(running.scores()["weight"].numpy(), expected, rtol=1e-5)
    running.scores()["weight"].zero_()
    assert running.scores()["weight"].any()


def test_running_magnitude_cannot_tell_a_weight_on_its_way_down_and_movement_can() -> None:
    x = torch.eye(2).repeat(8, 1)
    base = nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        base.weight.copy_(torch.tensor([[2.0, 0.1]]))
    target = torch.tensor([[0.6, 0.5]])  # the first must shrink to 0.6, the second grow to 0.5
    model, running = movement_pruning(base, start=50, steps=1, final=0.5), RunningMagnitude(0.9)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(20):
        optimizer.zero_grad()
        F.mse_loss(model(x), x @ target.T).backward()
        optimizer.step()
        advance(model)
        running.update(model)
    shrinking, growing = movement_scores(model)["weight"][0].tolist()
    assert shrinking < 0 < growing
    assert running.scores()["weight"][0, 0] > running.scores()["weight"][0, 1]


def test_protected_weights_have_no_scores() -> None:
    model = movement_pruning(small_cnn(width=4), protect=["11.weight"], **CLIMB)
    assert "11.weight" not in movement_scores(model) and type(model[11]) is nn.Linear
    assert set(movement_scores(model)) == {"0.weight", "3.weight", "6.weight"}


def test_permanent_zeros_are_tidy_and_the_state_loads_into_the_plain_network() -> None:
    base = small_cnn(width=4)
    model = movement_pruning(base, start=0, steps=1, final=0.5, scope="global")
    with torch.no_grad():
        for score in scores_of(model):
            score.copy_(torch.randn(score.shape))
    advance(model)
    baked = make_permanent(model)
    base.load_state_dict(baked.state_dict())
    assert sparsity(base).zero_weights == round(0.5 * sparsity(base).weight_count)
    assert not any(weight[weight == 0].signbit().any() for weight in base.parameters())


def test_bad_input_is_named() -> None:
    model = small_cnn(width=4)
    with pytest.raises(InputError, match="mode='medium'"):
        movement_pruning(model, mode="medium", **CLIMB)
    for scale in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(InputError, match=f"score_scale={scale}"):
            movement_pruning(model, score_scale=scale, **CLIMB)
    with pytest.raises(InputError, match="protect names 'head'"):
        movement_pruning(model, protect=["head"], **CLIMB)
    with pytest.raises(InputError, match="scope='row'"):
        movement_pruning(model, scope="row", **CLIMB)
    with pytest.raises(InputError, match=r"initial=0\.9 is above"):
        movement_pruning(model, initial=0.9, **CLIMB)
    with pytest.raises(InputError, match=r"'0\.weight' already has a mask"):
        movement_pruning(movement_pruning(model, **CLIMB), **CLIMB)
    for needs_scores in (movement_scores, soft_penalty):
        with pytest.raises(InputError, match="Sequential has no movement scores"):
            needs_scores(model)
    for decay in (-0.1, 1.0, float("nan")):
        with pytest.raises(InputError, match=f"decay={decay}"):
            RunningMagnitude(decay)
    with pytest.raises(InputError, match="no mean yet"):
        RunningMagnitude(0.9).scores()
