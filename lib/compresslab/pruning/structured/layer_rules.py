"""What layers with weights do to labels: whose rows write units, and whose columns, entries and heads go with them."""

from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn
from torch.fx import Node

from compresslab.pruning.structured.flow import Flow, shape_of, spread
from compresslab.pruning.structured.nodes import arguments_of, computed, is_computed, layers_of, place_of, unknown
from compresslab.pruning.structured.shape_rules import meeting, reduced

HEAD_COUNTS = ("heads", "num_heads", "n_heads")
"""Attributes in which an attention module may keep its number of heads."""


def convolution(flow: Flow, node: Node) -> Tensor:
    """Rows of the weight write new units, its columns read those that come in; depthwise filters go with them."""
    given = arguments_of(node)
    weight, bias, groups = given["weight"], given["bias"], given["groups"]
    if is_computed(flow, weight, bias):
        return computed(flow, node)
    outputs, inputs = shape_of(weight)[:2]
    channels = flow[given["input"]].ndim - len(shape_of(weight)) + 1  # 1; or 0 where there is no batch
    units = flow.merge(flow[given["input"]], channels)
    if groups == 1:
        flow.consume(weight, units)
        written = flow.fresh(outputs)
    elif inputs == 1:
        written = units.repeat_interleave(outputs // groups)
    else:  # all groups lose the same of their channels, so that they stay equal
        grid = units.view(groups, inputs)
        flow.tie(grid[:1].expand_as(grid), grid)
        flow.consume(weight, grid[0])
        written = flow.fresh(outputs // groups).repeat(groups)
    return spread(flow.produce(weight, bias, written), channels, shape_of(node))


def transposed(flow: Flow, node: Node) -> Tensor:
    """A transposed convolution: the rows of its weight read, and its columns, those of one group, write."""
    given = arguments_of(node)
    weight, bias, groups = given["weight"], given["bias"], given["groups"]
    if is_computed(flow, weight, bias):
        return computed(flow, node)
    inputs, outputs = shape_of(weight)[:2]
    channels = flow[given["input"]].ndim - len(shape_of(weight)) + 1
    units = flow.merge(flow[given["input"]], channels)
    if groups == inputs > 1:  # depthwise
        flow.produced[flow.stored[weight], 0] = None
        written = flow.own(bias, 0, flow.own(weight, 0, units).repeat_interleave(outputs))
    else:
        grid = units.view(groups, inputs // groups)
        flow.tie(grid[:1].expand_as(grid), grid)
        flow.consume(weight, units, 0)
        columns = flow.produce(weight, None, flow.fresh(outputs), 1)
        written = flow.own(bias, 0, columns.repeat(groups))
    return spread(written, channels, shape_of(node))


def linear(flow: Flow, node: Node) -> Tensor:
    """The same for a matrix, whose units are the last dimension of what comes in and goes out."""
    given = arguments_of(node)
    return _product(flow, node, [given["input"]], given["weight"], given["bias"])


def addmm(flow: Flow, node: Node) -> Tensor:
    """The same where the matrix stands on the right, as it does in the "Conv1D" of GPT-2."""
    given = arguments_of(node)
    bias = given["self"]
    if len(shape_of(bias)) != 1 or shape_of(bias) != shape_of(node)[-1:] or given["mat1"] in flow.stored:
        return unknown(flow, node)
    return _product(flow, node, [given["mat1"]], given["mat2"], bias, rows=1, columns=(0,))


def bilinear(flow: Flow, node: Node) -> Tensor:
    """The same for a tensor of weights with two dimensions of columns, one for each input."""
    given = arguments_of(node)
    return _product(flow, node, [given["input1"], given["input2"]], given["weight"], given["bias"], columns=(1, 2))


def _product(
    flow: Flow,
    node: Node,
    inputs: Sequence[Node],
    weight: Node,
    bias: Node | None,
    rows: int = 0,
    columns: Sequence[int] = (1,),
) -> Tensor:
    """Products of the last dimension of each input with one dimension of a weight, whose `rows` come out."""
    if is_computed(flow, weight, bias):
        return computed(flow, node)
    for value, dim in zip(inputs, columns, strict=True):
        flow.consume(weight, flow.merge(flow[value], flow[value].ndim - 1), dim)
    written = flow.produce(weight, bias, flow.fresh(shape_of(weight)[rows]), rows)
    return spread(written, len(shape_of(node)) - 1, shape_of(node))


def einsum(flow: Flow, node: Node) -> Tensor:
    """A layer, if one of two operands is a matrix of weights; else a product of aligned operands, and a sum."""
    equation, operands = node.args[:2]
    inputs, arrow, result = str(equation).replace(" ", "").partition("->")
    terms = inputs.split(",")
    if not arrow or not (inputs + result).replace(",", "").isalpha() or any(len(set(t)) < len(t) for t in terms):
        return unknown(flow, node)  # with an ellipsis, an implicit result or a diagonal
    for value, weight, term, matrix in zip(operands, operands[::-1], terms, terms[::-1], strict=True):  # type: ignore
        summed, written = "".join(set(matrix) - set(result)), "".join(set(matrix) - set(term))
        if len(terms) == len(matrix) == 2 and weight in flow.stored and term.replace(summed, written) == result:
            flow.consume(weight, flow.merge(flow[value], term.index(summed)), matrix.index(summed))
            rows = flow.produce(
                weight, None, flow.fresh(shape_of(weight)[matrix.index(written)]), matrix.index(written)
            )
            return spread(rows, result.index(written), shape_of(node))
    letters = result + "".join(dict.fromkeys(each for each in inputs if each.isalpha() and each not in result))
    aligned = []
    for term, value in zip(terms, operands, strict=True):  # type: ignore[arg-type]
        order = [term.index(each) for each in letters if each in term]
        labels = flow[value].permute(order)
        for dim, each in enumerate(letters):
            labels = labels if each in term else labels.unsqueeze(dim)
        aligned.append(labels)
    met = meeting(flow, node, aligned)
    return reduced(flow, node, met, range(len(result), len(letters))).reshape(shape_of(node))


def recurrent(flow: Flow, node: Node) -> Any:
    """Recurrent layers read units; what they write stays, since it comes back to them as their state."""
    given = arguments_of(node)
    if "input" not in given or "params" not in given:
        return unknown(flow, node)
    passes = 2 if given["bidirectional"] else 1
    weights = given["params"][:: len(given["params"]) // (given["num_layers"] * passes)][:passes]
    if is_computed(flow, *weights):
        return computed(flow, node)
    units = flow.merge(flow[given["input"]], flow[given["input"]].ndim - 1)
    for weight in weights:
        flow.consume(weight, units)
    reason = f"it is the state of {place_of(node)}"
    for value in node.all_input_nodes:
        if value is not given["input"] and value not in weights:
            flow.keep_whole(value, reason)
    return flow.fixed(node, reason)


def group_norm(flow: Flow, node: Node, model: nn.Module) -> Tensor:
    """A group is one unit: its mean is taken over all of its channels, so that it goes as a whole or not at all."""
    given = arguments_of(node)
    groups, name = given["num_groups"], next(reversed(layers_of(node)), "")
    module = model.get_submodule(name)
    entries = [given[entry] for entry in ("weight", "bias") if given[entry] is not None]
    own = isinstance(module, nn.GroupNorm) and module.num_groups == groups
    if groups == 1 or not own or is_computed(flow, *entries):
        return unknown(flow, node)
    units = flow.merge(flow[given["input"]], 1)
    grid = units.view(groups, -1)
    flow.tie(grid[:, :1].expand_as(grid), grid)
    for entry in entries:
        flow.own(entry, 0, units)
    for attribute, counted in (("num_groups", grid[:, 0]), ("num_channels", units)):
        flow.tie(counted, flow.sizes.setdefault((name, attribute), counted))
    return flow[given["input"]]


def per_channel(flow: Flow, node: Node) -> Tensor:
    """Batch-norm, PReLU: each channel owns an entry of every parameter and buffer."""
    labels, *entries = (value for value in node.args if isinstance(value, Node))
    if is_computed(flow, *entries):
        return unknown(flow, node)
    units = flow.merge(flow[labels], 1)
    for entry in entries:
        if shape_of(entry).numel() == len(units):  # a PReLU may have one slope for all channels
            flow.own(entry, 0, units)
    return flow[labels]


def attention(flow: Flow, node: Node, model: nn.Module) -> Tensor:
    """A head is one unit: products of matrices tie all features, and a scale by their number must not change.

    Holds for `scaled_dot_product_attention` and for products of four-dimensional tensors (batch, heads, ...).
    """
    inputs = [value for value in (*node.args, *node.kwargs.values()) if isinstance(value, Node)]
    if len(inputs) == 2 and inputs[1] in flow.stored and len(shape_of(inputs[1])) == 2 and inputs[0] not in flow.stored:
        return _product(flow, node, inputs[:1], inputs[1], None, rows=1, columns=(0,))
    operands, rest = inputs[:3], inputs[3:]  # a mask comes fourth
    shapes = [shape_of(value) for value in operands]
    by_head = all(len(shape) == 4 and shape[:2] == shapes[0][:2] for shape in shapes)
    if not by_head or any(shape_of(mask)[-3:-2] not in ((), (1,)) for mask in rest):
        return unknown(flow, node)
    heads, *others = (flow.merge(flow[value], 1) for value in operands)
    for other in others:
        flow.tie(heads, other)
    counted = _head_count(node, model)
    if counted is None or getattr(model.get_submodule(counted[0]), counted[1]) != len(heads):
        return unknown(flow, node, f"no attribute `heads` around {place_of(node)} could hold fewer heads")
    flow.tie(heads, flow.heads.setdefault(counted, heads))
    return spread(heads, 1, shape_of(node))


def _head_count(node: Node, model: nn.Module) -> tuple[str, str] | None:
    """The innermost module that holds a number of heads, and the attribute. PyTorch's own also fixes their width."""
    for name in reversed(layers_of(node)):
        module = model.get_submodule(name)
        for attribute in HEAD_COUNTS:
            if isinstance(getattr(module, attribute, None), int):
                return None if isinstance(module, nn.MultiheadAttention) else (name, attribute)
    return None
