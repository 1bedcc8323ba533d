"""Walks over the operators of a forward pass and notes what each does to the labels of its inputs; see `flow`."""

import operator
from collections.abc import Callable
from typing import Any

from torch import nn
from torch.fx import Node

from compresslab.pruning.structured import layer_rules as layers
from compresslab.pruning.structured import shape_rules as shapes
from compresslab.pruning.structured.flow import Flow
from compresslab.pruning.structured.nodes import operator_of, unknown
from compresslab.pruning.structured.tracing import Trace


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
    name = operator_of(node)
    if name in _ASSERTIONS:
        return None
    if name in _MODULES:
        return _MODULES[name](flow, node, model)
    return _RULES[name](flow, node) if name in _RULES else unknown(flow, node)


def _is_image(flow: Flow, node: Node) -> bool:
    """Whether each entry depends on the same entry of one parameter or buffer, and is zero where that is."""
    source = node.args[0] if node.args else None
    if not isinstance(source, Node) or source not in flow.stored or len(node.all_input_nodes) > 1:
        return False
    parametrized = ".parametrizations." in f".{flow.stored[source]}"  # the layer that it belongs to is another
    return operator_of(node) in _CASTS or (operator_of(node) in _ZERO_AT_ZERO and not parametrized)


def _rules(*rules: tuple[Callable[[Flow, Node], Any], str]) -> dict[str, Callable[[Flow, Node], Any]]:
    return {name: rule for rule, names in rules for name in names.split()}


_RULES = _rules(
    (layers.convolution, "conv1d conv2d conv3d"),
    (layers.transposed, "conv_transpose1d conv_transpose2d conv_transpose3d"),
    (layers.linear, "linear"),
    (layers.addmm, "addmm"),
    (layers.bilinear, "bilinear"),
    (layers.einsum, "einsum"),
    (layers.recurrent, "lstm gru rnn_tanh rnn_relu"),
    (layers.per_channel, "batch_norm instance_norm prelu"),
    (
        shapes.elementwise,
        "add sub mul div rsub neg maximum minimum pow exp log sqrt rsqrt square abs erf sin cos sigmoid hardsigmoid "
        "tanh hardtanh relu relu6 leaky_relu elu celu selu gelu silu mish softplus hardswish log_sigmoid clamp "
        "clamp_min clamp_max where masked_fill dropout feature_dropout alpha_dropout contiguous clone detach alias "
        "to _to_copy",
    ),
    (shapes.reshaped, "view _unsafe_view view_as reshape flatten unflatten squeeze unsqueeze"),
    (
        shapes.rearranged,
        "permute transpose t mT numpy_T movedim swapaxes expand expand_as repeat flip cat concat pixel_shuffle",
    ),
    (shapes.stacked, "stack"),
    (shapes.part, "slice narrow"),
    (shapes.single, "select unbind"),
    (shapes.halves, "glu"),
    (shapes.reduction, "mean sum amax amin var std prod logsumexp linalg_vector_norm"),
    (shapes.softmax, "softmax _softmax log_softmax _log_softmax"),
    (
        shapes.window,
        "avg_pool1d avg_pool2d avg_pool3d max_pool1d max_pool2d max_pool3d adaptive_avg_pool1d adaptive_avg_pool2d "
        "adaptive_avg_pool3d upsample_nearest1d upsample_nearest2d upsample_nearest3d upsample_linear1d "
        "upsample_bilinear2d upsample_bicubic2d upsample_trilinear3d",
    ),
    (shapes.padding, "pad constant_pad_nd"),
)
_MODULES = {  # rules that also read an attribute of the module
    "scaled_dot_product_attention": layers.attention,
    "matmul": layers.attention,
    "group_norm": layers.group_norm,
    "split": shapes.split,
    "split_with_sizes": shapes.split,
    "chunk": shapes.split,
    "tensor_split": shapes.split,
}
_ZERO_AT_ZERO = {"mul", "div", "neg", "abs", "square", "sin", "tanh", "relu"}
_CASTS = {"to", "_to_copy", "detach", "alias", "contiguous"}
_ASSERTIONS = {"_assert_tensor_metadata", "_assert_scalar", "_assert_async"}
