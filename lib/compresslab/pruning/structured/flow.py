"""Which channels flow where: labels that are tied, owned and pinned.

Every output channel of a convolution or linear layer gets a label of its own, an integer. Each activation is then
followed as a tensor of labels, of the activation's own shape: a reshape, a transpose or a concatenation is the same
operator run on the labels, an addition ties the labels that meet in it, and a layer's weight notes which labels own its
rows and its columns. Labels that are tied name one unit: it is removed everywhere or nowhere. An operator that mixes
units, such as a LayerNorm, or that isn't known, pins what flows into it: pinned units stay, so the operator sees the
shapes that it always saw, and that is safe whatever it computes. A size in the code, as that of a part or of one of two
dimensions into which channels are spread, may be fixed or taken from the input; a trace shows the same number. The
latter is assumed, and `removal` runs the result, which fails or differs where it was fixed.

This module keeps the notes, `operators` walks over a model and takes them, `graph` reads the groups off them.

Reference: Fang et al. 2023, "DepGraph: Towards Any Structural Pruning" (coupled channels as a graph of dependencies).
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.fx import Node

Slices = tuple[str, int]
"""A parameter or buffer by its name, and the dimension along which units own slices of it."""


class Flow:
    """What a walk over a model's operators notes about labels, which count from 0.

    Attributes:
        stored: the parameters and buffers by the nodes of the exported graph that stand for them.
        count: labels given out.
        ties: pairs of equally long tensors of labels: those at the same places are one unit.
        pins: labels that must stay, and why.
        even: labels, a dimension and a reason: if units differ along the dimension, all of them must stay.
        grids: labels and a reason: if units differ along more than one dimension, all of them must stay.
        folds: labels of channels that a reshape spreads over several dimensions, and the one whose size it infers, if
            any: that may shrink, or else the largest, and along the others what lies side by side is tied.
        shares: labels, (parts, size), and a reason: each part must lose as many of its places, whichever they are; if
            then a single unit is left, it must stay.
        whole: parameters and buffers that must stay as they are, and why.
        slices: the label of each slice of a parameter or buffer along one dimension, in the order of execution.
        produced, consumed: the slices through which convolution and linear layers write and read units.
        computed: layers whose weights are computed from other tensors, and that are therefore left alone.
        elements: parameters and buffers that take part in arithmetic, with a label for every element.
        heads: an attention module's name, the attribute with its number of heads, and the label of each head.
        sizes: the same for other attributes that count units.
    """

    def __init__(self) -> None:
        self.stored: dict[Node, str] = {}
        self.count = 0
        self.ties: list[tuple[Tensor, Tensor]] = []
        self.pins: list[tuple[Tensor, str]] = []
        self.even: list[tuple[Tensor, int, str]] = []
        self.grids: list[tuple[Tensor, str]] = []
        self.folds: list[tuple[Tensor, int | None]] = []
        self.shares: list[tuple[Tensor, str]] = []
        self.whole: list[tuple[str, str]] = []
        self.slices: dict[Slices, Tensor] = {}
        self.produced: dict[Slices, None] = {}
        self.consumed: dict[Slices, None] = {}
        self.computed: dict[str, str] = {}
        self.elements: dict[str, Tensor] = {}
        self.heads: dict[tuple[str, str], Tensor] = {}
        self.sizes: dict[tuple[str, str], Tensor] = {}
        self.activations: dict[Node, Any] = {}  # labels, or a list of them for an operator with several results

    def __getitem__(self, node: Node) -> Any:
        """The labels of an activation; a parameter or buffer gets one for every element when first asked for."""
        if node not in self.stored:
            return self.activations[node]
        name, shape = self.stored[node], shape_of(node)
        if name not in self.elements:
            self.elements[name] = self.fresh(math.prod(shape)).view(shape)
        return self.elements[name]

    def fresh(self, count: int) -> Tensor:
        """New labels."""
        self.count += count
        return torch.arange(self.count - count, self.count)

    def tie(self, one: Tensor, other: Tensor) -> None:
        """Make one unit of the labels at the same place of two tensors of one shape."""
        for dim in range(one.ndim):  # an expanded dimension repeats the same pairs
            if one.stride(dim) == other.stride(dim) == 0:
                one, other = one.narrow(dim, 0, 1), other.narrow(dim, 0, 1)
        differ = one != other
        self.ties.append((one[differ], other[differ]))

    def merge(self, labels: Tensor, *keep: int) -> Tensor:
        """Tie the labels along all dimensions but those in `keep`, and leave out the others."""
        first = labels
        for dim in range(labels.ndim):
            if dim not in keep:
                first = first.narrow(dim, 0, 1)
        self.tie(first.expand_as(labels), labels)
        return first.reshape([labels.shape[dim] for dim in keep])

    def level(self, labels: Tensor, dims: Iterable[int], reason: str) -> Tensor:
        """Pin the labels if units differ along one of `dims`, and keep one slice along each of them."""
        first = labels
        for dim in dims:
            self.even.append((labels, dim, reason))
            first = first.narrow(dim, 0, 1)
        return first

    def pin(self, labels: Tensor, reason: str) -> None:
        """Keep these units, and so all that is tied to them."""
        self.pins.append((compact(labels).flatten(), reason))

    def constant(self, reason: str) -> Tensor:
        """A new label that is pinned."""
        label = self.fresh(1)
        self.pin(label, reason)
        return label

    def fixed(self, node: Node, reason: str) -> Any:
        """One pinned label for all elements of an operator's results."""
        label = self.constant(reason)

        def results(value: Any) -> Any:
            if isinstance(value, (tuple, list)):
                return [results(part) for part in value]
            return label[0].expand(value.shape) if isinstance(value, Tensor) else None  # value may have no dimension

        return results(node.meta["val"])

    def own(self, node: Node | None, dim: int, labels: Tensor) -> Tensor:
        """Note whose the slices of a parameter or buffer are; where it is used again, the units are the same."""
        if node is None:
            return labels
        key = (self.stored[node], dim)
        if key in self.slices:
            self.tie(self.slices[key], labels)
        return self.slices.setdefault(key, labels)

    def produce(self, weight: Node, bias: Node | None, labels: Tensor, dim: int = 0) -> Tensor:
        """Note the labels that a layer writes with the rows of its weight, which lie along `dim`, and its bias."""
        self.produced[self.stored[weight], dim] = None
        return self.own(bias, 0, self.own(weight, dim, labels))

    def consume(self, weight: Node, labels: Tensor, dim: int = 1) -> None:
        """Note the labels that a layer reads with the columns of its weight, which lie along `dim`."""
        self.consumed[self.stored[weight], dim] = None
        self.own(weight, dim, labels)

    def keep_whole(self, node: Node, reason: str) -> None:
        """Pin an activation; or a parameter or buffer, wherever else it is used."""
        if node in self.stored:
            self.whole.append((self.stored[node], reason))
        else:
            for labels in leaves(self.activations[node]):
                self.pin(labels, reason)


def shape_of(node: Node) -> torch.Size:
    """Shape of an operator's only result."""
    return node.meta["val"].shape


def spread(labels: Tensor, dim: int, shape: Sequence[int]) -> Tensor:
    """Labels of one dimension as those of a tensor, the same along all others."""
    view = [1] * len(shape)
    view[dim] = -1
    return labels.view(view).expand(shape)


def compact(labels: Tensor) -> Tensor:
    """The same labels with a single slice along the dimensions that only repeat it."""
    for dim in range(labels.ndim):
        if labels.stride(dim) == 0:
            labels = labels.narrow(dim, 0, 1)
    return labels


def varies(labels: Tensor, dim: int) -> bool:
    """Whether labels differ along a dimension."""
    labels = compact(labels)
    return bool((labels != labels.narrow(dim, 0, 1)).any())


def leaves(value: Any) -> list[Tensor]:
    """The tensors of labels of an operator with one result, with several, or with none."""
    if isinstance(value, Tensor):
        return [value]
    return [labels for part in value or () for labels in leaves(part)]
