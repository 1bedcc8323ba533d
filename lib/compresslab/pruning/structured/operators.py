"""What each operator does to the labels of its inputs; see `flow`.

Operators are PyTorch's own (ATen), by their names without the overload, and without the underscore of the in-place
form: what an in-place operator ties is tied for every later reader of its input as well.
"""

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.fx import Node
from torch.fx.node import map_arg

from compresslab.pruning.structured.flow import Flow, leaves, shape_of, spread, varies
from compresslab.pruning.structured.tracing import Trace

HEAD_COUNTS = ("heads", "num_heads", "n_heads")
"""Attributes in which an attention module may keep its number of heads."""
SPLIT_SIZES = ("split_size", "width")
"""Attributes in which a module may keep the size of the parts of its channels, as GPT-2 and Res2Net do."""


def follow(model: nn.Module, traced: Trace, flow: Flow | None = None) -> Flow:
    """Walk over the operators of a forward pass in the order of execution.

    Args:
        model: that was traced.
        traced: its operators.
        flow: of another pass of the same model, whose notes go on here. Units must then suit both passes.
    """
    flow = Flow() if flow is None else flow
    flow.stored |= traced.stored
    for node in traced.nodes:
        if node.op == "call_function":
            if _is_image(flow, node):  # of one stored tensor, whose slices belong to the same units
                flow.stored[node] = flow.stored[node.all_input_nodes[0]]
            else:
                flow.activations[node] = _step(flow, node, model)
        elif node.op == "output":
            for value in node.all_input_nodes:
                flow.keep_whole(value, "it is the output of the model")
        elif node not in flow.stored:
            given = node in traced.inputs
            flow.activations[node] = flow.fixed(node, f"it meets {'the input of the model' if given else 'a constant'}")
    return flow


def _step(flow: Flow, node: Node, model: nn.Module) -> Any:
    """Labels of an operator's results."""
    if node.target is operator.getitem:
        source, index = node.args
        return flow[source][index]  # type: ignore[index]
    name = _operator(node)
    if name in _ASSERTIONS:
        return None
    if name in _MODULES:
        return _MODULES[name](flow, node, model)
    return _RULES[name](flow, node) if name in _RULES else _unknown(flow, node)


def _unknown(flow: Flow, node: Node, reason: str = "") -> Any:
    """Pin all that flows in and all that comes out."""
    for value in node.all_input_nodes:
        flow.keep_whole(value, reason or f"it flows into {_place(node)}, which mixes channels or isn't followed")
    return flow.fixed(node, reason or f"it meets the result of {_place(node)}, which mixes channels or isn't followed")


def _computed(flow: Flow, node: Node) -> Any:
    """A layer whose weight or bias is computed from others, which would have to shrink in unknown ways."""
    reason = f"{_place(node)} computes its weight or bias, perhaps by a mask, which must be made permanent first"
    flow.computed[next(reversed(_layers(node)), "")] = reason
    return _unknown(flow, node, reason)


def _convolution(flow: Flow, node: Node) -> Tensor:
    """Rows of the weight write new units, its columns read those that come in; depthwise filters go with them."""
    given = _arguments(node)
    weight, bias, groups = given["weight"], given["bias"], given["groups"]
    if _is_computed(flow, weight, bias):
        return _computed(flow, node)
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


def _transposed(flow: Flow, node: Node) -> Tensor:
    """A transposed convolution: the rows of its weight read, and its columns, those of one group, write."""
    given = _arguments(node)
    weight, bias, groups = given["weight"], given["bias"], given["groups"]
    if _is_computed(flow, weight, bias):
        return _computed(flow, node)
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


def _linear(flow: Flow, node: Node) -> Tensor:
    """The same for a matrix, whose units are the last dimension of what comes in and goes out."""
    given = _arguments(node)
    return _product(flow, node, [given["input"]], given["weight"], given["bias"])


def _addmm(flow: Flow, node: Node) -> Tensor:
    """The same where the matrix stands on the right, as it does in the "Conv1D" of GPT-2."""
    given = _arguments(node)
    bias = given["self"]
    if len(shape_of(bias)) != 1 or shape_of(bias) != shape_of(node)[-1:] or given["mat1"] in flow.stored:
        return _unknown(flow, node)
    return _product(flow, node, [given["mat1"]], given["mat2"], bias, rows=1, columns=(0,))


def _bilinear(flow: Flow, node: Node) -> Tensor:
    given = _arguments(node)
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
    if _is_computed(flow, weight, bias):
        return _computed(flow, node)
    for value, dim in zip(inputs, columns, strict=True):
        flow.consume(weight, flow.merge(flow[value], flow[value].ndim - 1), dim)
    written = flow.produce(weight, bias, flow.fresh(shape_of(weight)[rows]), rows)
    return spread(written, len(shape_of(node)) - 1, shape_of(node))


def _einsum(flow: Flow, node: Node) -> Tensor:
    """A layer, if one of two operands is a matrix of weights; else a product of aligned operands, and a sum."""
    equation, operands = node.args[:2]
    inputs, arrow, result = str(equation).replace(" ", "").partition("->")
    terms = inputs.split(",")
    if not arrow or not (inputs + result).replace(",", "").isalpha() or any(len(set(t)) < len(t) for t in terms):
        return _unknown(flow, node)  # with an ellipsis, an implicit result or a diagonal
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
    met = _meeting(flow, node, aligned)
    return _reduced(flow, node, met, range(len(result), len(letters))).reshape(shape_of(node))


def _recurrent(flow: Flow, node: Node) -> Any:
    """Recurrent layers read units; what they write stays, since it comes back to them as their state."""
    given = _arguments(node)
    if "input" not in given or "params" not in given:
        return _unknown(flow, node)
    passes = 2 if given["bidirectional"] else 1
    weights = given["params"][:: len(given["params"]) // (given["num_layers"] * passes)][:passes]
    if _is_computed(flow, *weights):
        return _computed(flow, node)
    units = flow.merge(flow[given["input"]], flow[given["input"]].ndim - 1)
    for weight in weights:
        flow.consume(weight, units)
    reason = f"it is the state of {_place(node)}"
    for value in node.all_input_nodes:
        if value is not given["input"] and value not in weights:
            flow.keep_whole(value, reason)
    return flow.fixed(node, reason)


def _group_norm(flow: Flow, node: Node, model: nn.Module) -> Tensor:
    """A group is one unit: its mean is taken over all of its channels, so that it goes as a whole or not at all."""
    given = _arguments(node)
    groups, name = given["num_groups"], next(reversed(_layers(node)), "")
    module = model.get_submodule(name)
    entries = [given[entry] for entry in ("weight", "bias") if given[entry] is not None]
    own = isinstance(module, nn.GroupNorm) and module.num_groups == groups
    if groups == 1 or not own or _is_computed(flow, *entries):
        return _unknown(flow, node)
    units = flow.merge(flow[given["input"]], 1)
    grid = units.view(groups, -1)
    flow.tie(grid[:, :1].expand_as(grid), grid)
    for entry in entries:
        flow.own(entry, 0, units)
    for attribute, counted in (("num_groups", grid[:, 0]), ("num_channels", units)):
        flow.tie(counted, flow.sizes.setdefault((name, attribute), counted))
    return flow[given["input"]]


def _per_channel(flow: Flow, node: Node) -> Tensor:
    """Batch-norm, PReLU: each channel owns an entry of every parameter and buffer."""
    labels, *entries = (value for value in node.args if isinstance(value, Node))
    if _is_computed(flow, *entries):
        return _unknown(flow, node)
    units = flow.merge(flow[labels], 1)
    for entry in entries:
        if shape_of(entry).numel() == len(units):  # a PReLU may have one slope for all channels
            flow.own(entry, 0, units)
    return flow[labels]


def _elementwise(flow: Flow, node: Node) -> Tensor:
    return _meeting(flow, node, [labels for value in node.all_input_nodes for labels in leaves(flow[value])])


def _meeting(flow: Flow, node: Node, operands: Sequence[Tensor]) -> Tensor:
    """Tie the units that meet. One that is broadcast over others isn't removed with any of them: it stays."""
    shape = torch.broadcast_shapes(*(labels.shape for labels in operands))
    expanded = [labels.expand(shape) for labels in operands]
    tied = []
    for number, labels in enumerate(operands):
        sizes = [1] * (len(shape) - labels.ndim) + list(labels.shape)
        over = [dim for dim, size in enumerate(sizes) if size == 1 < shape[dim]]
        others = expanded[:number] + expanded[number + 1 :]
        if any(varies(other, dim) for other in others for dim in over):
            flow.pin(labels, f"{_place(node)} broadcasts it over channels")
        else:
            tied.append(expanded[number])
    if not tied:
        reason = f"it meets the result of {_place(node)}, which broadcasts both sides"
        return flow.constant(reason).expand(shape)
    for other in tied[1:]:
        flow.tie(tied[0], other)
    return tied[0]


def _rearranged(flow: Flow, node: Node) -> Any:
    """Reshape, transpose, concatenate: the same on the labels. A unit must end along one dimension again."""
    moved = node.target(*map_arg(node.args, flow.__getitem__), **node.kwargs)  # type: ignore[operator]
    for labels in leaves(moved):
        flow.grids.append((labels, f"{_place(node)} spreads it over two dimensions"))
    return moved


def _reshaped(flow: Flow, node: Node) -> Any:
    """The same where labels, laid out otherwise than the activation, need a copy."""
    labels = flow[node.all_input_nodes[0]]
    if labels.numel() != shape_of(node).numel():  # a view of the same bytes as other numbers
        return _unknown(flow, node)
    moved = labels.reshape(shape_of(node))
    if node.all_input_nodes[0] not in flow.stored and sum(varies(moved, dim) for dim in range(moved.ndim)) > 1:
        flow.folds.append((moved, _inferred(node)))
    flow.grids.append((moved, f"{_place(node)} spreads it over two dimensions"))
    return moved


def _inferred(node: Node) -> int | None:
    """The dimension whose size a reshape leaves open, as -1."""
    given = _arguments(node)
    sizes = list(given.get("size") or given.get("shape") or given.get("sizes") or ())
    before = given["dim"] % len(shape_of(given["self"])) if _operator(node) == "unflatten" else 0
    return before + sizes.index(-1) if -1 in sizes else None


def _stacked(flow: Flow, node: Node) -> Tensor:
    """Each operand is one place along a new dimension, which keeps its size: what lies side by side is tied."""
    operands = [flow[value] for value in _arguments(node)["tensors"]]
    if any(varies(labels, dim) for labels in operands for dim in range(labels.ndim)):
        for labels in operands[1:]:
            flow.tie(operands[0], labels)
    return _rearranged(flow, node)


def _split(flow: Flow, node: Node, model: nn.Module) -> Any:
    """Parts lose as many units as each other, or in proportion to their sizes.

    That is right for `chunk`, which divides what there is, and for sizes that the code takes from the input. Where it
    fixes them, nothing can go: to see the difference, one must try.
    """
    given = _arguments(node)
    dim = given["dim"]
    sizes = [part.shape[dim] for part in node.meta["val"]]
    labels = flow[given["self"]]
    _share(flow, node, labels, dim, math.gcd(*sizes))
    name = next(reversed(_layers(node)), "")
    for attribute in SPLIT_SIZES if _operator(node) == "split" else ():
        size = getattr(model.get_submodule(name), attribute, None)
        if isinstance(size, int) and set(sizes) == {size}:
            parts = _row(labels, dim).view(-1, size)
            flow.tie(parts[:1].expand_as(parts), parts)
            flow.tie(parts[0], flow.sizes.setdefault((name, attribute), parts[0]))
    return _rearranged(flow, node)


def _slice(flow: Flow, node: Node) -> Tensor:
    """The same for a slice, whose ends divide the channels; of every n-th channel, the n go together."""
    given = _arguments(node)
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
    return _rearranged(flow, node)


def _one(flow: Flow, node: Node) -> Any:
    """Single channels, by their number: all of them must stay where they are."""
    given = _arguments(node)
    _share(flow, node, flow[given["self"]], given["dim"], 1)
    return _rearranged(flow, node)


def _share(flow: Flow, node: Node, labels: Tensor, dim: int, size: int) -> None:
    """Note that each part of this size loses equally many places of a dimension; pin them if that leaves no choice."""
    if size == labels.shape[dim] or not varies(labels, dim):
        return
    others = [other for other in range(labels.ndim) if other != dim % labels.ndim]
    if size == 1 or any(varies(labels, other) for other in others):
        flow.level(labels, [dim], f"{_place(node)} takes a part of the channels")
    else:
        reason = f"{_place(node)} makes parts of the channels in which no units lie alike"
        flow.shares.append((_row(labels, dim).view(-1, size), reason))


def _row(labels: Tensor, dim: int) -> Tensor:
    """The first labels along a dimension."""
    return labels.movedim(dim, -1).flatten(0, -2)[0] if labels.ndim > 1 else labels


def _halves(flow: Flow, node: Node) -> Tensor:
    """A gated linear unit: the product of one half of the channels and the other."""
    given = _arguments(node)
    one, other = flow[given["self"]].chunk(2, given["dim"])
    flow.tie(one, other)
    return one


def _reduction(flow: Flow, node: Node) -> Tensor:
    """A mean over pixels or tokens keeps the units; one over the units themselves needs them all."""
    given = _arguments(node)
    labels = flow[given["self"]]
    dims = given.get("dim")
    dims = range(labels.ndim) if dims is None or dims == [] else [dims] if isinstance(dims, int) else dims
    return _reduced(flow, node, labels, dims).reshape(shape_of(node))


def _reduced(flow: Flow, node: Node, labels: Tensor, dims: Sequence[int]) -> Tensor:
    """Units that meet in a sum and differ in what is left of it are tied, as in an addition."""
    gone = {dim % labels.ndim for dim in dims}
    if any(varies(labels, dim) for dim in range(labels.ndim) if dim not in gone):
        first = labels
        for dim in gone:
            first = first.narrow(dim, 0, 1)
        flow.tie(first.expand_as(labels), labels)
    return flow.level(labels, gone, f"{_place(node)} reduces over channels")


def _softmax(flow: Flow, node: Node) -> Tensor:
    given = _arguments(node)
    flow.level(flow[given["self"]], [given["dim"]], f"{_place(node)} normalises over channels")
    return flow[given["self"]]


def _window(flow: Flow, node: Node) -> Tensor:
    """Pooling and resizing, over the last one, two or three dimensions."""
    labels = flow[node.all_input_nodes[0]]
    dims = range(-int(_operator(node)[-2]), 0)
    return flow.level(labels, dims, f"{_place(node)} works along the channels").expand(shape_of(node))


def _padding(flow: Flow, node: Node) -> Tensor:
    """New pixels belong to their channel; constants that are put beside the channels stay, and the channels may go."""
    given = _arguments(node)
    labels, pad = flow[given["self"]], given["pad"]
    ends = {labels.ndim - 1 - place: pad[2 * place : 2 * place + 2] for place in range(len(pad) // 2)}
    varying = [dim for dim in range(labels.ndim) if varies(labels, dim)]
    for dim, (before, after) in ends.items():
        if varying == [dim] and min(before, after) >= 0 and given.get("mode", "constant") == "constant":
            new = flow.constant(f"{_place(node)} adds it to the channels")
            beside = [new.expand(*labels.shape[:dim], size, *labels.shape[dim + 1 :]) for size in (before, after)]
            labels = torch.cat([beside[0], labels, beside[1]], dim)
        elif before or after:
            labels = flow.level(labels, [dim], f"{_place(node)} pads the channels")
    return labels.expand(shape_of(node))


def _attention(flow: Flow, node: Node, model: nn.Module) -> Tensor:
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
        return _unknown(flow, node)
    heads, *others = (flow.merge(flow[value], 1) for value in operands)
    for other in others:
        flow.tie(heads, other)
    counted = _head_count(node, model)
    if counted is None or getattr(model.get_submodule(counted[0]), counted[1]) != len(heads):
        return _unknown(flow, node, f"no attribute `heads` around {_place(node)} could hold fewer heads")
    flow.tie(heads, flow.heads.setdefault(counted, heads))
    return spread(heads, 1, shape_of(node))


def _head_count(node: Node, model: nn.Module) -> tuple[str, str] | None:
    """The innermost module that holds a number of heads, and the attribute. PyTorch's own also fixes their width."""
    for name in reversed(_layers(node)):
        module = model.get_submodule(name)
        for attribute in HEAD_COUNTS:
            if isinstance(getattr(module, attribute, None), int):
                return None if isinstance(module, nn.MultiheadAttention) else (name, attribute)
    return None


def _operator(node: Node) -> str:
    """Name of an ATen operator such as "relu"; "" for any other."""
    schema = getattr(node.target, "_schema", None)
    library, _, name = schema.name.partition("::") if schema else ("", "", "")
    return name.rstrip("_") if library == "aten" else ""


def _arguments(node: Node) -> dict[str, Any]:
    """All arguments by their names in the operator's schema, with the defaults."""
    wanted = node.target._schema.arguments  # type: ignore[union-attr]
    values = {each.name: each.default_value for each in wanted if each.has_default_value()}
    return values | {each.name: value for each, value in zip(wanted, node.args, strict=False)} | node.kwargs


def _layers(node: Node) -> list[str]:
    """Names of the modules that were running, outermost first."""
    return list(node.meta["layers"])


def _place(node: Node) -> str:
    """The operator and the layer that called it, for messages."""
    name = _operator(node) or str(node.target)
    layer = next(reversed(_layers(node)), "")
    return f"{name!r} in {layer!r}" if layer else repr(name)


def _is_image(flow: Flow, node: Node) -> bool:
    """Whether each entry depends on the same entry of one parameter or buffer, and is zero where that is."""
    source = node.args[0] if node.args else None
    if not isinstance(source, Node) or source not in flow.stored or len(node.all_input_nodes) > 1:
        return False
    parametrized = ".parametrizations." in f".{flow.stored[source]}"  # the layer that it belongs to is another
    return _operator(node) in _CASTS or (_operator(node) in _ZERO_AT_ZERO and not parametrized)


def _is_computed(flow: Flow, *nodes: Node | None) -> bool:
    return any(node is not None and node not in flow.stored for node in nodes)


def _rules(*rules: tuple[Callable[[Flow, Node], Any], str]) -> dict[str, Callable[[Flow, Node], Any]]:
    return {name: rule for rule, names in rules for name in names.split()}


_RULES = _rules(
    (_convolution, "conv1d conv2d conv3d"),
    (_transposed, "conv_transpose1d conv_transpose2d conv_transpose3d"),
    (_linear, "linear"),
    (_addmm, "addmm"),
    (_bilinear, "bilinear"),
    (_einsum, "einsum"),
    (_recurrent, "lstm gru rnn_tanh rnn_relu"),
    (_per_channel, "batch_norm instance_norm prelu"),
    (
        _elementwise,
        "add sub mul div rsub neg maximum minimum pow exp log sqrt rsqrt square abs erf sin cos sigmoid hardsigmoid "
        "tanh hardtanh relu relu6 leaky_relu elu celu selu gelu silu mish softplus hardswish log_sigmoid clamp "
        "clamp_min clamp_max where masked_fill dropout feature_dropout alpha_dropout contiguous clone detach alias "
        "to _to_copy",
    ),
    (_reshaped, "view _unsafe_view view_as reshape flatten unflatten squeeze unsqueeze"),
    (
        _rearranged,
        "permute transpose t mT numpy_T movedim swapaxes expand expand_as repeat flip cat concat pixel_shuffle",
    ),
    (_stacked, "stack"),
    (_slice, "slice narrow"),
    (_one, "select unbind"),
    (_halves, "glu"),
    (_reduction, "mean sum amax amin var std prod logsumexp linalg_vector_norm"),
    (_softmax, "softmax _softmax log_softmax _log_softmax"),
    (
        _window,
        "avg_pool1d avg_pool2d avg_pool3d max_pool1d max_pool2d max_pool3d adaptive_avg_pool1d adaptive_avg_pool2d "
        "adaptive_avg_pool3d upsample_nearest1d upsample_nearest2d upsample_nearest3d upsample_linear1d "
        "upsample_bilinear2d upsample_bicubic2d upsample_trilinear3d",
    ),
    (_padding, "pad constant_pad_nd"),
)
_MODULES = {  # rules that also read an attribute of the module
    "scaled_dot_product_attention": _attention,
    "matmul": _attention,
    "group_norm": _group_norm,
    "split": _split,
    "split_with_sizes": _split,
    "chunk": _split,
    "tensor_split": _split,
}
_ZERO_AT_ZERO = {"mul", "div", "neg", "abs", "square", "sin", "tanh", "relu"}
_CASTS = {"to", "_to_copy", "detach", "alias", "contiguous"}
_ASSERTIONS = {"_assert_tensor_metadata", "_assert_scalar", "_assert_async"}
