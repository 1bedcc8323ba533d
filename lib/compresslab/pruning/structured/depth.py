"""Removing whole layers: a residual block whose shortcut is the identity can go, and the shortcut stays.

Reference: Veit, Wilber and Belongie 2016, "Residual Networks Behave Like Ensembles of Relatively Shallow Networks".
"""

import copy
import operator
from collections.abc import Collection, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, fx, nn

from compresslab.errors import InputError

_ADDITIONS = {operator.add, operator.iadd, torch.add, "add", "add_"}
_RELUS = {F.relu, torch.relu, "relu", "relu_"}


def drop_residual_blocks(model: nn.Module, names: Collection[str]) -> nn.Module:
    """A copy of `model` in which blocks x + f(x) are replaced by x, and blocks relu(x + f(x)) by relu(x).

    It computes what the model would if f gave zero: (x + f(x)) + x leaves 2x. A ReLU behind the addition
    stays, since only the block before knows whether x has negative values.

    Args:
        model: not modified.
        names: of blocks, as in `named_modules`. A block may add several branches, as a transformer's layer does.

    Raises:
        InputError: a name is no module inside the model, or its shortcut isn't the identity: the block changes the
            number of channels or the resolution, adds nothing to its input, or takes more than one input.

    >>> class Block(nn.Linear):
    ...     def forward(self, x):
    ...         return x + super().forward(x)
    >>> drop_residual_blocks(nn.Sequential(Block(2, 2), Block(2, 2)), ["1"])
    Sequential(
      (0): Block(in_features=2, out_features=2, bias=True)
      (1): Identity()
    )
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
    """What remains of a block: its input, as often as the output adds it, and a ReLU if one stands behind."""
    try:
        graph = fx.symbolic_trace(block).graph
    except Exception as error:
        raise InputError(f"{name!r} cannot be traced, so its shortcut isn't known: {error}") from error
    inputs = [node for node in graph.nodes if node.op == "placeholder"]
    if len(inputs) != 1:
        raise InputError(f"{name!r} takes {len(inputs)} inputs, but a shortcut has one: choose a block of one input.")
    modules = dict(block.named_modules())
    (output,) = (node for node in graph.nodes if node.op == "output")
    end, relu = output.args[0], False
    while isinstance(end, fx.Node) and (_is(end, modules, nn.Identity) or _is(end, modules, nn.ReLU, _RELUS)):
        relu = relu or not _is(end, modules, nn.Identity)
        (end,) = end.all_input_nodes
    times = {end: 1} if isinstance(end, fx.Node) and _is(end, modules, added=True) else {}
    for node in reversed(graph.nodes):  # each node is met when all that read it have been
        if node in times and (_is(node, modules, added=True) or _is(node, modules, nn.Identity)):
            for operand in (*node.args, *node.kwargs.values()):
                if isinstance(operand, fx.Node):
                    times[operand] = times.get(operand, 0) + times[node]
    found = times.get(inputs[0], 0)
    if not found:
        raise InputError(f"{name!r} has no identity shortcut, x + f(x): without it nothing would stand in its place.")
    rest: nn.Module = nn.ReLU() if relu else nn.Identity()
    return rest if found == 1 else nn.Sequential(_Multiple(found), rest)


class _Multiple(nn.Module):
    """The input, added to itself this many times: what a block leaves whose output has it more than once."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def forward(self, x: Tensor) -> Tensor:
        return x * self.times


def _is(
    node: fx.Node,
    modules: Mapping[str, nn.Module],
    kind: type[nn.Module] | None = None,
    functions: Collection[object] = (),
    *,
    added: bool = False,
) -> bool:
    """Whether a node calls a module of this kind or one of these functions; or adds two operands, unscaled."""
    if node.op == "call_module":
        return kind is not None and isinstance(modules[str(node.target)], kind)
    if node.op not in ("call_function", "call_method"):
        return False
    if added:
        operands = len(node.args) + len(node.kwargs)
        return node.target in _ADDITIONS and operands == 2 and node.kwargs.keys() <= {"input", "other"}
    return node.target in functions
