"""When two losses pull a network in different directions: measured as a cosine, and mended by projection.

The gradient of a sum is the sum of the gradients. Where two of them have a negative product, a step along the one
raises the loss of the other. Projection takes from each gradient the part that goes against another:

    g_i <- g_i - (g_i . g_j) / |g_j|^2 g_j      where g_i . g_j < 0.

With two losses and a small step, neither is then raised. The sum is no gradient of any loss: an optimizer that follows
it ends where the two agree, and not where their sum is least.

References:
    Yu et al. 2020, "Gradient Surgery for Multi-Task Learning" (PCGrad).
    Du et al. 2018, "Adapting Auxiliary Losses Using Gradient Similarity" (the cosine).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from compresslab.errors import InputError


def gradients(losses: Sequence[Tensor], parameters: Iterable[Tensor]) -> list[Tensor]:
    """The gradient of each loss by all parameters, as one vector. The graph stays, for one more backward pass.

    Args:
        losses: of one number each, that depend on the parameters.
        parameters: those that require a gradient; one that a loss doesn't depend on has a gradient of 0.

    Returns:
        For each loss (n,), of n parameters' values in their order.

    >>> w = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> gradients([w.sum(), w[0] ** 2], [w])
    [tensor([1., 1.]), tensor([2., 0.])]
    """
    wanted = [parameter for parameter in parameters if parameter.requires_grad]
    found = []
    for loss in losses:
        parts = torch.autograd.grad(loss, wanted, retain_graph=True, allow_unused=True, materialize_grads=True)
        found.append(torch.cat([part.flatten() for part in parts]))
    return found


def cosine(one: Tensor, other: Tensor) -> float:
    """The cosine of the angle between two gradients: 1 where they agree, below 0 where they are in conflict.

    Args:
        one, other: vectors of equal length; a vector of zeros has no direction, and 0 comes back.

    >>> cosine(torch.tensor([1.0, 0.0]), torch.tensor([-3.0, 4.0]))
    -0.6
    """
    a, b = one.double().flatten(), other.double().flatten()
    if a.shape != b.shape:
        raise InputError(f"gradients of {len(a)} and {len(b)} values: take both by the same parameters.")
    lengths = a.norm() * b.norm()
    return float((a @ b / lengths).clamp(-1, 1)) if lengths > 0 else 0.0


def project(task_gradients: Sequence[Tensor], *, generator: torch.Generator | None = None) -> list[Tensor]:
    """PCGrad: each gradient without what goes against one of the others, which are visited in random order.

    Args:
        task_gradients: one vector for each task; not modified.
        generator: draws the orders, which matter from three tasks on; None draws from PyTorch's global state.

    Returns:
        New vectors, in the order of the tasks. Their sum is what the optimizer should get.

    Raises:
        InputError: they aren't vectors of equal length.

    >>> project([torch.tensor([1.0, 0.0]), torch.tensor([-1.0, 1.0])])
    [tensor([0.5000, 0.5000]), tensor([0., 1.])]
    """
    if not task_gradients or any(g.shape != task_gradients[0].shape or g.ndim != 1 for g in task_gradients):
        raise InputError(
            f"task_gradients of shapes {[tuple(g.shape) for g in task_gradients]}: expected equal vectors."
        )
    projected = []
    for place, gradient in enumerate(task_gradients):
        result = gradient.clone()
        for index in torch.randperm(len(task_gradients), generator=generator).tolist():
            other = task_gradients[index]
            product = result.double() @ other.double()  # of what is left by now, with the other as it was
            if index != place and product < 0:
                result -= (product / other.double().square().sum()) * other
        projected.append(result)
    return projected


def with_gradient(loss: Tensor, parameters: Iterable[Tensor], gradient: Tensor) -> Tensor:
    """A loss with the value of `loss` whose gradient by the parameters is `gradient`, for a loop that calls `backward`.

    Args:
        loss: a number.
        parameters: as they were given to `gradients`.
        gradient: (n,), in their order.

    >>> w = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> loss = with_gradient(w.sum(), [w], torch.tensor([5.0, 6.0]))
    >>> loss.backward()
    >>> loss.item(), w.grad
    (3.0, tensor([5., 6.]))
    """
    wanted = [parameter for parameter in parameters if parameter.requires_grad]
    parts = gradient.detach().split([parameter.numel() for parameter in wanted])
    product = sum(
        ((parameter * part.view_as(parameter)).sum() for parameter, part in zip(wanted, parts, strict=True)),
        start=torch.zeros((), dtype=gradient.dtype, device=gradient.device),
    )
    return loss.detach() + product - product.detach()


@dataclass(frozen=True)
class Conflict:
    """How the gradients of two losses stood to each other over some batches.

    Attributes:
        cosines: one for each batch, over all parameters.
        by_parameter: for each parameter the mean of its own cosines.

    >>> Conflict((0.5, -0.1), {}).share
    0.5
    """

    cosines: tuple[float, ...]
    by_parameter: Mapping[str, float]

    @property
    def mean(self) -> float:
        """Mean cosine."""
        return sum(self.cosines) / len(self.cosines)

    @property
    def share(self) -> float:
        """Share of the batches with a conflict."""
        return sum(cosine < 0 for cosine in self.cosines) / len(self.cosines)


def measure_conflict(model: nn.Module, losses: Iterable[tuple[Tensor, Tensor]]) -> Conflict:
    """The conflict of two losses of a model, over batches.

    Args:
        model: whose parameters the gradients are taken by; not modified.
        losses: for each batch the two losses, with their graphs.

    Raises:
        InputError: there is no batch.

    >>> layer = nn.Linear(1, 1, bias=False)
    >>> measure_conflict(layer, [(layer.weight.sum(), -2 * layer.weight.sum())]).mean
    -1.0
    """
    named = {name: p for name, p in model.named_parameters() if p.requires_grad}
    sizes = [p.numel() for p in named.values()]
    cosines, by_parameter = [], []
    for pair in losses:
        one, other = gradients(pair, named.values())
        cosines.append(cosine(one, other))
        by_parameter.append([cosine(a, b) for a, b in zip(one.split(sizes), other.split(sizes), strict=True)])
    if not cosines:
        raise InputError("losses is empty: give those of at least one batch.")
    means = torch.tensor(by_parameter, dtype=torch.float64).mean(dim=0).tolist()
    return Conflict(tuple(cosines), dict(zip(named, means, strict=True)))
