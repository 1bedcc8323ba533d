"""Operators of a trace, and what is done with one that no rule follows.

Operators are PyTorch's own (ATen), by their names without the overload, and without the underscore of the in-place
form: what an in-place operator ties is tied for every later reader of its input as well.
"""

from typing import Any

from torch.fx import Node

from compresslab.pruning.structured.flow import Flow


def operator_of(node: Node) -> str:
    """Name of an ATen operator such as "relu"; "" for any other."""
    schema = getattr(node.target, "_schema", None)
    library, _, name = schema.name.partition("::") if schema else ("", "", "")
    return name.rstrip("_") if library == "aten" else ""


def arguments_of(node: Node) -> dict[str, Any]:
    """All arguments by their names in the operator's schema, with the defaults."""
    wanted = node.target._schema.arguments  # type: ignore[union-attr]
    values = {each.name: each.default_value for each in wanted if each.has_default_value()}
    return values | {each.name: value for each, value in zip(wanted, node.args, strict=False)} | node.kwargs


def layers_of(node: Node) -> list[str]:
    """Names of the modules that were running, outermost first."""
    return list(node.meta["layers"])


def place_of(node: Node) -> str:
    """The operator and the layer that called it, for messages."""
    name = operator_of(node) or str(node.target)
    layer = next(reversed(layers_of(node)), "")
    return f"{name!r} in {layer!r}" if layer else repr(name)


def unknown(flow: Flow, node: Node, reason: str = "") -> Any:
    """Pin all that flows in and all that comes out."""
    for value in node.all_input_nodes:
        flow.keep_whole(value, reason or f"it flows into {place_of(node)}, which mixes channels or isn't followed")
    return flow.fixed(
        node, reason or f"it meets the result of {place_of(node)}, which mixes channels or isn't followed"
    )


def computed(flow: Flow, node: Node) -> Any:
    """A layer whose weight or bias is computed from others, which would have to shrink in unknown ways."""
    reason = f"{place_of(node)} computes its weight or bias, perhaps by a mask, which must be made permanent first"
    flow.computed[next(reversed(layers_of(node)), "")] = reason
    return unknown(flow, node, reason)


def is_computed(flow: Flow, *nodes: Node | None) -> bool:
    """Whether one of these weights is none of the model's own, but what operators made of them."""
    return any(node is not None and node not in flow.stored for node in nodes)
