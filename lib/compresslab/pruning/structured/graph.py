"""The dependency graph of a network: which channels, units and heads can be removed, and what goes with each.

A residual addition ties the channels of everything that it adds: a unit is then a channel of all those layers
together, with its entries of every batch-norm and its columns in every layer that reads it. Units that own slices
of the same tensors form a group, in which any of them can go.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import torch
from torch import Tensor, nn

from compresslab.errors import InputError
from compresslab.pruning.structured.flow import Flow, Slices, compact, varies
from compresslab.pruning.structured.operators import follow
from compresslab.pruning.structured.running import stored_tensors
from compresslab.pruning.structured.tracing import trace

Role = Literal["produces", "follows", "consumes"]
Units = Mapping[str, Tensor | Sequence[int]]
"""From a group's name, or that of a layer which produces it, to the indices of units in it."""


@dataclass(frozen=True, eq=False)
class Member:
    """The slices of one parameter or buffer that the units of a group own.

    Attributes:
        name: of the parameter or buffer, as in `state_dict`.
        dim: the dimension in which the slices lie: 0 for rows (output channels), 1 for columns (input channels).
        indices: (size, k) int64: the k slices of each unit. One for a channel, `head_dim` for a head, the pixels of
            a channel for a linear layer after a flatten.
        role: a layer "produces" units with the rows of its weight and "consumes" them with its columns; what else
            has an entry for each of them (batch-norm, a bias) "follows".

    >>> Member("conv.weight", 0, torch.tensor([[0], [1]]), "produces").layer
    'conv'
    """

    name: str
    dim: int
    indices: Tensor
    role: Role

    @property
    def layer(self) -> str:
        """Name of the module that holds the tensor."""
        return _layer(self.name)


@dataclass(frozen=True, eq=False)
class Group:
    """Units that own slices of the same tensors. Any of them can be removed, but not all.

    Attributes:
        name: of the first layer that produces them.
        size: number of units.
        kind: "channels" of convolutions, "units" of linear layers, or "heads" of attention.
        members: all slices that the units take with them, in the order of execution.
        heads: attention modules, and their attribute with the number of heads.
        sizes: other modules, and their attribute that counts units, which falls by so much with each of them.

    >>> model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
    >>> (group,) = dependency_graph(model, torch.zeros(1, 2)).groups
    >>> group.size, group.kind, group.producers, group.consumers
    (4, 'units', ('0',), ('2',))
    """

    name: str
    size: int
    kind: Literal["channels", "units", "heads"]
    members: tuple[Member, ...]
    heads: tuple[tuple[str, str], ...] = ()
    sizes: tuple[tuple[str, str, int], ...] = ()

    @property
    def producers(self) -> tuple[str, ...]:
        """Names of the layers whose rows are the units."""
        return self._layers("produces")

    @property
    def consumers(self) -> tuple[str, ...]:
        """Names of the layers whose columns read the units."""
        return self._layers("consumes")

    @property
    def width(self) -> int:
        """Rows of the first producer that a unit owns: 1 for a channel, `head_dim` for a head."""
        return next(member.indices.shape[1] for member in self.members if member.role == "produces")

    def _layers(self, role: Role) -> tuple[str, ...]:
        return tuple(dict.fromkeys(member.layer for member in self.members if member.role == role))


@dataclass(frozen=True, eq=False)
class DependencyGraph:
    """What can be removed from a model, and what can't.

    Attributes:
        groups: in the order of execution.
        pinned: for a layer that produces units which must stay, the reason.
        shapes: of the model's parameters and buffers.
        example: the input that the model was traced with.

    >>> model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
    >>> graph = dependency_graph(model, torch.zeros(1, 2))
    >>> graph.group("0").size, graph.pinned
    (4, {'2': 'it is the output of the model'})
    """

    groups: tuple[Group, ...]
    pinned: Mapping[str, str]
    shapes: Mapping[str, torch.Size] = field(repr=False)
    example: Tensor = field(repr=False)

    def group(self, name: str) -> Group:
        """The group of this name, or else the one that the layer of this name produces.

        Raises:
            InputError: there is none, and why, or the layer produces several.
        """
        found = [group for group in self.groups if group.name == name]
        found = found or [group for group in self.groups if name in group.producers]
        if len(found) == 1:
            return found[0]
        if found:
            raise InputError(f"{name!r} produces several groups: choose from {_names(found)}.")
        if name in self.pinned:
            raise InputError(f"{name!r} cannot lose channels: {self.pinned[name]}.")
        raise InputError(f"{name!r} is no group and no layer that produces one: choose from {_names(self.groups)}.")

    def indices(self, units: Units) -> dict[str, Tensor]:
        """The same units as ascending indices, (k,) int64, by their group's own name.

        Raises:
            InputError: a name or an index is unknown, or a group would lose its last unit.
        """
        found: dict[str, Tensor] = {}
        for name, given in units.items():
            group = self.group(name)
            if group.name in found:
                raise InputError(f"{group.name!r} is named twice, once as {name!r}: list its units once.")
            indices = torch.as_tensor(given).cpu()
            if indices.ndim != 1 or (len(indices) and (indices.is_floating_point() or indices.dtype == torch.bool)):
                raise InputError(f"the units of {name!r} must be a list of indices, but are {given!r}.")
            indices = indices.long().unique()
            if len(indices) and not 0 <= indices[0] <= indices[-1] < group.size:
                raise InputError(f"{name!r} has the units 0 to {group.size - 1}, but {indices.tolist()} were named.")
            if len(indices) == group.size:
                raise InputError(f"{name!r} would lose all of its {group.size} {group.kind}: keep at least one.")
            found[group.name] = indices
        return found

    def slices(self, units: Units) -> dict[Slices, Tensor]:
        """All that goes with units: of a tensor's name and a dimension, the ascending indices there, (k,) int64.

        Raises:
            InputError: as `indices`.
        """
        gone: dict[Slices, list[Tensor]] = {}
        for name, indices in self.indices(units).items():
            for member in self.group(name).members:
                gone.setdefault((member.name, member.dim), []).append(member.indices[indices].flatten())
        return {key: torch.cat(parts).sort().values for key, parts in gone.items()}

    def without(self, units: Units) -> "DependencyGraph":
        """The graph of the model that `remove_units` makes, so that more can be removed without tracing it.

        Args:
            units: as `remove_units` took them.

        Raises:
            InputError: as `indices`.

        >>> model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
        >>> graph = dependency_graph(model, torch.zeros(1, 2))
        >>> graph.without({"0": [1, 2]}).group("0").size
        2
        """
        gone, removed = self.slices(units), self.indices(units)
        shapes = {name: list(shape) for name, shape in self.shapes.items()}
        for (name, dim), indices in gone.items():
            shapes[name][dim] -= len(indices)
        groups = []
        for group in self.groups:
            keep = torch.ones(group.size, dtype=torch.bool)
            keep[removed.get(group.name, [])] = False
            members = []
            for member in group.members:
                indices = member.indices[keep]
                if (member.name, member.dim) in gone:  # each moves up by as many as went before it
                    indices = indices - torch.searchsorted(gone[member.name, member.dim], indices)
                members.append(replace(member, indices=indices))
            groups.append(replace(group, size=int(keep.sum()), members=tuple(members)))
        return replace(self, groups=tuple(groups), shapes={name: torch.Size(shape) for name, shape in shapes.items()})

    def pinning(self, names: Iterable[str], reason: str) -> "DependencyGraph":
        """The same graph in which the groups of these names stay whole, and why."""
        pinned = dict(self.pinned)
        whole = {self.group(name).name for name in names}
        for group in self.groups:
            if group.name in whole:
                pinned |= {name: reason for name in group.producers if name not in pinned}
        return replace(self, groups=tuple(group for group in self.groups if group.name not in whole), pinned=pinned)


def dependency_graph(model: nn.Module, example: Tensor) -> DependencyGraph:
    """Find the units of a model by following its channels through one forward pass.

    The model is traced on fake tensors in evaluation mode, so functional calls count as modules do. A layer that is
    called twice, or a weight that two layers share, has one set of units for all its uses. If some layers don't run in
    evaluation, as an auxiliary classifier, the units must suit a pass in training mode as well.

    Args:
        model: convolutions, linear layers, batch-norm, attention and anything between; not modified. What isn't
            followed (what recurrent layers give, grouped-query attention, operators of other libraries) is pinned.
        example: an input on the model's device, such as images (1, C, H, W); its values don't matter.

    Raises:
        InputError: the model doesn't run on the example, is on another device, or can't be traced: it is scripted,
            lazy, made in inference mode, or decides by what it computes.

    >>> model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Conv2d(8, 2, 1))
    >>> (group,) = dependency_graph(model, torch.zeros(1, 3, 8, 8)).groups
    >>> [member.name for member in group.members if member.role == "follows"]
    ['0.bias', '1.weight', '1.bias', '1.running_mean', '1.running_var']
    """
    flow = follow(model, trace(model, example))
    shapes = {name: tensor.shape for name, tensor in stored_tensors(model).items()}
    _follow_training(model, example, flow)
    unit = _units(flow)
    reasons = _pinned(flow, unit, flow.grids)
    pinned = dict(flow.computed)
    for name, dim in flow.produced:
        for number in unit[flow.slices[name, dim]].tolist():
            if number in reasons:
                pinned.setdefault(_layer(name), reasons[number])
    return DependencyGraph(tuple(_groups(flow, unit, reasons, shapes)), pinned, shapes, example)


def _follow_training(model: nn.Module, example: Tensor, flow: Flow) -> None:
    """Note what a pass in training mode asks for, if layers didn't run in evaluation: they may read units there."""
    stored = stored_tensors(model)
    used = {id(stored[name]) for node, name in flow.stored.items() if node.users}
    idle = [name for name, tensor in stored.items() if tensor.ndim > 1 and id(tensor) not in used]
    if not idle:
        return
    for batch in (example, torch.cat([example, example])):  # batch-norm may need more than one image
        try:
            follow(model, trace(model, batch, training=True), flow)
            return
        except InputError:
            continue
    reason = f"{_layer(idle[0])!r} doesn't run in evaluation, and the pass in training mode, where it may, fails"
    for labels in (*flow.slices.values(), *flow.elements.values()):
        flow.pin(labels, reason)


def _units(flow: Flow) -> Tensor:
    """For each label the number of its unit: labels that are tied, over any number of ties, have the same."""
    unit = _joined(flow.count, flow.ties)
    for parts, _ in flow.shares:
        unit = _shared(unit, unit[parts])
    stays = torch.zeros(flow.count, dtype=torch.bool)
    stays[[*_pinned(flow, unit, ())] if flow.folds else []] = True
    for labels, inferred in flow.folds:
        folded = unit[compact(labels)]
        dims = _dims(folded)
        if len(dims) > 1 and not stays[folded].any():
            free = inferred if inferred in dims else max(dims, key=lambda dim: folded.shape[dim])
            first = folded
            for dim in dims:
                first = first if dim == free else first.narrow(dim, 0, 1)
            unit = _joined(flow.count, [(first.expand_as(folded).flatten(), folded.flatten())])[unit]
    for parts, _ in flow.shares if flow.folds else ():
        unit = _shared(unit, unit[parts])
    return torch.unique(unit, return_inverse=True)[1]


def _joined(count: int, ties: Iterable[tuple[Tensor, Tensor]]) -> Tensor:
    """For each number below `count` the least that it is tied to, over any number of ties."""
    least = torch.arange(count)  # the smallest known so far
    one, other = (torch.cat([least[:0], *(tie[side] for tie in ties)]) for side in (0, 1))
    while True:
        before = least
        both = torch.minimum(before[one], before[other])
        least = before.scatter_reduce(0, before[one], both, "amin").scatter_reduce(0, before[other], both, "amin")
        least = least[least]
        if torch.equal(least, before):
            return least


def _shared(unit: Tensor, parts: Tensor) -> Tensor:
    """Tie units so that each has as many places in every one of these parts, (parts, size).

    Those that do already are left alone. The others are tied in their order, across the parts.
    """
    numbers, places = parts.unique(return_inverse=True)
    counts = torch.stack([torch.bincount(part, minlength=len(numbers)) for part in places])
    uneven = (counts != counts[0]).any(0)
    if not uneven.any():
        return unit
    rest = torch.stack([part[uneven[place]] for part, place in zip(parts, places, strict=True)])
    return _joined(len(unit), [(rest[:1].expand_as(rest).flatten(), rest.flatten())])[unit]


def _pinned(flow: Flow, unit: Tensor, grids: Iterable[tuple[Tensor, str]]) -> dict[int, str]:
    """The units that must stay, each with the first reason."""
    pins = list(flow.pins)
    for labels, dim, reason in flow.even:
        if varies(unit[compact(labels)], dim):
            pins.append((labels, reason))
    for labels, reason in grids:
        if len(_dims(unit[compact(labels)])) > 1:
            pins.append((labels, reason))
    for parts, reason in flow.shares:
        if len(unit[parts].unique()) == 1:
            pins.append((parts, reason))
    uses = [(name, labels) for (name, _), labels in flow.slices.items()] + list(flow.elements.items())
    for name, labels in flow.elements.items():
        if len(_dims(unit[labels])) != 1:
            pins.append((labels, f"it owns no single dimension of {name!r}"))
    sliced = {name for name, _ in flow.slices}
    both = {name for name in sliced if name in flow.elements} | {
        name for name, _ in flow.produced.keys() & flow.consumed
    }
    whole = dict(flow.whole) | {name: f"{name!r} is used in two ways" for name in both}
    pins += [(labels, whole[name]) for name, labels in uses if name in whole]
    reasons: dict[int, str] = {}
    for labels, reason in pins:
        for number in unit[compact(labels)].unique().tolist():
            reasons.setdefault(number, reason)
    return reasons


def _groups(flow: Flow, unit: Tensor, pinned: Iterable[int], shapes: Mapping[str, torch.Size]) -> Iterator[Group]:
    """Units that own equally many slices of the same tensors, and the same heads, are one group."""
    slices = dict(flow.slices)
    for name, labels in flow.elements.items():
        for dim in _dims(unit[labels])[:1]:
            slices[name, dim] = labels.movedim(dim, 0).flatten(1)[:, 0] if labels.ndim > 1 else labels
    # A batch-norm's four tensors have the same labels: what follows is done once for each tensor of labels.
    units_of = {id(labels): unit[labels] for labels in (*slices.values(), *flow.heads.values(), *flow.sizes.values())}
    kind = torch.zeros(flow.count, dtype=torch.int64)
    for owners in units_of.values():
        found, counts = torch.unique(owners, return_counts=True)
        split = torch.unique(kind[found] * (len(owners) + 1) + counts, return_inverse=True)[1]
        kind[found] = int(kind.max()) + 1 + split
    kind[list(pinned)] = -1
    kinds_of = {key: set(kind[owners].unique().tolist()) for key, owners in units_of.items()}

    done, names = {-1}, list[str]()
    for producer in flow.produced:
        owners = units_of[id(slices[producer])]
        for number in dict.fromkeys(kind[owners].tolist()):
            if number in done:
                continue
            done.add(number)
            units = list(dict.fromkeys(owners[kind[owners] == number].tolist()))
            rank = torch.full_like(kind, -1)
            rank[units] = torch.arange(len(units))
            name = _layer(producer[0])
            names.append(name)
            mine = {key: _by_rank(rank[units_of[key]], len(units)) for key in units_of if number in kinds_of[key]}
            heads = tuple(place for place, labels in flow.heads.items() if id(labels) in mine)
            sizes = ((*place, mine[id(each)].shape[1]) for place, each in flow.sizes.items() if id(each) in mine)
            yield Group(
                name if names.count(name) == 1 else f"{name}#{names.count(name)}",
                len(units),
                "heads" if heads else "channels" if len(shapes[producer[0]]) > 2 else "units",
                tuple(
                    Member(*key, mine[id(labels)], _role(flow, key))
                    for key, labels in slices.items()
                    if id(labels) in mine
                ),
                heads,
                tuple(sizes),
            )


def _by_rank(rank: Tensor, size: int) -> Tensor:
    """The slices of each of a group's units, (size, k), by the rank of each slice's unit; below 0 for other units."""
    (mine,) = torch.nonzero(rank >= 0, as_tuple=True)
    return mine[torch.argsort(rank[mine], stable=True)].view(size, -1)


def _role(flow: Flow, key: Slices) -> Role:
    return "produces" if key in flow.produced else "consumes" if key in flow.consumed else "follows"


def _dims(units: Tensor) -> list[int]:
    """The dimensions along which units differ."""
    return [dim for dim in range(units.ndim) if varies(units, dim)]


def _layer(name: str) -> str:
    return name.rpartition(".")[0]


def _names(groups: Iterable[Group]) -> str:
    return ", ".join(repr(group.name) for group in groups) or "nothing, as all is pinned"
