"""Where quantizers go: a copy of the model in which every weight, and every value between layers, is fake-quantized.

What an engine runs in integers is an operator between quantized inputs and a quantized output. Convolutions, linear
layers, additions of two activations and average pools are such operators. So quantized are: what goes into them, and
what comes out of them, after the ReLU if one follows at once, as engines compute it in the same step. Max-pooling,
reshaping and dropout pass integers on. All else (GELU, layer norm, softmax, products of activations) stays in floating
point, and so does the model's output.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import fx, nn

from compresslab.arguments import one_of, whole
from compresslab.errors import InputError
from compresslab.quantization.batch_norm import batch_norm_pairs, fold_into
from compresslab.quantization.formats import activation_format, weight_format
from compresslab.quantization.graph import (
    WEIGHTED,
    is_addition,
    layer_of,
    require_layers_for_weights,
    traced,
)
from compresslab.quantization.quantizers import ActivationQuantizer, QuantizedLayer, WeightQuantizer

_RECTIFIERS = (nn.ReLU, nn.ReLU6, F.relu, F.relu6, torch.relu, "relu", "relu_")
_AVERAGES = (
    nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d, nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d,
    F.avg_pool2d, F.adaptive_avg_pool2d, torch.mean, "mean",
)  # fmt: skip
_PASSING = (
    nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d, nn.Flatten, nn.Unflatten, nn.Identity, nn.Dropout, nn.Dropout2d,
    F.max_pool2d, F.dropout, torch.flatten, torch.reshape, torch.permute, torch.transpose, torch.squeeze,
    torch.unsqueeze, "flatten", "reshape", "view", "permute", "transpose", "squeeze", "unsqueeze", "contiguous",
)  # fmt: skip


@dataclass(frozen=True)
class BitWidths:
    """Bits of a layer's weights and of the activations that go into it; None leaves them in floating point.

    Raises:
        InputError: a number is not from 2 to 16.

    >>> BitWidths(weights=4)
    BitWidths(weights=4, activations=8)
    """

    weights: int | None = 8
    activations: int | None = 8

    def __post_init__(self) -> None:
        for name, bits in vars(self).items():
            if bits is not None:
                whole(2, 16, "or None for floating point", **{name: bits})


def insert_quantizers(
    model: nn.Module,
    *,
    bits: BitWidths = BitWidths(),
    by_layer: Mapping[str, BitWidths] | None = None,
    keep: Collection[str] = (),
    per_channel: bool = True,
    batch_norm: Literal["fold", "train"] = "fold",
) -> fx.GraphModule:
    """A copy of the model with quantizers, which have no ranges yet.

    Each convolution and linear layer becomes a `QuantizedLayer` of the same name, and the quantizer of the value that
    `layer1.0.conv1` makes is `quantizers.layer1_0_conv1`, or that of the ReLU after it. A layer that is called twice
    is quantized once; each of its results has a quantizer of its own.

    Args:
        model: not modified; its modes are kept.
        bits: of all layers that `by_layer` doesn't name, and of the activations that go into no layer.
        by_layer: mixed precision, by the names of convolution and linear layers. A value that goes into several layers
            has the bits of that which needs the most.
        keep: names of layers to leave in floating point, which may be of any type.
        per_channel: a scale for each output channel, or one a weight.
        batch_norm: "fold" into the layers before, or "train" along within the quantized layer.

    Raises:
        InputError: a name is none of a layer, the model can't be traced or has no layer to quantize, or has weights in
            layers of other types, which it names.

    >>> from compresslab.models import mlp
    >>> prepared = insert_quantizers(mlp(inputs=4, hidden=[3]), by_layer={"3": BitWidths(2, 4)})
    >>> [str(node.target) for node in prepared.graph.nodes if node.op == "call_module"]
    ['quantizers.input_1', '0', '1', '2', 'quantizers._2', '3']
    >>> prepared.quantizers._2, prepared.get_submodule("3.weight_quantizer").format
    (ActivationQuantizer(2, uint4), int2 (narrow))
    """
    one_of(("fold", "train"), batch_norm=batch_norm)
    graph_module = traced(model, purpose="inserting quantizers")
    require_layers_for_weights(graph_module, frozenset(keep))
    widths = _widths(graph_module, bits, by_layer or {}, keep)
    _take_in_batch_norms(graph_module, fold=batch_norm == "fold")
    for node in filter(is_addition, graph_module.graph.nodes):  # in place, one would change a value that others read
        node.target = torch.add if node.op == "call_function" else "add"
    values = dict(_values(graph_module, widths, bits.activations))
    _quantize_layers(graph_module, widths, per_channel=per_channel)
    _quantize_values(graph_module, values)
    for module in graph_module.modules():
        if isinstance(module, QuantizedLayer):
            module.training = module.weight_quantizer.training = module.layer.training
        elif isinstance(module, ActivationQuantizer):
            module.training = model.training
    return graph_module


def _quantize_layers(graph_module: fx.GraphModule, widths: Mapping[str, BitWidths], *, per_channel: bool) -> None:
    for name, bits in widths.items():
        if bits.weights is None:
            continue
        layer, norm = graph_module.get_submodule(name), None
        if isinstance(layer, QuantizedLayer):  # which has taken a batch-norm in
            layer, norm = layer.layer, layer.batch_norm
        transposed = isinstance(layer, nn.modules.conv._ConvTransposeNd)  # (in, out, ...): no channel in front
        quantizer = WeightQuantizer(
            weight_format(bits.weights), by_channel=per_channel and not transposed, name=f"{name}.weight"
        )
        graph_module.set_submodule(name, QuantizedLayer(layer, quantizer, norm))


def _quantize_values(graph_module: fx.GraphModule, values: Mapping[fx.Node, int]) -> None:
    for node, bits in values.items():
        shown = str(node.target) if node.op in ("call_module", "get_attr") else node.name
        name = f"quantizers.{node.name}"
        graph_module.add_submodule(name, ActivationQuantizer(activation_format(bits), name=shown))
        with graph_module.graph.inserting_after(node):
            quantized = graph_module.graph.call_module(name, (node,))
        node.replace_all_uses_with(quantized)
        quantized.replace_input_with(quantized, node)
    graph_module.recompile()


def _widths(
    graph_module: fx.GraphModule, bits: BitWidths, by_layer: Mapping[str, BitWidths], keep: Collection[str]
) -> dict[str, BitWidths]:
    """The bits of each convolution and linear layer that is called."""
    called = {str(node.target) for node in graph_module.graph.nodes if node.op == "call_module"}
    layers = [name for name in called if isinstance(graph_module.get_submodule(name), WEIGHTED)]
    for argument, names, known in (("by_layer", by_layer, layers), ("keep", keep, called)):
        for name in names:
            if name not in known:
                raise InputError(f"{argument} names {name!r}, which is no layer here: {', '.join(sorted(known))}.")
    if not layers:
        raise InputError(f"{type(graph_module).__name__} calls no convolution or linear layer: nothing is quantized.")
    floating = BitWidths(None, None)
    order = [name for name, _ in graph_module.named_modules() if name in layers]
    return {name: floating if name in keep else by_layer.get(name, bits) for name in order}


def _take_in_batch_norms(graph_module: fx.GraphModule, *, fold: bool) -> None:
    for layer_name, norm_name in batch_norm_pairs(graph_module):
        layer, norm = graph_module.get_submodule(layer_name), graph_module.get_submodule(norm_name)
        if fold:
            fold_into(layer, norm, name=norm_name)
        else:
            graph_module.set_submodule(layer_name, QuantizedLayer(layer, nn.Identity(), norm))
        for node in list(graph_module.graph.nodes):
            if node.op == "call_module" and node.target == norm_name:
                node.replace_all_uses_with(node.args[0])
                graph_module.graph.erase_node(node)
        graph_module.delete_submodule(norm_name)


def _values(
    graph_module: fx.GraphModule, widths: Mapping[str, BitWidths], default: int | None
) -> Iterator[tuple[fx.Node, int]]:
    """The nodes whose results are quantized, and to how many bits."""
    kinds = {node: _kind(graph_module, node) for node in graph_module.graph.nodes}

    def consumers(node: fx.Node) -> Iterator[fx.Node]:
        for user in node.users:
            if kinds[user] == "passing":
                if user.args[0] is node:  # not where it is a size
                    yield from consumers(user)
            else:
                yield user

    for node, kind in kinds.items():
        users = list(node.users)
        rectified = len(users) == 1 and kinds[users[0]] == "rectifier"
        if kind in ("passing", "output") or (kind in ("weighted", "arithmetic") and rectified):
            continue
        wanted: list[int | None] = []
        read_by = [user for user in consumers(node) if kinds[user] != "output"]
        for user in read_by:
            if kinds[user] == "weighted":
                wanted.append(widths[str(user.target)].activations)
            elif kinds[user] == "arithmetic":
                wanted.append(default)
        maker = node.args[0] if kind == "rectifier" else node
        if not wanted and read_by and kinds.get(maker) in ("weighted", "arithmetic"):
            in_integers = kinds[maker] == "arithmetic" or widths[str(maker.target)].activations is not None
            wanted.append(default if in_integers else None)
        bits = max((width for width in wanted if width is not None), default=None)
        if bits is not None:
            yield node, bits


def _kind(
    graph_module: fx.GraphModule, node: fx.Node
) -> Literal["weighted", "arithmetic", "rectifier", "passing", "output", "other"]:
    layer = layer_of(graph_module, node)

    def among(these: tuple[object, ...]) -> bool:
        modules = tuple(entry for entry in these if isinstance(entry, type))
        called = node.op in ("call_function", "call_method")
        return isinstance(layer, modules) or (called and node.target in these)

    if node.op == "output":
        return "output"
    if isinstance(layer, (*WEIGHTED, QuantizedLayer)):
        return "weighted"
    if is_addition(node):
        return "arithmetic"
    if among(_AVERAGES):
        return "arithmetic"
    if among(_RECTIFIERS):
        return "rectifier"
    if among(_PASSING):
        return "passing"
    return "other"
