"""What a single weight is worth: scores to prune by, the larger the more it deserves to stay.

With g = dL/dw, a weight's gradient averaged over samples, g_b the same over one minibatch, and x_j the inputs that
weight w_ij multiplies:

| score | formula | order | needs |
|---|---|---|---|
| magnitude | abs(w) | zeroth | nothing |
| activation (Wanda) | abs(w_ij) * norm(x_j) | zeroth | data |
| gradient | abs(g) | first | data and labels |
| Taylor, SNIP | abs(w * g) | first | data and labels |
| Taylor, squared | mean over b of (w * g_b)^2 | first | data and labels |

The gradient alone says how the loss reacts to a small change of a weight; removing one changes it by -w, and the first
term of the loss's Taylor series is then -w * g. At a minimum g is 0, and the product is noise; the gradients of single
minibatches are not 0 there, and the mean of their squares still says which weights the loss depends on.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from compresslab.cost import prunable_weights
from compresslab.data import Batch
from compresslab.errors import InputError
from compresslab.modes import evaluating
from compresslab.training import cross_entropy
from compresslab.training.step import Objective


def magnitude_scores(model: nn.Module) -> dict[str, Tensor]:
    """The absolute value of each convolution and linear weight.

    >>> model = nn.Linear(1, 1)
    >>> _ = nn.init.constant_(model.weight, -3.0)
    >>> magnitude_scores(model)
    {'weight': tensor([[3.]])}
    """
    # In rows and in place: a threshold looks at flat scores, and would copy those of a channels-last convolution.
    rows = torch.contiguous_format
    return {name: weight.detach().clone(memory_format=rows).abs_() for name, weight in _weights(model).items()}


def random_scores(model: nn.Module, *, seed: int) -> dict[str, Tensor]:
    """Uniform random scores: the control that every criterion must beat. The same on every device.

    >>> first, again = (random_scores(nn.Linear(2, 1), seed=0)["weight"] for _ in range(2))
    >>> torch.equal(first, again)
    True
    """
    random = torch.Generator().manual_seed(seed)
    return {
        name: torch.rand(weight.shape, generator=random).to(weight.device) for name, weight in _weights(model).items()
    }


def gradient_scores(
    model: nn.Module, batches: Iterable[Batch], *, objective: Objective | None = None
) -> dict[str, Tensor]:
    """The absolute value of the loss's mean gradient: how much a small change of the weight would matter.

    This isn't what removing the weight would matter: see `taylor_scores`.

    Args:
        model: run in evaluation mode and left as it was.
        batches: such as `list(Batches(dataset, dataset.train, 64))[:8]`; the mean is over their samples.
        objective: from (model, batch) to (mean loss, logits); default cross-entropy.

    Raises:
        InputError: there is no batch, or the weights are hidden behind masks (see `make_permanent`).

    >>> model = nn.Linear(2, 2, bias=False)
    >>> _ = nn.init.ones_(model.weight)  # so that both classes are equally likely
    >>> batch = Batch(torch.tensor([[1.0, 2.0]]), labels=torch.tensor([0]), ids=torch.tensor([0]))
    >>> gradient_scores(model, [batch])  # the input, times the error of 0.5
    {'weight': tensor([[0.5000, 1.0000],
            [0.5000, 1.0000]])}
    """
    return {name: gradient.abs() for name, gradient in _mean_gradients(model, batches, objective).items()}


def taylor_scores(
    model: nn.Module, batches: Iterable[Batch], *, objective: Objective | None = None
) -> dict[str, Tensor]:
    """First-order Taylor importance, abs(w * mean gradient): the loss that removing the weight would cost.

    The squares of single minibatches, which Molchanov et al. 2019 average, give another order: `taylor_squared_scores`.
    Arguments and errors are those of `gradient_scores`.

    >>> model = nn.Linear(2, 2, bias=False)
    >>> _ = nn.init.ones_(model.weight)  # so that both classes are equally likely
    >>> batch = Batch(torch.tensor([[1.0, 2.0]]), labels=torch.tensor([0]), ids=torch.tensor([0]))
    >>> taylor_scores(model, [batch])
    {'weight': tensor([[0.5000, 1.0000],
            [0.5000, 1.0000]])}
    """
    weights = _weights(model)
    gradients = _mean_gradients(model, batches, objective)
    return {name: (weights[name].detach() * gradient).abs() for name, gradient in gradients.items()}


def taylor_squared_scores(
    model: nn.Module, batches: Iterable[Batch], *, objective: Objective | None = None
) -> dict[str, Tensor]:
    """Taylor importance as published: (w * gradient)^2 of each minibatch, averaged over them.

    Opposite gradients don't cancel, so that a trained network, whose mean gradient is near 0, still gets scores that
    repeat on other data. The size of the minibatches is a setting: the smaller, the more of it is their variance.
    A minibatch counts by its samples. Scores are float32, or float64 for a model in float64.
    Arguments and errors are those of `gradient_scores`.

    Reference: Molchanov et al. 2019, "Importance Estimation for Neural Network Pruning" (their "Taylor FO" of weights).

    >>> model = nn.Linear(2, 2, bias=False)
    >>> _ = nn.init.ones_(model.weight)  # so that both classes are equally likely
    >>> batch = Batch(torch.tensor([[1.0, 2.0]]), labels=torch.tensor([0]), ids=torch.tensor([0]))
    >>> taylor_squared_scores(model, [batch])
    {'weight': tensor([[0.2500, 1.0000],
            [0.2500, 1.0000]])}
    """

    def squared(weight: Tensor, gradient: Tensor) -> Tensor:
        wide = torch.promote_types(weight.dtype, torch.float32)  # in half precision the squares underflow to 0
        return (weight.to(wide) * gradient.to(wide)).square()

    return _mean_over_samples(model, batches, objective, squared)


def snip_scores(model: nn.Module, batches: Iterable[Batch], *, objective: Objective | None = None) -> dict[str, Tensor]:
    """Connection sensitivity: abs(w * gradient) on one batch, or a few, as shares of the sum over the network.

    Meant for a network as it was initialised, to prune it once and then train what is left. Arguments and errors
    are those of `gradient_scores`.

    Reference: Lee, Ajanthan and Torr 2019, "SNIP: Single-shot Network Pruning based on Connection Sensitivity".

    >>> model = nn.Linear(2, 2, bias=False)
    >>> _ = nn.init.ones_(model.weight)  # so that both classes are equally likely
    >>> batch = Batch(torch.tensor([[1.0, 2.0]]), labels=torch.tensor([0]), ids=torch.tensor([0]))
    >>> snip_scores(model, [batch])  # their sum is 1
    {'weight': tensor([[0.1667, 0.3333],
            [0.1667, 0.3333]])}
    """
    scores = taylor_scores(model, batches, objective=objective)
    total = sum(float(score.sum(dtype=torch.float64)) for score in scores.values())
    if total == 0:
        raise InputError("every w * gradient is 0: no loss reaches the weights, so SNIP cannot tell them apart.")
    return {name: score / total for name, score in scores.items()}


def activation_scores(model: nn.Module, batches: Iterable[Batch]) -> dict[str, Tensor]:
    """Wanda: abs(w_ij) times the L2 norm of the inputs that it multiplies, over all samples and places.

    A convolution's input feature is a channel. The norm makes sense within a layer, so prune by "layer" (the paper
    compares within each output row). A layer that the batches don't reach scores 0.

    Args:
        model: run in evaluation mode without gradients, and left as it was.
        batches: labels are not used.

    Raises:
        InputError: there is no batch, the weights are hidden behind masks (see `make_permanent`), or the model has an
            `nn.MultiheadAttention`.

    Reference: Sun et al. 2024, "A Simple and Effective Pruning Approach for Large Language Models".

    >>> model = nn.Linear(2, 2, bias=False)
    >>> _ = nn.init.ones_(model.weight)  # so that both classes are equally likely
    >>> batch = Batch(torch.tensor([[1.0, 2.0]]), labels=torch.tensor([0]), ids=torch.tensor([0]))
    >>> activation_scores(model, [batch])
    {'weight': tensor([[1., 2.],
            [1., 2.]])}
    """
    weights = _parameters(model)
    names = {id(weight): name for name, weight in weights.items()}
    for path, module in model.named_modules():
        if isinstance(module, nn.MultiheadAttention):  # it reads its projections itself: no input could be observed
            raise InputError(f"{path!r} is a MultiheadAttention, whose inputs can't be observed: use taylor_scores.")
    layers = [layer for layer in model.modules() if id(getattr(layer, "weight", None)) in names]
    squares: dict[str, Tensor] = {}

    def add_squares(layer: Any, arguments: tuple[Any, ...]) -> None:
        name, inputs = names[id(layer.weight)], arguments[0].detach()
        # Channels stand before the 1, 2 or 3 places of a convolution's input, features at the end of a linear one's.
        channel = 1 - layer.weight.ndim if layer.weight.ndim > 2 else -1
        square = inputs.float().square().movedim(channel, 0).flatten(1).sum(1)
        if getattr(layer, "transposed", False):  # its weight is (in, out / groups, places)
            per_weight = square[:, None].expand(layer.weight.shape[:2])
            squares[name] = squares.get(name, torch.zeros(())) + per_weight
            return
        # A weight of a convolution in groups meets its own group's channels: (out, in / groups), as the weight.
        groups = getattr(layer, "groups", 1)
        per_weight = square.view(groups, -1).repeat_interleave(len(layer.weight) // groups, dim=0)
        squares[name] = squares.get(name, torch.zeros(())) + per_weight

    hooks = [layer.register_forward_pre_hook(add_squares) for layer in layers]
    try:
        with evaluating(model), torch.no_grad():
            for batch in _on_device(batches, model):
                model(batch.images)
    finally:
        for hook in hooks:
            hook.remove()
    return {
        name: weight.detach().abs() * (squares[name].sqrt().view(*squares[name].shape, *[1] * (weight.ndim - 2)))
        if name in squares
        else torch.zeros_like(weight)
        for name, weight in weights.items()
    }


def _mean_gradients(model: nn.Module, batches: Iterable[Batch], objective: Objective | None) -> dict[str, Tensor]:
    return _mean_over_samples(model, batches, objective, lambda _, gradient: gradient)


def _mean_over_samples(
    model: nn.Module,
    batches: Iterable[Batch],
    objective: Objective | None,
    of: Callable[[Tensor, Tensor], Tensor],
) -> dict[str, Tensor]:
    """What `of` makes of each weight and its gradient on a minibatch, averaged, each minibatch by its samples."""
    weights = _parameters(model)
    objective = objective or cross_entropy()
    frozen = [weight for weight in weights.values() if not weight.requires_grad]
    sums = {name: of(weight.detach(), torch.zeros_like(weight)) for name, weight in weights.items()}
    samples = 0
    for weight in frozen:
        weight.requires_grad_(True)
    try:
        with evaluating(model), torch.enable_grad():
            for batch in _on_device(batches, model):
                loss, _ = objective(model, batch)
                # Not backward(): that would add to the caller's gradients.
                gradients = torch.autograd.grad(loss, list(weights.values()), allow_unused=True)
                for (name, weight), gradient in zip(weights.items(), gradients, strict=True):
                    if gradient is not None:
                        sums[name] += of(weight.detach(), gradient) * len(batch.labels)
                samples += len(batch.labels)
    finally:
        for weight in frozen:
            weight.requires_grad_(False)
    return {name: total / samples for name, total in sums.items()}


def _weights(model: nn.Module) -> dict[str, Tensor]:
    """The convolution and linear weights by name, at least one."""
    weights = dict(prunable_weights(model))
    if not weights:
        raise InputError(f"this {type(model).__name__} has no convolution or linear layer to prune.")
    return weights


def _parameters(model: nn.Module) -> dict[str, nn.Parameter]:
    """The same, where gradients and inputs are taken of the weights themselves and not of a masked copy."""
    weights = {}
    for name, weight in _weights(model).items():
        if not isinstance(weight, nn.Parameter):
            raise InputError(f"{name!r} is computed from a mask and a hidden weight: call make_permanent(model) first.")
        weights[name] = weight
    return weights


def _on_device(batches: Iterable[Batch], model: nn.Module) -> Iterator[Batch]:
    device = next(model.parameters()).device
    empty = True
    for batch in batches:
        empty = False
        yield batch._replace(images=batch.images.to(device), labels=batch.labels.to(device), ids=batch.ids.to(device))
    if empty:
        raise InputError("there is nothing to score on: the loader gave no batch.")
