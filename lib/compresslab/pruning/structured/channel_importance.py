"""How much each unit of a group matters: one score a unit, larger means keep.

All take a model and its dependency graph and give a dict from a group's name to a tensor (size,). A unit that several
layers produce, as the channels that a residual addition ties, gets one score from all of them together. Scores are
compared within their group; `units_to_remove` divides them by the group's mean to compare them across groups.
Scores are float32, whatever the model's precision, and float64 for a model in float64.

References:
    Li et al. 2017, "Pruning Filters for Efficient ConvNets" (the L1 norm of a filter).
    Liu et al. 2017, "Learning Efficient Convolutional Networks through Network Slimming" (batch-norm's scale).
    Molchanov et al. 2019, "Importance Estimation for Neural Network Pruning" (first-order Taylor, squared).
"""

import copy
from collections.abc import Callable, Iterable, Mapping

import torch
from torch import Tensor, nn

from compresslab.data import Batch
from compresslab.errors import InputError
from compresslab.modes import evaluating
from compresslab.pruning.structured.graph import DependencyGraph, Group
from compresslab.pruning.structured.running import stored_tensors
from compresslab.training import cross_entropy
from compresslab.training.step import Objective

UnitScores = Mapping[str, Tensor]
"""From a group's name to a score for each of its units, (size,): larger means keep."""

Importance = Callable[[nn.Module, DependencyGraph], UnitScores]


def l1(model: nn.Module, graph: DependencyGraph) -> dict[str, Tensor]:
    """Sum of |w| over the rows of all layers that produce the unit.

    >>> from compresslab.pruning.structured.graph import dependency_graph
    >>> model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.ReLU(), nn.Linear(2, 1))
    >>> _ = model[0].weight.data.copy_(torch.tensor([[3.0, 4.0], [0.0, 1.0]]))
    >>> l1(model, dependency_graph(model, torch.zeros(1, 2)))
    {'0': tensor([7., 1.])}
    """
    magnitudes = {name: _wide(tensor).abs() for name, tensor in _weights(model, graph).items()}
    return {group.name: _over_rows(magnitudes, group) for group in graph.groups}


def l2(model: nn.Module, graph: DependencyGraph) -> dict[str, Tensor]:
    """Euclidean norm of the rows of all layers that produce the unit, taken together.

    >>> from compresslab.pruning.structured.graph import dependency_graph
    >>> model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.ReLU(), nn.Linear(2, 1))
    >>> _ = model[0].weight.data.copy_(torch.tensor([[3.0, 4.0], [0.0, 1.0]]))
    >>> l2(model, dependency_graph(model, torch.zeros(1, 2)))
    {'0': tensor([5., 1.])}
    """
    squares = {name: _wide(tensor).square() for name, tensor in _weights(model, graph).items()}
    return {group.name: _over_rows(squares, group).sqrt() for group in graph.groups}


def batch_norm_scale(model: nn.Module, graph: DependencyGraph) -> dict[str, Tensor]:
    """Sum of |scale| over the batch-norms of the unit.

    Raises:
        InputError: a group has no batch-norm with a scale.

    >>> from compresslab.pruning.structured.graph import dependency_graph
    >>> model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Linear(2, 1))
    >>> batch_norm_scale(model, dependency_graph(model, torch.zeros(1, 2)))
    {'0': tensor([1., 1.])}
    """
    norms = {
        f"{name}.weight": _wide(module.weight).abs()
        for name, module in model.named_modules()
        if isinstance(module, nn.modules.batchnorm._BatchNorm) and module.affine
    }
    scores = {}
    for group in graph.groups:
        members = [member for member in group.members if member.name in norms]
        if not members:
            raise InputError(f"{group.name!r} has no batch-norm with a scale: use another importance, such as l2.")
        scores[group.name] = torch.stack([norms[each.name][each.indices].sum(1) for each in members]).sum(0)
    return scores


def activation(model: nn.Module, graph: DependencyGraph, batches: Iterable[Batch]) -> dict[str, Tensor]:
    """Mean |activation| of the unit as its consumers read it, so after the nonlinearity; summed over the consumers.

    Args:
        model: is run in evaluation mode and left as it was.
        graph: of the model.
        batches: on the model's device. Every image counts the same, however they are split.

    Raises:
        InputError: there is no batch, or a group has no consumer that is a convolution or a linear layer.

    >>> from compresslab.pruning.structured.graph import dependency_graph
    >>> model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.ReLU(), nn.Linear(2, 1))
    >>> _ = model[0].weight.data.copy_(torch.tensor([[3.0, 4.0], [0.0, 1.0]]))
    >>> graph = dependency_graph(model, torch.zeros(1, 2))
    >>> batch = Batch(torch.tensor([[1.0, 1.0]]), labels=torch.tensor([0]), ids=torch.tensor([0]))
    >>> activation(model, graph, [batch])
    {'0': tensor([7., 1.])}
    """
    modules = dict(model.named_modules())
    means: dict[str, _ChannelMean] = {}
    for group in graph.groups:
        if not group.consumers:
            raise InputError(f"no layer reads {group.name!r}: use another importance, such as l2.")
        for name in group.consumers:
            if not isinstance(modules[name], (nn.Linear, nn.modules.conv._ConvNd)):
                raise InputError(f"{name!r} is no module whose input could be observed: use another importance.")
            means[name] = _ChannelMean()
    hooks = [modules[name].register_forward_pre_hook(mean.observe) for name, mean in means.items()]
    try:
        with evaluating(model), torch.no_grad():
            for batch in batches:
                model(batch.images)
    finally:
        for hook in hooks:
            hook.remove()
    return {
        group.name: torch.stack(
            [means[each.layer].mean()[each.indices].mean(1) for each in group.members if each.role == "consumes"]
        ).sum(0)
        for group in graph.groups
    }


def taylor(
    model: nn.Module, graph: DependencyGraph, batches: Iterable[Batch], *, objective: Objective | None = None
) -> dict[str, Tensor]:
    """First-order Taylor estimate of what zeroing the unit's rows does to the loss: |sum of w * dL/dw|.

    The sum runs over the weights and biases of all layers that produce the unit. Gradients are taken in evaluation
    mode: where batch-norm normalises by the batch, the loss doesn't depend on a filter's scale, and the sum is zero.
    On a trained network the gradients of single images nearly cancel: see `taylor_squared`.

    Args:
        model: not modified.
        graph: of the model.
        batches: on the model's device. The gradient is the mean over their images.
        objective: from (model, batch) to (loss, logits), the loss a mean over the batch; default cross-entropy.

    Raises:
        InputError: there is no batch.

    >>> from compresslab.pruning.structured.graph import dependency_graph
    >>> model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 1, bias=False))
    >>> for layer, weight in zip(model, ([[1.0, 1.0], [0.0, 1.0]], [[1.0, 1.0]]), strict=True):
    ...     _ = layer.weight.data.copy_(torch.tensor(weight))
    >>> graph = dependency_graph(model, torch.zeros(1, 2))
    >>> batch = Batch(torch.tensor([[1.0, 2.0]]), labels=torch.tensor([0]), ids=torch.tensor([0]))
    >>> output = lambda model, batch: (model(batch.images).sum(), None)  # a loss whose gradient is the input
    >>> taylor(model, graph, [batch], objective=output)
    {'0': tensor([3., 2.])}
    """
    return {name: mean.abs() for name, mean in _mean_products(model, graph, batches, objective, power=1).items()}


def taylor_squared(
    model: nn.Module, graph: DependencyGraph, batches: Iterable[Batch], *, objective: Objective | None = None
) -> dict[str, Tensor]:
    """Taylor estimate as published: the sum of w * dL/dw of each minibatch, squared, and averaged over them.

    It is the unit's joint contribution (Molchanov et al. 2019), taken at the rows that produce it; the paper's best
    variant takes it at a gate behind the batch-norm. A minibatch counts by its images, and their size is a setting:
    the smaller, the more of the score is variance between them. Otherwise as `taylor`.

    >>> from compresslab.pruning.structured.graph import dependency_graph
    >>> model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 1, bias=False))
    >>> for layer, weight in zip(model, ([[1.0, 1.0], [0.0, 1.0]], [[1.0, 1.0]]), strict=True):
    ...     _ = layer.weight.data.copy_(torch.tensor(weight))
    >>> graph = dependency_graph(model, torch.zeros(1, 2))
    >>> batch = Batch(torch.tensor([[1.0, 2.0]]), labels=torch.tensor([0]), ids=torch.tensor([0]))
    >>> output = lambda model, batch: (model(batch.images).sum(), None)  # a loss whose gradient is the input
    >>> taylor_squared(model, graph, [batch], objective=output)
    {'0': tensor([9., 4.])}
    """
    return _mean_products(model, graph, batches, objective, power=2)


def random(model: nn.Module, graph: DependencyGraph, *, seed: int) -> dict[str, Tensor]:
    """Uniform in [0, 1): the control that any other importance has to beat.

    >>> from compresslab.pruning.structured.graph import dependency_graph
    >>> model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.ReLU(), nn.Linear(2, 1))
    >>> _ = model[0].weight.data.copy_(torch.tensor([[3.0, 4.0], [0.0, 1.0]]))
    >>> graph = dependency_graph(model, torch.zeros(1, 2))
    >>> random(model, graph, seed=0)['0'].shape
    torch.Size([2])
    """
    generator = torch.Generator().manual_seed(seed)
    return {group.name: torch.rand(group.size, generator=generator) for group in graph.groups}


def _mean_products(
    model: nn.Module,
    graph: DependencyGraph,
    batches: Iterable[Batch],
    objective: Objective | None,
    *,
    power: int,
) -> dict[str, Tensor]:
    """Each unit's sum of w * dL/dw on a minibatch to a power, averaged, each minibatch by its images."""
    objective = objective or cross_entropy()
    model = copy.deepcopy(model).eval().requires_grad_(True)
    weights = _weights(model, graph, biases=True)
    sums: dict[str, Tensor] = {}
    images = 0
    for batch in batches:
        loss, _ = objective(model, batch)
        gradients = torch.autograd.grad(loss, list(weights.values()))
        products = {
            name: _wide(gradient) * _wide(weight)
            for (name, weight), gradient in zip(weights.items(), gradients, strict=True)
        }
        for group in graph.groups:
            term = len(batch.images) * _over_rows(products, group) ** power
            sums[group.name] = sums[group.name] + term if group.name in sums else term
        images += len(batch.images)
    if not images:
        raise InputError("batches is empty: the gradient needs at least one.")
    return {name: total / images for name, total in sums.items()}


def _weights(model: nn.Module, graph: DependencyGraph, *, biases: bool = False) -> dict[str, Tensor]:
    """The weights, and biases if wanted, of all layers that produce units."""
    tensors = stored_tensors(model)
    return {
        member.name: tensors[member.name]
        for group in graph.groups
        for member in group.members
        if member.role == "produces" or (biases and _is_bias(member.name) and member.layer in group.producers)
    }


def _wide(tensor: Tensor) -> Tensor:
    """Detached, and in float32 at least: in half precision squares and products of small weights underflow to 0."""
    return tensor.detach().to(torch.promote_types(tensor.dtype, torch.float32))


def _over_rows(values: Mapping[str, Tensor], group: Group) -> Tensor:
    """Sum of `values` over the rows that each unit owns, (size,)."""
    sums = []
    for member in group.members:
        if member.name in values and (member.role == "produces" or _is_bias(member.name)):
            rows = values[member.name].movedim(member.dim, 0).reshape(values[member.name].shape[member.dim], -1).sum(1)
            sums.append(rows[member.indices].sum(1))
    return torch.stack(sums).sum(0)


def _is_bias(name: str) -> bool:
    return name.rpartition(".")[2] == "bias"


class _ChannelMean:
    """Mean |x| of each input channel of a layer, over images and positions."""

    def __init__(self) -> None:
        self.total: Tensor | None = None
        self.count = 0

    def observe(self, layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        x = inputs[0].detach().abs()
        weight = layer.get_parameter("weight")
        x = x.movedim(x.ndim - weight.ndim + 1, 0).flatten(1)  # (channels, everything else), also for a linear layer
        total = x.sum(1, dtype=torch.float64 if x.dtype == torch.float64 else torch.float32)
        # A column of a grouped convolution's weight reads one channel of every group.
        total = total.view(-1, weight.shape[1]).sum(0)
        self.total = total if self.total is None else self.total + total
        self.count += x.shape[1] * (len(x) // weight.shape[1])

    def mean(self) -> Tensor:
        if self.total is None:
            raise InputError("batches is empty: the activations need at least one.")
        return self.total / self.count
