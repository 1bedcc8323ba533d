"""Removing whole layers: a residual block whose shortcut is the identity can go, and the shortcut stays.

Reference: Veit, Wilber and Belongie 2016, "Residual Networks Behave Like Ensembles of Relatively Shallow Networks".
"""

import copy
import operator
from collections.abc import Collection

import torch
import torch.nn.functional as F
from torch import fx, nn

from compresslab.errors import InputError

_ADDITIONS = {operator.add, operator.iadd, torch.add, "add", "add_"}
_RELUS = {F.relu, torch.relu, "relu", "relu_"}


def drop_residual_blocks(model: nn.Module, names: Collection[str]) -> nn.Module:
    """A copy of `model` in which blocks x + f(x) are replaced by x, and blocks relu(x + f(x)) by relu(x).

    It computes what the model would if f gave zero. A ReLU behind the addition stays, since only the block before
    knows whether x has negative values.

    Args:
        model: not modified.
        names: of blocks, as in `named_modules`. A block may add several branches, as a transformer's layer does.

    Raises:
        InputError: a name is no module inside the model, or its shortcut isn't the identity: the block changes the
            number of channels or the resolution, or adds nothing to its input.
    """
    shallower = copy.deepcopy(model)
    modules = dict(shallower.named_modules())
    for name in names:
        if not name or name not in modules:
            raise InputError(f"{name!r} is no block inside this {type(model).__name__}.")
        shortcut = _shortcut(name, modules[name])
        parent, _, child = name.rpartition(".")
        setattr(modules[parent], child, shortcut.train(modules[name].training))
    return shallower


def _shortcut(name: str, block: nn.Module) -> nn.Module:
    """What remains of a block: its input if the output adds to that, and a ReLU if one stands behind the addition."""
    try:
        graph = fx.symbolic_trace(block).graph
    except Exception as error:
        raise InputError(f"{name!r} cannot be traced, so its shortcut isn't known: {error}") from error
    modules = dict(block.named_modules())
    remains: nn.Module = nn.Identity()
    (output,) = (node for node in graph.nodes if node.op == "output")
    ends, added = output.all_input_nodes, False
    while ends:
        node = ends.pop()
        module = modules[str(node.target)] if node.op == "call_module" else None
        called = node.target if module is None else None
        if node.op == "placeholder" and added:
            return remains
        if isinstance(module, nn.Identity):
            ends += node.all_input_nodes
        elif (isinstance(module, nn.ReLU) or called in _RELUS) and not added:
            remains, ends = nn.ReLU(), node.all_input_nodes
        elif called in _ADDITIONS and "alpha" not in node.kwargs:
            added, ends = True, ends + node.all_input_nodes
    raise InputError(f"{name!r} has no identity shortcut, x + f(x): without it nothing would stand in its place.")
