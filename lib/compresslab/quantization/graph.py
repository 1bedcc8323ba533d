"""A model as a graph of calls, which shows what follows what.

The tracer is torch.fx: a call of a layer is one node that names the layer, additions written as `x + y` are nodes of
their own, and the graph runs, trains and is copied like any module once it has been edited. The tracer of structured
pruning notes PyTorch's inner operators instead, which tell shapes exactly, but cannot be run or edited.
"""

import copy
import operator
from collections import Counter
from typing import Any

import torch
import torch.nn.functional as F
from torch import fx, nn

from compresslab.errors import InputError
from compresslab.hidden_weights import require_plain_parameters

WEIGHTED = (nn.Linear, nn.modules.conv._ConvNd)
BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)

_RELUS = (F.relu, torch.relu, "relu", "relu_")
_ADDITIONS = (operator.add, operator.iadd, torch.add, "add", "add_")
_FUNCTIONS_WITH_WEIGHTS = (F.linear, F.conv1d, F.conv2d, F.conv3d, torch.conv1d, torch.conv2d, torch.conv3d)


def traced(model: nn.Module, *, purpose: str) -> fx.GraphModule:
    """A copy of the model that is run by its graph, in the modes of the model.

    What the forward decides by itself, such as by `self.training`, is decided as in evaluation.

    Args:
        model: not modified.
        purpose: what needs the graph, for the error.

    Raises:
        InputError: a parameter is computed from others (masks), or the forward decides by the values that it computes.

    >>> [node.op for node in traced(nn.Sequential(nn.ReLU()), purpose="an example").graph.nodes]
    ['placeholder', 'call_module', 'output']
    """
    require_plain_parameters(model, purpose=purpose)
    modes = {name: module.training for name, module in model.named_modules()}
    copied = copy.deepcopy(model).eval()
    if isinstance(copied, fx.GraphModule):
        graph_module = copied
    else:
        try:
            graph_module = fx.symbolic_trace(copied)
        except Exception as error:
            reason = str(error).strip().partition("\n")[0] or type(error).__name__
            raise InputError(
                f"{type(model).__name__} cannot be traced by torch.fx, which {purpose} needs: {reason}. "
                "Its forward must not decide by the values that it computes."
            ) from error
    for name, module in graph_module.named_modules():
        module.training = modes.get(name, model.training)
    return graph_module


def layer_of(graph_module: fx.GraphModule, node: object) -> Any:
    """The module that a node calls, if it calls one.

    >>> graph_module = traced(nn.Sequential(nn.ReLU()), purpose="an example")
    >>> [layer_of(graph_module, node) for node in graph_module.graph.nodes]
    [None, ReLU(), None]
    """
    if not isinstance(node, fx.Node) or node.op != "call_module":
        return None
    return graph_module.get_submodule(str(node.target))


def is_addition(node: fx.Node) -> bool:
    """Whether a node adds two tensors that were computed, as a residual connection does.

    >>> class Double(nn.Module):
    ...     def forward(self, x):
    ...         return x + x + 1
    >>> [is_addition(node) for node in traced(Double(), purpose="an example").graph.nodes]
    [False, True, False, False]
    """
    return (
        node.op in ("call_function", "call_method")
        and node.target in _ADDITIONS
        and len(node.args) == 2
        and all(isinstance(argument, fx.Node) for argument in node.args)
    )


def is_relu(graph_module: fx.GraphModule, node: fx.Node) -> bool:
    """Whether a node is a ReLU, as a layer, a function or a method.

    >>> graph_module = traced(nn.Sequential(nn.ReLU()), purpose="an example")
    >>> [is_relu(graph_module, node) for node in graph_module.graph.nodes]
    [False, True, False]
    """
    if node.op == "call_module":
        return isinstance(layer_of(graph_module, node), nn.ReLU)
    return node.op in ("call_function", "call_method") and node.target in _RELUS


def rectified_layers(graph_module: nn.Module) -> set[str]:
    """The names of layers that a ReLU, and nothing else, follows.

    >>> rectified_layers(traced(nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2)), purpose="an example"))
    {'0'}
    """
    assert isinstance(graph_module, fx.GraphModule)
    found = set()
    for node in graph_module.graph.nodes:
        users = list(node.users)
        if node.op == "call_module" and len(users) == 1 and is_relu(graph_module, users[0]):
            found.add(str(node.target))
    return found


def calls(graph_module: fx.GraphModule) -> Counter[str]:
    """How often each layer is called.

    >>> calls(traced(nn.Sequential(nn.ReLU()), purpose="an example"))
    Counter({'0': 1})
    """
    return Counter(str(node.target) for node in graph_module.graph.nodes if node.op == "call_module")


def require_layers_for_weights(graph_module: fx.GraphModule, kept: frozenset[str]) -> None:
    """Refuse weights that are in no convolution or linear layer, unless their layer is to stay in floating point.

    Raises:
        InputError: which names the first of them.

    >>> graph_module = traced(nn.Sequential(nn.Embedding(4, 2)), purpose="an example")
    >>> require_layers_for_weights(graph_module, frozenset({"0"}))
    """
    for node in graph_module.graph.nodes:
        layer, name = layer_of(graph_module, node), str(node.target)
        unknown = layer is not None and not isinstance(layer, WEIGHTED) and name not in kept
        if unknown and any(parameter.ndim > 1 for parameter in layer.parameters()):
            raise InputError(
                f"{name!r} is a {type(layer).__name__}, whose weights are not quantized here: name it in keep=, to "
                "leave it in floating point."
            )
        if node.op == "call_function" and node.target in _FUNCTIONS_WITH_WEIGHTS:
            raise InputError(
                f"the forward calls {getattr(node.target, '__name__', node.target)} on a weight of its own "
                f"({', '.join(map(str, node.args[1:2]))}): make it a layer, such as nn.Linear, to quantize it."
            )
