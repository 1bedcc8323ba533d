"""What each operator does to the labels of its inputs; see `flow`.

Operators are PyTorch's own (ATen), by their names without the overload, and without the underscore of the in-place
form: what an in-place operator ties is tied for every later reader of its input as well.
"""

import operator
from collections.abc import Callable
from typing import Any

from torch import Tensor, nn
from torch._ops import HigherOrderOperator
from torch.export import ExportedProgram
from torch.fx import Node
from torch.fx.node import map_arg

from compresslab.errors import InputError
from compresslab.pruning.structured.flow import Flow, leaves, shape_of, spread, varies

HEAD_COUNTS = ("heads", "num_heads", "n_heads")
"""Attributes in which an attention module may keep its number of heads."""


def follow(model: nn.Module, program: ExportedProgram, flow: Flow | None = None) -> Flow:
    """Walk over the operators of an exported model in the order of execution.

    Args:
        model: that was exported.
        program: its operators.
        flow: of another pass of the same model, whose notes go on here. Units must then suit both passes.

    Raises:
        InputError: a region of the forward is a graph of its own, as autocast and `torch.cond` make them.
    """
    signature = program.graph_signature
    names = {**signature.inputs_to_parameters, **signature.inputs_to_buffers}
    flow = Flow() if flow is None else flow
    flow.stored |= {node: names[node.name] for node in program.graph.nodes if node.name in names}
    for node in program.graph.nodes:
        if node.op == "placeholder" and node not in flow.stored:
            given = node.name in signature.user_inputs
            flow.activations[node] = flow.fixed(node, f"it meets {'the input of the model' if given else 'a constant'}")
        elif node.op == "get_attr" or isinstance(node.target, HigherOrderOperator):
            raise InputError(
                f"the forward of this {type(model).__name__} holds a region, {str(node.target)!r}, that isn't "
                "followed: put autocast around the call of the model, and leave control flow such as `torch.cond` out."
            )
        elif node.op == "call_function":
            flow.activations[node] = _step(flow, node, model)
        elif node.op == "output":
            for value in node.all_input_nodes:
                flow.keep_whole(value, "it is the output of the model")
    return flow


def _step(flow: Flow, node: Node, model: nn.Module) -> Any:
    """Labels of an operator's results."""
    if node.target is operator.getitem:
        source, index = node.args
        return flow[source][index]  # type: ignore[index]
    name = _operator(node)
    if name in _ASSERTIONS:
        return None
    if name in _ATTENTION:
        return _attention(flow, node, model)
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


def _linear(flow: Flow, node: Node) -> Tensor:
    """The same for a matrix, whose units are the last dimension of what comes in and goes out."""
    given = _arguments(node)
    weight, bias = given["weight"], given["bias"]
    if _is_computed(flow, weight, bias):
        return _computed(flow, node)
    labels = flow[given["input"]]
    flow.consume(weight, flow.merge(labels, labels.ndim - 1))
    written = flow.produce(weight, bias, flow.fresh(shape_of(weight)[0]))
    return spread(written, labels.ndim - 1, shape_of(node))


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
    """Tie the units that meet. One that is broadcast over others isn't removed with any of them: it stays."""
    shape = shape_of(node)
    operands = [labels for value in node.all_input_nodes for labels in leaves(flow[value])]
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
        return flow.fixed(node, f"it meets the result of {_place(node)}, which broadcasts both sides")
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
    flow.grids.append((moved, f"{_place(node)} spreads it over two dimensions"))
    return moved


def _part(flow: Flow, node: Node) -> Any:
    """Slices and splits: their positions are constants of the code, so nothing before them may go."""
    given = _arguments(node)
    if "end" not in given or shape_of(node) != shape_of(given["self"]):  # x[:] is nothing but x
        flow.level(flow[given["self"]], [given["dim"]], f"{_place(node)} takes a part of the channels")
    return _rearranged(flow, node)


def _reduction(flow: Flow, node: Node) -> Tensor:
    """A mean over pixels or tokens keeps the units; one over the units themselves needs them all."""
    given = _arguments(node)
    labels = flow[given["self"]]
    dims = given.get("dim")
    dims = range(labels.ndim) if dims is None or dims == [] else [dims] if isinstance(dims, int) else dims
    return flow.level(labels, dims, f"{_place(node)} reduces over channels").reshape(shape_of(node))


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
    given = _arguments(node)
    dims = [-1 - place for place in range(len(given["pad"]) // 2) if any(given["pad"][2 * place : 2 * place + 2])]
    labels = flow.level(flow[given["self"]], dims, f"{_place(node)} pads the channels")
    return labels.expand(shape_of(node))


def _attention(flow: Flow, node: Node, model: nn.Module) -> Tensor:
    """A head is one unit: products of matrices tie all features, and a scale by their number must not change.

    Holds for `scaled_dot_product_attention` and for products of four-dimensional tensors (batch, heads, ...).
    """
    inputs = [value for value in (*node.args, *node.kwargs.values()) if isinstance(value, Node)]
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
    """Names of the modules that were running, outermost first; a module's second call is marked with "@"."""
    return [name.partition("@")[0] for name, _ in (node.meta.get("nn_module_stack") or {}).values()]


def _place(node: Node) -> str:
    """The operator and the layer that called it, for messages."""
    name = _operator(node) or str(node.target)
    layer = next(reversed(_layers(node)), "")
    return f"{name!r} in {layer!r}" if layer else repr(name)


def _is_computed(flow: Flow, *nodes: Node | None) -> bool:
    return any(node is not None and node not in flow.stored for node in nodes)


def _rules(*rules: tuple[Callable[[Flow, Node], Any], str]) -> dict[str, Callable[[Flow, Node], Any]]:
    return {name: rule for rule, names in rules for name in names.split()}


_RULES = _rules(
    (_convolution, "conv1d conv2d conv3d"),
    (_linear, "linear"),
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
        "permute transpose t numpy_T movedim swapaxes expand expand_as repeat flip cat concat stack pixel_shuffle",
    ),
    (_part, "slice select narrow split split_with_sizes chunk unbind"),
    (_reduction, "mean sum amax amin"),
    (_softmax, "softmax _softmax log_softmax _log_softmax"),
    (
        _window,
        "avg_pool1d avg_pool2d avg_pool3d max_pool1d max_pool2d max_pool3d adaptive_avg_pool1d adaptive_avg_pool2d "
        "adaptive_avg_pool3d upsample_nearest1d upsample_nearest2d upsample_nearest3d upsample_linear1d "
        "upsample_bilinear2d upsample_bicubic2d upsample_trilinear3d",
    ),
    (_padding, "pad constant_pad_nd"),
)
_ATTENTION = {"scaled_dot_product_attention", "matmul"}
_ASSERTIONS = {"_assert_tensor_metadata", "_assert_scalar", "_assert_async"}
