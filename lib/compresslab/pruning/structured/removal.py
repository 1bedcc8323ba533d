"""Removing units: a smaller network of the same layers, dense and ordinary."""

import copy
from collections.abc import Collection, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves

from compresslab.errors import InputError
from compresslab.pruning.structured.channel_importance import Importance, UnitScores, l2
from compresslab.pruning.structured.graph import DependencyGraph, Member, dependency_graph
from compresslab.pruning.structured.running import check, computed_tensors, copy_sharing, run, stored_tensors
from compresslab.pruning.structured.selection import Scope, units_to_remove

Units = Mapping[str, Tensor | Sequence[int]]
"""From a group's name, or that of a layer which produces it, to the indices of units in it."""


def prune_structured(
    model: nn.Module,
    example: Tensor,
    *,
    ratio: float | Mapping[str, float],
    importance: Importance | UnitScores = l2,
    scope: Scope = "group",
    round_to: int = 1,
    at_least: int = 1,
    protect: Collection[str] = (),
) -> nn.Module:
    """A smaller copy of `model`, without its least important channels, units and heads.

    A share of the channels removed everywhere leaves the square of the rest in MACs, nearly: 30% less is about half.

    Args:
        model: not modified.
        example: an input such as images (1, C, H, W), on the model's device; its values don't matter.
        importance: a function of the module `channel_importance`, its further arguments bound with
            `functools.partial`; or the scores themselves.
        ratio, scope, round_to, at_least, protect: see `units_to_remove`.

    Returns:
        An ordinary model of the same classes, which trains, saves and exports as any other.

    Raises:
        InputError: as `dependency_graph`, `units_to_remove` and `remove_units`; or nothing can be removed at all.
    """
    graph = dependency_graph(model, example)
    if not graph.groups:
        reasons = "; ".join(f"{name!r}: {reason}" for name, reason in graph.pinned.items())
        raise InputError(f"no layer of this {type(model).__name__} can lose channels: {reasons or 'it has none'}.")
    scores = importance if isinstance(importance, Mapping) else importance(model, graph)
    return remove_units(
        model,
        graph,
        units_to_remove(graph, scores, ratio=ratio, scope=scope, round_to=round_to, at_least=at_least, protect=protect),
    )


def remove_units(model: nn.Module, graph: DependencyGraph, units: Units) -> nn.Module:
    """A copy of `model` without these units: with the rows, entries and columns that are theirs cut out.

    The copy is run on the graph's example and must give what the model gives once nothing reads the units.

    Args:
        model: not modified.
        graph: of this model.
        units: for each group, the indices to remove.

    Returns:
        A model whose tensors keep dtype, device, memory format and `requires_grad`, and whose modules keep their
        mode. Sizes that PyTorch's layers hold (`out_channels`, `num_features`, ...) and the number of heads follow.

    Raises:
        InputError: a name or an index is unknown, a group would lose its last unit, the graph is another model's, or
            the model's code fixes a size, so that it no longer runs or no longer computes the same.
    """
    check(model)
    tensors = stored_tensors(model)
    removed = _checked(graph, units, tensors)
    cuts: dict[tuple[str, int], list[Tensor]] = {}
    for member, gone in _cut(graph, removed):
        cuts.setdefault((member.name, member.dim), []).append(gone)
    small: dict[str, Tensor] = {}
    for (name, dim), slices in cuts.items():
        small[name] = _without(small.get(name, tensors[name].detach()), dim, torch.cat(slices))
    # Given to deepcopy as copies already made, so that they take the places of the originals, shared ones included.
    memo = {id(tensors[name]): _like(tensors[name], tensor) for name, tensor in small.items()}
    smaller = copy.deepcopy(model, computed_tensors(model) | memo)
    changed = {id(tensor) for tensor in memo.values()}
    for module in smaller.modules():
        if any(id(tensor) in changed for tensor in (*module._parameters.values(), *module._buffers.values())):
            _resize(module)
    for name, gone in removed.items():
        for module_name, attribute in graph.group(name).heads:
            module = smaller.get_submodule(module_name)
            setattr(module, attribute, getattr(module, attribute) - len(gone))
    _compare(smaller, _silent(model, graph, removed), graph.example)
    return smaller


def silence_units(model: nn.Module, graph: DependencyGraph, units: Units) -> nn.Module:
    """A copy of `model` of the same size in which nothing reads these units: their consumers' columns are zero.

    It computes what the model of `remove_units` computes, at the full cost: zeroing doesn't shrink anything.

    Args:
        model, graph, units: as for `remove_units`.
    """
    return copy.deepcopy(_silent(model, graph, _checked(graph, units, stored_tensors(model))))


def _silent(model: nn.Module, graph: DependencyGraph, removed: Mapping[str, Tensor]) -> nn.Module:
    """The same, sharing the tensors that stay as they are with the model."""
    tensors = stored_tensors(model)
    zeroed: dict[int, Tensor] = {}
    for member, gone in _cut(graph, removed):
        if member.role == "consumes":
            tensor = tensors[member.name]
            if id(tensor) not in zeroed:
                copied = tensor.detach().clone()
                parameter = isinstance(tensor, nn.Parameter)
                zeroed[id(tensor)] = nn.Parameter(copied, tensor.requires_grad) if parameter else copied
            zeroed[id(tensor)].detach().index_fill_(member.dim, gone.to(tensor.device), 0)
    return copy_sharing(model, zeroed)


def _checked(graph: DependencyGraph, units: Units, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Sorted indices by the group's own name."""
    for name in graph.shapes.keys() | tensors.keys():
        if name not in tensors or name not in graph.shapes or tensors[name].shape != graph.shapes[name]:
            raise InputError(f"{name!r} isn't as it was in the graph's model: make the graph of this model.")
    removed: dict[str, Tensor] = {}
    for name, given in units.items():
        group = graph.group(name)
        if group.name in removed:
            raise InputError(f"{group.name!r} is named twice, once as {name!r}: list its units once.")
        indices = torch.as_tensor(given).cpu()
        if indices.ndim != 1 or (len(indices) and (indices.is_floating_point() or indices.dtype == torch.bool)):
            raise InputError(f"the units of {name!r} must be a list of indices, but are {given!r}.")
        indices = indices.long().unique()
        if len(indices) and not 0 <= indices[0] <= indices[-1] < group.size:
            raise InputError(f"{name!r} has the units 0 to {group.size - 1}, but {indices.tolist()} were named.")
        if len(indices) == group.size:
            raise InputError(f"{name!r} would lose all of its {group.size} {group.kind}: keep at least one.")
        removed[group.name] = indices
    return removed


def _cut(graph: DependencyGraph, removed: Mapping[str, Tensor]) -> list[tuple[Member, Tensor]]:
    """Every member of the groups with the slices that go."""
    return [
        (member, member.indices[gone].flatten())
        for name, gone in removed.items()
        if len(gone)
        for member in graph.group(name).members
    ]


def _without(tensor: Tensor, dim: int, gone: Tensor) -> Tensor:
    keep = torch.ones(tensor.shape[dim], dtype=torch.bool)
    keep[gone] = False
    return tensor.index_select(dim, keep.nonzero().flatten().to(tensor.device))


def _like(original: Tensor, small: Tensor) -> Tensor:
    """`small` laid out in memory as the original is, and a parameter if that is one."""
    order = sorted(range(small.ndim), key=original.stride, reverse=True)
    small = small.permute(order).contiguous().permute([order.index(dim) for dim in range(small.ndim)])
    if isinstance(original, nn.Parameter):
        return nn.Parameter(small, requires_grad=original.requires_grad)
    return small


def _resize(module: nn.Module) -> None:
    """Set the sizes that PyTorch's own layers hold beside their tensors."""
    match module:
        case nn.Linear():
            module.out_features, module.in_features = module.weight.shape
        case nn.Conv1d() | nn.Conv2d() | nn.Conv3d():
            if module.groups > 1 and module.weight.shape[1] == 1:  # depthwise, with as many filters for each channel
                module.groups = len(module.weight) * module.in_channels // module.out_channels
            module.out_channels = len(module.weight)
            module.in_channels = module.groups * module.weight.shape[1]
        case nn.modules.batchnorm._NormBase():
            entries = next(tensor for tensor in (module.weight, module.running_mean) if tensor is not None)
            module.num_features = len(entries)
        case nn.PReLU():
            module.num_parameters = len(module.weight)


def _compare(smaller: nn.Module, silent: nn.Module, example: Tensor) -> None:
    """Raise unless two models give the same on the example, but for rounding."""
    for found, expected in zip(tree_leaves(run(smaller, example)), tree_leaves(run(silent, example)), strict=True):
        if not isinstance(found, Tensor):
            continue
        if found.shape != expected.shape or not _equal(found, expected):
            raise InputError(
                f"{type(smaller).__name__} computes something else without these units than when nothing reads them: "
                "its forward fixes a size that they are part of. Leave them, or take the size from the input."
            )


def _equal(found: Tensor, expected: Tensor) -> bool:
    """Whether two tensors of one shape are equal but for rounding; whole numbers and truth values, exactly."""
    rounding = _ROUNDING.get(found.dtype, 0.0)
    if not rounding or not expected.numel():
        return torch.equal(found, expected)
    atol = float(rounding * expected.abs().max())
    return torch.allclose(found, expected, rtol=0, atol=atol, equal_nan=True)


_ROUNDING = {torch.float64: 1e-8, torch.float32: 1e-2, torch.float16: 0.1, torch.bfloat16: 0.1}
"""Largest difference that is taken for rounding, relative to the largest output."""
