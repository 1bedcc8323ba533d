"""Weight sharing: the weights of a layer take few values, which k-means places where the weights are.

A b-bit grid has its 2^b values at equal distances, wherever the weights lie; k-means has them where they lower the
squared error. The price is a table of values instead of one scale, and products that no integer engine computes.

Reference:
    Han, Mao and Dally 2016, "Deep Compression".
"""

import copy
from collections.abc import Mapping
from typing import Literal

import torch
from torch import Tensor, nn

from compresslab.arguments import one_of, whole
from compresslab.cost import prunable_weights
from compresslab.errors import InputError
from compresslab.hidden_weights import require_plain_parameters

Start = Literal["linear", "density"]
STARTS: tuple[Start, ...] = ("linear", "density")


def kmeans_codebook(values: Tensor, clusters: int, *, start: Start = "linear", iterations: int = 200) -> Tensor:
    """The shared values that k-means finds for some weights, by Lloyd's iterations.

    In one dimension the clusters are intervals between the means of neighbouring centres. So the values are sorted
    once, and sums over a cluster are differences of running sums.

    Args:
        values: of any shape and floating-point dtype, finite.
        clusters: at most so many; fewer where fewer differ, or where a cluster stays empty.
        start: "linear": centres evenly from the least to the largest value, so that the few large weights, which matter
            most, have centres of their own; "density": an equal number of weights to each; where
            many weights are equal, this gives fewer centres.
        iterations: at most; it ends where nothing moves.

    Returns:
        (at most clusters,), ascending, of the dtype of `values`.

    Raises:
        InputError: a setting is out of its range, or there are no values, or some are not finite.

    >>> kmeans_codebook(torch.tensor([0.0, 0.2, 5.0, 5.2]), clusters=2)
    tensor([0.1000, 5.1000])
    """
    whole(clusters=clusters, iterations=iterations)
    one_of(STARTS, start=start)
    if not values.is_floating_point() or not values.numel() or not torch.isfinite(values).all():
        raise InputError(f"values is {values.dtype} of {values.numel()} numbers: expected finite floating-point ones.")
    ordered = values.detach().flatten().double().sort().values
    distinct = ordered.unique_consecutive()
    if len(distinct) <= clusters:
        return distinct.to(values.dtype)
    if start == "linear":
        centres = torch.linspace(float(ordered[0]), float(ordered[-1]), clusters, dtype=torch.float64)
    else:
        centres = ordered.quantile((torch.arange(clusters, dtype=torch.float64) + 0.5) / clusters).unique()
    sums = torch.cat([ordered.new_zeros(1), ordered.cumsum(0)])
    for _ in range(iterations):
        ends = torch.searchsorted(ordered, (centres[1:] + centres[:-1]) / 2)
        edges = torch.cat([ends.new_zeros(1), ends, ends.new_tensor([len(ordered)])])
        members = edges.diff()
        # An empty cluster's centre stays where it is: it may get members when its neighbours move.
        moved = torch.where(members > 0, sums[edges].diff() / members.clamp_min(1), centres)
        if torch.equal(moved, centres):
            break
        centres = moved
    return nearest(ordered, centres.to(values.dtype).unique())[0].unique()


def nearest(values: Tensor, codebook: Tensor) -> tuple[Tensor, Tensor]:
    """The value of the codebook that is nearest to each of `values`, and its place there.

    Args:
        values: any shape.
        codebook: (k,), ascending.

    Returns:
        (values' shape) of the codebook's dtype, and int64 indices.

    >>> nearest(torch.tensor([0.4, 9.0]), torch.tensor([0.0, 1.0]))
    (tensor([0., 1.]), tensor([0, 1]))
    """
    wide = codebook.double()
    indices = torch.searchsorted((wide[1:] + wide[:-1]) / 2, values.detach().double().contiguous())
    return codebook[indices], indices


def share_weights(model: nn.Module, *, bits: int | Mapping[str, int], start: Start = "linear") -> nn.Module:
    """A copy of the model whose convolution and linear weights take at most 2^bits values each, found by k-means.

    Zeros stay: they are pruned weights, and take one of the values.

    Args:
        model: not modified.
        bits: 1 to 16, of all weights, or of some by name, as in `state_dict`.
        start: of `kmeans_codebook`.

    Raises:
        InputError: a setting is out of its range, or names no weight; or a weight is computed from others.

    >>> shared = share_weights(nn.Linear(50, 20), bits=2)
    >>> len(shared.weight.unique())
    4
    """
    require_plain_parameters(model, purpose="sharing its weights")
    shared = copy.deepcopy(model)
    weights = dict(prunable_weights(shared))
    wanted = bits if isinstance(bits, Mapping) else dict.fromkeys(weights, bits)
    for name, width in wanted.items():
        if name not in weights:
            raise InputError(f"bits names {name!r}, which is none of the weights: {', '.join(weights)}.")
        whole(1, 16, "a codebook of 2^bits values", **{f"bits[{name!r}]": width})
        weight = weights[name].detach()
        alive = weight[weight != 0]
        if len(alive):
            free = 2**width - (len(alive) < weight.numel())
            codebook = kmeans_codebook(alive, free, start=start)
            weight[weight != 0] = nearest(alive, codebook)[0]
    return shared
