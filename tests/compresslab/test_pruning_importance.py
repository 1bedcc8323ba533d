"""Scores against closed forms, brute force and loops; and a model that is left as it was."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.data import Batch
from compresslab.errors import InputError
from compresslab.models import small_cnn, tiny_vit
from compresslab.pruning import (
    activation_scores,
    attach_masks,
    gradient_scores,
    magnitude_scores,
    random_scores,
    snip_scores,
    taylor_scores,
    taylor_squared_scores,
)

NEEDS_DATA = [gradient_scores, taylor_scores, taylor_squared_scores, snip_scores, activation_scores]


def batch(*shape: int, classes: int = 10, seed: int = 0) -> Batch:
    random = torch.Generator().manual_seed(seed)
    labels = torch.randint(classes, shape[:1], generator=random)
    return Batch(torch.randn(*shape, generator=random), labels, torch.arange(shape[0]))


def images(seed: int = 0, n: int = 6) -> Batch:
    return batch(n, 1, 8, 8, seed=seed)


def test_gradients_are_the_mean_over_samples_not_over_batches() -> None:
    model = nn.Linear(7, 3, dtype=torch.float64)
    batches = [batch(5, 7, classes=3), batch(2, 7, classes=3, seed=1)]
    batches = [Batch(b.images.double(), b.labels, b.ids) for b in batches]
    x, y = np.concatenate([b.images.numpy() for b in batches]), np.concatenate([b.labels.numpy() for b in batches])
    weight, bias = model.weight.detach().numpy(), model.bias.detach().numpy()
    logits = x @ weight.T + bias
    errors = np.exp(logits) / np.exp(logits).sum(1, keepdims=True) - np.eye(3)[y]
    gradient = errors.T @ x / len(x)

    def plain(model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:  # the default computes in float32
        logits = model(batch.images)
        return F.cross_entropy(logits, batch.labels), logits

    scores = gradient_scores(model, batches, objective=plain)
    np.testing.assert_allclose(scores["weight"].numpy(), abs(gradient), rtol=1e-10, atol=1e-14)
    scores = taylor_scores(model, batches, objective=plain)
    np.testing.assert_allclose(scores["weight"].numpy(), abs(gradient * weight), rtol=1e-10, atol=1e-14)
    scores = snip_scores(model, batches, objective=plain)
    np.testing.assert_allclose(
        scores["weight"].numpy(), abs(gradient * weight) / abs(gradient * weight).sum(), atol=1e-14
    )
    np.testing.assert_allclose(
        gradient_scores(model, iter(batches))["weight"].numpy(), abs(gradient), rtol=1e-5, atol=1e-6
    )


def test_squared_taylor_is_the_mean_over_minibatches_of_squared_products() -> None:
    model = nn.Linear(7, 3, dtype=torch.float64)
    batches = [batch(5, 7, classes=3), batch(2, 7, classes=3, seed=1)]
    batches = [Batch(b.images.double(), b.labels, b.ids) for b in batches]
    weight, bias = model.weight.detach().numpy(), model.bias.detach().numpy()
    expected = np.zeros_like(weight)
    for b in batches:
        x, y = b.images.numpy(), b.labels.numpy()
        odds = np.exp(x @ weight.T + bias)
        gradient = (odds / odds.sum(1, keepdims=True) - np.eye(3)[y]).T @ x / len(x)
        expected += len(x) / 7 * (weight * gradient) ** 2

    def plain(model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:  # the default computes in float32
        logits = model(batch.images)
        return F.cross_entropy(logits, batch.labels), logits

    squared = taylor_squared_scores(model, iter(batches), objective=plain)["weight"]
    np.testing.assert_allclose(squared.numpy(), expected, rtol=1e-10, atol=1e-16)
    images, labels, ids, *_ = zip(*batches, strict=True)
    whole = Batch(torch.cat(images), torch.cat(labels), torch.cat(ids))
    once = taylor_squared_scores(model, [whole], objective=plain)["weight"]
    torch.testing.assert_close(once, taylor_scores(model, batches, objective=plain)["weight"].square())


def test_opposite_gradients_cancel_in_taylor_and_not_in_its_squares() -> None:
    model = nn.Linear(2, 1, bias=False, dtype=torch.float64)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[1.0, 1.0]]))
    # The first weight's gradients are +3 and -3, the second one's +1 and +1.
    rows = [[[3.0, 1.0]], [[-3.0, 1.0]]]
    batches = [Batch(torch.tensor(x, dtype=torch.float64), torch.zeros(1), torch.zeros(1)) for x in rows]

    def output(model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        logits = model(batch.images)
        return logits.mean(), logits

    assert taylor_scores(model, batches, objective=output)["weight"].tolist() == [[0.0, 1.0]]
    assert taylor_squared_scores(model, batches, objective=output)["weight"].tolist() == [[9.0, 1.0]]


def test_squared_taylor_of_small_weights_in_half_precision_is_not_zero() -> None:
    model = nn.Linear(2, 1, bias=False, dtype=torch.float16)
    with torch.no_grad():
        model.weight.fill_(2.0**-10)

    def output(model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        logits = model(batch.images)
        return logits.mean(), logits

    data = Batch(torch.full((1, 2), 2.0**-3, dtype=torch.float16), torch.zeros(1), torch.zeros(1))
    assert taylor_squared_scores(model, [data], objective=output)["weight"].tolist() == [[2.0**-26, 2.0**-26]]


def test_where_the_loss_is_linear_taylor_is_what_removing_each_weight_costs_and_the_gradient_is_not() -> None:
    model, data = nn.Linear(5, 2, dtype=torch.float64), batch(4, 5)
    data = Batch(data.images.double(), data.labels, data.ids)

    def mean_logit(model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        logits = model(batch.images)
        return logits.mean(), logits

    scores = taylor_scores(model, [data], objective=mean_logit)["weight"]
    costs = torch.zeros(2, 5, dtype=torch.float64)
    with torch.no_grad():
        before = model(data.images).mean()
        for place in np.ndindex(2, 5):
            saved = model.weight[place].clone()
            model.weight[place] = 0
            costs[place] = (model(data.images).mean() - before).abs()
            model.weight[place] = saved
    torch.testing.assert_close(scores, costs)
    assert not torch.allclose(gradient_scores(model, [data], objective=mean_logit)["weight"], costs)


def test_snip_scores_are_shares_of_the_network() -> None:
    scores = snip_scores(small_cnn(width=4), [images(0), images(1)])
    assert sum(float(score.sum()) for score in scores.values()) == pytest.approx(1, rel=1e-5)
    assert all((score >= 0).all() for score in scores.values())


def test_activation_scores_of_linear_layers_and_tokens_are_the_definition() -> None:
    model = tiny_vit(dim=8, depth=1, heads=2)
    seen: list[Tensor] = []
    model.layers[0].mlp[0].register_forward_pre_hook(lambda _, arguments: seen.append(arguments[0].detach()))
    scores = activation_scores(model, [images(0), images(1, n=3)])
    x = torch.cat([inputs.flatten(0, 1) for inputs in seen]).double().numpy()  # (samples * tokens, in)
    weight = model.layers[0].mlp[0].weight.detach().double().numpy()
    expected = [[abs(w) * np.sqrt((x[:, j] ** 2).sum()) for j, w in enumerate(row)] for row in weight]
    np.testing.assert_allclose(scores["layers.0.mlp.0.weight"].numpy(), expected, rtol=1e-5, atol=1e-6)
    assert scores.keys() == magnitude_scores(model).keys()


@pytest.mark.parametrize("groups", [1, 2, 6])
def test_activation_scores_of_a_convolution_meet_the_channels_of_their_group(groups: int) -> None:
    model, data = nn.Conv2d(6, 12, 3, groups=groups), batch(4, 6, 5, 5)
    scores = activation_scores(model, [data])["weight"]
    norms = data.images.double().square().sum((0, 2, 3)).sqrt()
    for out in range(12):
        group = out // (12 // groups)
        for i in range(6 // groups):
            expected = model.weight[out, i].abs().double() * norms[group * (6 // groups) + i]
            torch.testing.assert_close(scores[out, i].double(), expected, rtol=1e-5, atol=0)


def test_a_layer_that_is_used_twice_sees_both_inputs_and_one_that_is_not_scores_zero() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.used, self.unused = nn.Linear(3, 3, bias=False), nn.Linear(3, 3)

        def forward(self, x: Tensor) -> Tensor:
            return self.used(self.used(x))

    model, data = Twice(), batch(4, 3, classes=3)
    with torch.no_grad():
        both = torch.cat([data.images, model.used(data.images)])
    scores = activation_scores(model, [data])
    torch.testing.assert_close(scores["used.weight"], model.used.weight.detach().abs() * both.norm(dim=0))
    assert not scores["unused.weight"].any()
    assert not gradient_scores(model, [data])["unused.weight"].any()


@pytest.mark.parametrize("score", NEEDS_DATA)
def test_the_model_is_left_as_it_was(score) -> None:
    model = small_cnn(width=4).train()
    model[1].eval()
    model[0].weight.requires_grad_(False)
    model[3].weight.grad = torch.ones_like(model[3].weight)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    modes = [module.training for module in model.modules()]
    with torch.no_grad():
        scores = score(model, [images()])
    assert scores["0.weight"].any(), "a frozen weight is scored too"
    assert not any(tensor.requires_grad for tensor in scores.values())
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    assert [module.training for module in model.modules()] == modes
    assert not model[0].weight.requires_grad and model[0].weight.grad is None
    assert torch.equal(model[3].weight.grad, torch.ones_like(model[3].weight))
    assert not any(module._forward_pre_hooks for module in model.modules())


def test_random_scores_depend_on_the_seed_alone() -> None:
    model = small_cnn(width=4)
    state = torch.random.get_rng_state()
    one, same, other = (random_scores(model, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(torch.random.get_rng_state(), state)
    assert all(torch.equal(one[name], same[name]) and not torch.equal(one[name], other[name]) for name in one)
    assert {name: score.shape for name, score in one.items()} == {
        name: score.shape for name, score in magnitude_scores(model).items()
    }


@pytest.mark.parametrize("score", NEEDS_DATA)
def test_bad_input_is_named(score) -> None:
    with pytest.raises(InputError, match="no batch"):
        score(small_cnn(), [])
    with pytest.raises(InputError, match="no convolution or linear layer"):
        score(nn.ReLU(), [images()])
    masked = attach_masks(nn.Linear(3, 2), {"weight": torch.ones(2, 3, dtype=torch.bool)})
    with pytest.raises(InputError, match=r"'weight' is computed from a mask.*make_permanent"):
        score(masked, [batch(2, 3)])


def test_snip_without_any_gradient_is_refused() -> None:
    model = nn.Linear(3, 2)
    with torch.no_grad():
        model.weight.zero_()
    with pytest.raises(InputError, match="every w"):
        snip_scores(model, [batch(2, 3, classes=2)])
