"""What operators without weights do to labels: activations that meet, move, are cut into parts or reduced."""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.fx import Node
from torch.fx.node import map_arg

from compresslab.pruning.structured.flow import Flow, leaves, shape_of, varies
from compresslab.pruning.structured.nodes import arguments_of, layers_of, operator_of, place_of, unknown

SPLIT_SIZES = ("split_size", "width")
"""Attributes in which a module may keep the size of the parts of its channels, as GPT-2 and Res2Net do."""


def elementwise(flow: Flow, node: Node) -> Tensor:
    """One element of the result for each of the operands', broadcast as they are."""
    return meeting(flow, node, [labels for value in node.all_input_nodes for labels in leaves(flow[value])])


def meeting(flow: Flow, node: Node, operands: Sequence[Tensor]) -> Tensor:
    """Tie the units that meet. One that is broadcast over others isn't removed with any of them: it stays."""
    shape = torch.broadcast_shapes(*(labels.shape for labels in operands))
    expanded = [labels.expand(shape) for labels in operands]
    tied = []
    for number, labels in enumerate(operands):
        sizes = [1] * (len(shape) - labels.ndim) + list(labels.shape)
        over = [dim for dim, size in enumerate(sizes) if size == 1 < shape[dim]]
        others = expanded[:number] + expanded[number + 1 :]
        if any(varies(other, dim) for other in others for dim in over):
            flow.pin(labels, f"{place_of(node)} broadcasts it over channels")
        else:
            tied.append(expanded[number])
    if not tied:
        reason = f"it meets the result of {place_of(node)}, which broadcasts both sides"
        return flow.constant(reason).expand(shape)
    for other in tied[1:]:
        flow.tie(tied[0], other)
    return tied[0]


def rearranged(flow: Flow, node: Node) -> Any:
    """Reshape, transpose, concatenate: the same on the labels. A unit must end along one dimension again."""
    moved = node.target(*map_arg(node.args, flow.__getitem__), **node.kwargs)  # type: ignore[operator]
    for labels in leaves(moved):
        flow.grids.append((labels, f"{place_of(node)} spreads it over two dimensions"))
    return moved


def reshaped(flow: Flow, node: Node) -> Any:
    """The same where labels, laid out otherwise than the activation, need a copy."""
    labels = flow[node.all_input_nodes[0]]
    if labels.numel() != shape_of(node).numel():  # a view of the same bytes as other numbers
        return unknown(flow, node)
    moved = labels.reshape(shape_of(node))
    if node.all_input_nodes[0] not in flow.stored and sum(varies(moved, dim) for dim in range(moved.ndim)) > 1:
        flow.folds.append((moved, _inferred(node)))
    flow.grids.append((moved, f"{place_of(node)} spreads it over two dimensions"))
    return moved


def _inferred(node: Node) -> int | None:
    """The dimension whose size a reshape leaves open, as -1."""
    given = arguments_of(node)
    sizes = list(given.get("size") or given.get("shape") or given.get("sizes") or ())
    before = given["dim"] % len(shape_of(given["self"])) if operator_of(node) == "unflatten" else 0
    return before + sizes.index(-1) if -1 in sizes else None


def stacked(flow: Flow, node: Node) -> Tensor:
    """Each operand is one place along a new dimension, which keeps its size: what lies side by side is tied."""
    operands = [flow[value] for value in arguments_of(node)["tensors"]]
    if any(varies(labels, dim) for labels in operands for dim in range(labels.ndim)):
        for labels in operands[1:]:
            flow.tie(operands[0], labels)
    return rearranged(flow, node)


def split(flow: Flow, node: Node, model: nn.Module) -> Any:
    """Parts lose as many units as each other, or in proportion to their sizes.

    That is right for `chunk`, which divides what there is, and for sizes that the code takes from the input. Where it
    fixes them, nothing can go: to see the difference, one must try.
    """
    given = arguments_of(node)
    dim = given["dim"]
    sizes = [part.shape[dim] for part in node.meta["val"]]
    labels = flow[given["self"]]
    _share(flow, node, labels, dim, math.gcd(*sizes))
    name = next(reversed(layers_of(node)), "")
    for attribute in SPLIT_SIZES if operator_of(node) == "split" else ():
        size = getattr(model.get_submodule(name), attribute, None)
        if isinstance(size, int) and set(sizes) == {size}:
            parts = _row(labels, dim).view(-1, size)
            flow.tie(parts[:1].expand_as(parts), parts)
            flow.tie(parts[0], flow.sizes.setdefault((name, attribute), parts[0]))
    return rearranged(flow, node)


def part(flow: Flow, node: Node) -> Tensor:
    """The same for a slice, whose ends divide the channels; of every n-th channel, the n go together."""
    given = arguments_of(node)
    labels, dim = flow[given["self"]], given["dim"]
    size = labels.shape[dim]
    if "length" in given:
        begin, end, step = given["start"], given["start"] + given["length"], 1
    else:
        begin, end, _ = slice(given["start"], given["end"]).indices(size)
        step = given["step"]
    if step > 1 and begin < step and end == size and size % step == 0:
        blocks = labels.movedim(dim, -1).unflatten(-1, (-1, step))
        flow.tie(blocks[..., :1].expand_as(blocks), blocks)
    elif step > 1:
        _share(flow, node, labels, dim, 1)
    else:
        _share(flow, node, labels, dim, math.gcd(begin, end, size))
    return rearranged(flow, node)


def single(flow: Flow, node: Node) -> Any:
    """Single channels, by their number: all of them must stay where they are."""
    given = arguments_of(node)
    _share(flow, node, flow[given["self"]], given["dim"], 1)
    return rearranged(flow, node)


def _share(flow: Flow, node: Node, labels: Tensor, dim: int, size: int) -> None:
    """Note that each part of this size loses equally many places of a dimension; pin them if that leaves no choice."""
    if size == labels.shape[dim] or not varies(labels, dim):
        return
    others = [other for other in range(labels.ndim) if other != dim % labels.ndim]
    if size == 1 or any(varies(labels, other) for other in others):
        flow.level(labels, [dim], f"{place_of(node)} takes a part of the channels")
    else:
        reason = f"{place_of(node)} makes parts of the channels in which no units lie alike"
        flow.shares.append((_row(labels, dim).view(-1, size), reason))


def _row(labels: Tensor, dim: int) -> Tensor:
    """The first labels along a dimension."""
    return labels.movedim(dim, -1).flatten(0, -2)[0] if labels.ndim > 1 else labels


def halves(flow: Flow, node: Node) -> Tensor:
    """A gated linear unit: the product of one half of the channels and the other."""
    given = arguments_of(node)
    one, other = flow[given["self"]].chunk(2, given["dim"])
    flow.tie(one, other)
    return one


def reduction(flow: Flow, node: Node) -> Tensor:
    """A mean over pixels or tokens keeps the units; one over the units themselves needs them all."""
    given = arguments_of(node)
    labels = flow[given["self"]]
    dims = given.get("dim")
    dims = range(labels.ndim) if dims is None or dims == [] else [dims] if isinstance(dims, int) else dims
    return reduced(flow, node, labels, dims).reshape(shape_of(node))


def reduced(flow: Flow, node: Node, labels: Tensor, dims: Sequence[int]) -> Tensor:
    """Units that meet in a sum and differ in what is left of it are tied, as in an addition."""
    gone = {dim % labels.ndim for dim in dims}
    if any(varies(labels, dim) for dim in range(labels.ndim) if dim not in gone):
        first = labels
        for dim in gone:
            first = first.narrow(dim, 0, 1)
        flow.tie(first.expand_as(labels), labels)
    return flow.level(labels, gone, f"{place_of(node)} reduces over channels")


def softmax(flow: Flow, node: Node) -> Tensor:
    """Over pixels or tokens it keeps the units; over the units it needs them all."""
    given = arguments_of(node)
    flow.level(flow[given["self"]], [given["dim"]], f"{place_of(node)} normalises over channels")
    return flow[given["self"]]


def window(flow: Flow, node: Node) -> Tensor:
    """Pooling and resizing, over the last one, two or three dimensions."""
    labels = flow[node.all_input_nodes[0]]
    dims = range(-int(operator_of(node)[-2]), 0)
    return flow.level(labels, dims, f"{place_of(node)} works along the channels").expand(shape_of(node))


def padding(flow: Flow, node: Node) -> Tensor:
    """New pixels belong to their channel; constants that are put beside the channels stay, and the channels may go."""
    given = arguments_of(node)
    labels, pad = flow[given["self"]], given["pad"]
    ends = {labels.ndim - 1 - place: pad[2 * place : 2 * place + 2] for place in range(len(pad) // 2)}
    varying = [dim for dim in range(labels.ndim) if varies(labels, dim)]
    for dim, (before, after) in ends.items():
        if varying == [dim] and min(before, after) >= 0 and given.get("mode", "constant") == "constant":
            new = flow.constant(f"{place_of(node)} adds it to the channels")
            beside = [new.expand(*labels.shape[:dim], size, *labels.shape[dim + 1 :]) for size in (before, after)]
            labels = torch.cat([beside[0], labels, beside[1]], dim)
        elif before or after:
            labels = flow.level(labels, [dim], f"{place_of(node)} pads the channels")
    return labels.expand(shape_of(node))
