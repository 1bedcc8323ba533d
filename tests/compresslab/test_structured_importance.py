"""Scores of channels against loops over single channels, and the Taylor score against a finite difference."""

import copy
import functools

import pytest
import torch
from torch import Tensor, nn

from compresslab.data import Batch
from compresslab.errors import InputError
from compresslab.models import mobilenet, resnet18, small_cnn, tiny_vit
from compresslab.pruning.structured import (
    activation,
    batch_norm_scale,
    dependency_graph,
    l1,
    l2,
    prune_structured,
    random,
    taylor,
    taylor_squared,
)


def batches(*sizes: int) -> list[Batch]:
    """The same images and labels, cut into batches of these sizes."""
    torch.manual_seed(3)
    total = sum(sizes)
    x, y = torch.randn(total, 3, 8, 8, dtype=torch.float64), torch.randint(10, (total,))
    cut = [x.split(sizes), y.split(sizes), torch.arange(total).split(sizes)]
    return [Batch(*parts) for parts in zip(*cut, strict=True)]


def build(network=None) -> nn.Module:
    torch.manual_seed(0)
    model = (network() if network else resnet18(width=3)).double().eval()
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.weight.normal_()
                module.running_var.uniform_(0.5, 1.5)
    return model


EXAMPLE = torch.zeros(1, 3, 8, 8, dtype=torch.float64)
VIT = functools.partial(tiny_vit, channels=3, dim=6, heads=3, depth=1)


def test_norms_run_over_all_filters_that_make_the_channel() -> None:
    model = build()
    graph = dependency_graph(model, EXAMPLE)
    for c in range(3):
        filters = torch.cat(
            [conv.weight[c].flatten() for conv in (model.conv1, model.layer1[0].conv2, model.layer1[1].conv2)]
        )
        assert l1(model, graph)["conv1"][c].item() == pytest.approx(sum(abs(v) for v in filters.tolist()))
        assert l2(model, graph)["conv1"][c].item() == pytest.approx(sum(v * v for v in filters.tolist()) ** 0.5)
        norms = (model.bn1, model.layer1[0].bn2, model.layer1[1].bn2)
        assert batch_norm_scale(model, graph)["conv1"][c].item() == pytest.approx(
            sum(abs(n.weight[c].item()) for n in norms)
        )


def test_a_head_has_the_norm_of_its_queries_keys_and_values() -> None:
    model = build(VIT)
    attention = model.layers[0].attention
    scores = l1(model, dependency_graph(model, EXAMPLE))["layers.0.attention.q"]
    for head in range(3):
        rows = [
            layer.weight[2 * head : 2 * head + 2].abs().sum().item()
            for layer in (attention.q, attention.k, attention.v)
        ]
        assert scores[head].item() == pytest.approx(sum(rows))


def test_depthwise_filters_count_for_their_channel() -> None:
    model = build(functools.partial(mobilenet, width=2))
    scores = l1(model, dependency_graph(model, EXAMPLE))["stages.2.0.expand.0"]
    block = model.stages[2][0]
    expected = block.expand[0].weight.abs().sum((1, 2, 3)) + block.depthwise[0].weight.abs().sum((1, 2, 3))
    torch.testing.assert_close(scores, expected)


@pytest.mark.parametrize("sizes", [(12,), (5, 4, 3)])
def test_activations_are_those_behind_the_relu_averaged_over_images(sizes: tuple[int, ...]) -> None:
    model = build(functools.partial(small_cnn, channels=3, width=3))
    found = activation(model, dependency_graph(model, EXAMPLE), batches(*sizes))
    with torch.no_grad():
        x = torch.cat([batch.images for batch in batches(*sizes)])
        for name, layers in (("0", model[:3]), ("3", model[:6]), ("6", model[:9])):
            torch.testing.assert_close(found[name], layers(x).abs().mean((0, 2, 3)))


def test_activations_of_a_residual_stream_are_summed_over_its_readers() -> None:
    model = build()
    seen = {}
    for name in ("layer4.1.conv1", "fc"):
        model.get_submodule(name).register_forward_pre_hook(lambda _, x, name=name: seen.__setitem__(name, x[0]))
    found = activation(model, dependency_graph(model, EXAMPLE), batches(4))
    expected = seen["layer4.1.conv1"].abs().mean((0, 2, 3)) + seen["fc"].abs().mean(0)
    torch.testing.assert_close(found["layer4.0.conv2"], expected)


def test_activations_of_heads_and_of_grouped_convolutions() -> None:
    model = build(VIT)
    seen = {}
    model.layers[0].attention.out.register_forward_pre_hook(lambda _, x: seen.update(x=x[0]))
    found = activation(model, dependency_graph(model, EXAMPLE), batches(4))["layers.0.attention.q"]
    torch.testing.assert_close(found, seen["x"].abs().mean((0, 1)).view(3, 2).mean(1))
    grouped = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU(), nn.Conv2d(4, 2, 1, groups=2)).double()
    found = activation(grouped, dependency_graph(grouped, EXAMPLE), batches(4))["0"]
    each = grouped[:2](batches(4)[0].images).abs().mean((0, 2, 3))
    torch.testing.assert_close(found, torch.stack([each[0] + each[2], each[1] + each[3]]) / 2)


@pytest.mark.parametrize("build_model", [functools.partial(resnet18, width=3), VIT], ids=["resnet18", "vit"])
def test_taylor_is_the_slope_of_the_loss_as_the_rows_shrink(build_model) -> None:
    model = build(build_model)
    graph = dependency_graph(model, EXAMPLE)
    scores = taylor(model, graph, batches(4, 2))

    def loss() -> float:
        (batch,) = batches(6)
        with torch.no_grad():
            return nn.functional.cross_entropy(model(batch.images), batch.labels).item()

    for group in graph.groups[:2]:
        for unit in range(2):
            losses = []
            for factor in (1 + 1e-6, 1 / (1 + 1e-6)):
                with torch.no_grad():
                    for member in group.members:
                        if member.layer in group.producers and member.dim == 0:
                            model.get_parameter(member.name)[member.indices[unit]] *= factor
                losses.append(loss())
            slope = (losses[0] - losses[1]) / 1e-6
            assert scores[group.name][unit].item() == pytest.approx(abs(slope), rel=1e-3, abs=1e-6)


def test_squared_taylor_averages_the_squares_of_minibatches() -> None:
    model = build()
    graph = dependency_graph(model, EXAMPLE)
    several = batches(4, 2)
    found = taylor_squared(model, graph, iter(several))
    alone = [taylor(model, graph, [each]) for each in several]
    for name, scores in found.items():
        torch.testing.assert_close(scores, (4 * alone[0][name] ** 2 + 2 * alone[1][name] ** 2) / 6)
    assert not all(torch.equal(found[n].argsort(), taylor(model, graph, several)[n].argsort()) for n in found)


@pytest.mark.parametrize("importance", [activation, taylor, taylor_squared])
def test_scores_are_taken_in_evaluation_mode(importance) -> None:
    model = build()
    graph = dependency_graph(model, EXAMPLE)
    evaluated, training = importance(model.eval(), graph, batches(4)), importance(model.train(), graph, batches(4))
    assert all(torch.equal(evaluated[name], training[name]) for name in evaluated)


def test_the_model_is_left_as_it_was() -> None:
    model = build().train()
    model.layer1.requires_grad_(False)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    graph = dependency_graph(model, EXAMPLE)
    for importance in (
        functools.partial(activation, batches=batches(4)),
        functools.partial(taylor, batches=batches(4)),
        functools.partial(taylor_squared, batches=batches(4)),
    ):
        scores = importance(model, graph)
        assert {name: score.shape for name, score in scores.items()} == {g.name: (g.size,) for g in graph.groups}
        assert not any(score.requires_grad for score in scores.values())
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    assert all(module.training for module in model.modules())
    assert all(p.grad is None for p in model.parameters()) and not model.fc._forward_pre_hooks


def test_an_objective_of_ones_own_is_used() -> None:
    model = build(functools.partial(small_cnn, channels=3, width=3))
    graph = dependency_graph(model, EXAMPLE)

    def halved(model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        logits = model(batch.images)
        return nn.functional.cross_entropy(logits, batch.labels) / 2, logits

    ours, half = taylor(model, graph, batches(4)), taylor(model, graph, batches(4), objective=halved)
    for name, scores in ours.items():
        torch.testing.assert_close(half[name], scores / 2)


def test_random_scores_depend_on_the_seed_alone() -> None:
    model = build()
    graph = dependency_graph(model, EXAMPLE)
    one, same, other = (random(model, graph, seed=seed) for seed in (1, 1, 2))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not any(torch.equal(one[name], other[name]) for name in one)


def test_pruning_takes_a_function_or_scores() -> None:
    model = build()
    graph = dependency_graph(model, EXAMPLE)
    by_function = prune_structured(model, EXAMPLE, ratio=0.4, importance=l1)
    by_scores = prune_structured(model, EXAMPLE, ratio=0.4, importance=l1(model, graph))
    for one, other in zip(by_function.parameters(), by_scores.parameters(), strict=True):
        assert torch.equal(one, other)
    kept = l1(model, graph)["layer4.0.conv1"].argsort()[10:].sort().values
    expected = model.layer4[0].conv1.weight[kept][:, l1(model, graph)["layer3.0.conv2"].argsort()[5:].sort().values]
    assert torch.equal(by_function.layer4[0].conv1.weight, expected)


def test_bad_input_is_named() -> None:
    model = build(VIT)
    graph = dependency_graph(model, EXAMPLE)
    with pytest.raises(InputError, match=r"'layers\.0\.attention\.q' has no batch-norm with a scale"):
        batch_norm_scale(model, graph)
    for importance in (activation, taylor, taylor_squared):
        with pytest.raises(InputError, match="batches is empty"):
            importance(model, graph, [])

    class Functional(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.weight = nn.Conv2d(3, 4, 1), nn.Parameter(torch.randn(2, 4))

        def forward(self, x: Tensor) -> Tensor:
            return nn.functional.linear(self.conv(x).mean((2, 3)), self.weight)

    functional = Functional().double()
    with pytest.raises(InputError, match="'' is no module whose input could be observed"):
        activation(functional, dependency_graph(functional, EXAMPLE), batches(2))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("score", [l1, l2, batch_norm_scale])
def test_small_weights_in_half_precision_score_as_in_float64(score, dtype: torch.dtype) -> None:
    half = build().to(dtype)
    with torch.no_grad():
        for parameter in half.parameters():
            parameter.mul_(2.0**-10)  # of which float16 holds the weights, but no square
    wide = copy.deepcopy(half).double()
    graph = dependency_graph(wide, EXAMPLE)
    expected, found = score(wide, graph), score(half, graph)
    for name, scores in expected.items():
        torch.testing.assert_close(found[name].double(), scores, rtol=1e-5, atol=0)


def test_taylor_of_small_weights_in_half_precision_is_not_zero() -> None:
    torch.manual_seed(0)
    half = nn.Sequential(nn.Linear(4, 6), nn.Linear(6, 10)).half()
    with torch.no_grad():
        half[0].weight.mul_(2.0**-12)
        half[1].weight.mul_(8)
    half[0].bias = None  # its products would be large
    wide = copy.deepcopy(half).double()
    x, y = torch.randn(8, 4).half(), torch.randint(10, (8,))

    def objective(model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        logits = model(batch.images)
        return nn.functional.cross_entropy(logits, batch.labels) * 2.0**-6, logits

    graph = dependency_graph(wide, torch.zeros(1, 4, dtype=torch.float64))
    found = taylor(half, graph, [Batch(x, y, torch.arange(8))], objective=objective)
    expected = taylor(wide, graph, [Batch(x.double(), y, torch.arange(8))], objective=objective)
    for name, scores in expected.items():
        torch.testing.assert_close(found[name].double(), scores, rtol=0.05, atol=0.05 * float(scores.max()))
