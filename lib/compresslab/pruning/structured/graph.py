"""The dependency graph of a network: which channels, units and heads can be removed, and what goes with each.

A residual addition ties the channels of everything that it adds: a unit is then a channel of all those layers
together, with its entries of every batch-norm and its columns in every layer that reads it. Units that own slices
of the same tensors form a group, in which any of them can go.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import torch
from torch import Tensor, nn

from compresslab.errors import InputError
from compresslab.pruning.structured.flow import Flow, Slices, compact, varies
from compresslab.pruning.structured.operators import follow
from compresslab.pruning.structured.running import check, export, stored_tensors

Role = Literal["produces", "follows", "consumes"]
Key = TypeVar("Key")


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
    """

    name: str
    size: int
    kind: Literal["channels", "units", "heads"]
    members: tuple[Member, ...]
    heads: tuple[tuple[str, str], ...] = ()

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


def dependency_graph(model: nn.Module, example: Tensor) -> DependencyGraph:
    """Find the units of a model by following its channels through one forward pass.

    The model is traced by `torch.export` in evaluation mode, so functional calls count as modules do. A layer that is
    called twice, or a weight that two layers share, has one set of units for all its uses. If some layers don't run in
    evaluation, as an auxiliary classifier, the units must suit a pass in training mode as well.

    Args:
        model: convolutions, linear layers, batch-norm, attention and anything between; not modified. What isn't
            followed (recurrent layers, grouped-query attention, operators of other libraries) is pinned.
        example: an input on the model's device, such as images (1, C, H, W); its values don't matter.

    Raises:
        InputError: the model doesn't run on the example, is on another device, or can't be traced: it is scripted,
            lazy, made in inference mode, or decides by what it computes.
    """
    check(model)
    shapes = {name: tensor.shape for name, tensor in stored_tensors(model).items()}
    flow = follow(model, export(model, example))
    _follow_training(model, example, flow)
    unit = _units(flow)
    reasons = _pinned(flow, unit)
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
            follow(model, export(model, batch, training=True), flow)
            return
        except InputError:
            continue
    reason = f"{_layer(idle[0])!r} doesn't run in evaluation, and the pass in training mode, where it may, fails"
    for labels in (*flow.slices.values(), *flow.elements.values()):
        flow.pin(labels, reason)


def _units(flow: Flow) -> Tensor:
    """For each label the number of its unit: labels that are tied, over any number of ties, have the same."""
    least = torch.arange(flow.count)  # the smallest label known to be of the same unit
    one, other = (torch.cat([least[:0], *(tie[side] for tie in flow.ties)]) for side in (0, 1))
    while True:
        before = least
        both = torch.minimum(before[one], before[other])
        least = before.scatter_reduce(0, before[one], both, "amin").scatter_reduce(0, before[other], both, "amin")
        least = least[least]
        if torch.equal(least, before):
            return torch.unique(least, return_inverse=True)[1]


def _pinned(flow: Flow, unit: Tensor) -> dict[int, str]:
    """The units that must stay, each with the first reason."""
    pins = list(flow.pins)
    for labels, dim, reason in flow.even:
        if varies(unit[compact(labels)], dim):
            pins.append((labels, reason))
    for labels, reason in flow.grids:
        if len(_dims(unit[compact(labels)])) > 1:
            pins.append((labels, reason))
    uses = [(name, labels) for (name, _), labels in flow.slices.items()] + list(flow.elements.items())
    for name, labels in flow.elements.items():
        if len(_dims(unit[labels])) != 1:
            pins.append((labels, f"it owns no single dimension of {name!r}"))
    sliced = {name for name, _ in flow.slices}
    whole = dict(flow.whole) | {name: f"{name!r} is used in two ways" for name in flow.elements if name in sliced}
    pins += [(labels, whole[name]) for name, labels in uses if name in whole]
    reasons: dict[int, str] = {}
    for labels, reason in pins:
        for number in unit[compact(labels)].unique().tolist():
            reasons.setdefault(number, reason)
    return reasons


def _groups(flow: Flow, unit: Tensor, pinned: Iterable[int], shapes: Mapping[str, torch.Size]) -> Iterator[Group]:
    """Units that own equally many slices of the same tensors, and the same heads, are one group."""
    owners = {key: unit[labels] for key, labels in flow.slices.items()}
    for name, labels in flow.elements.items():
        for dim in _dims(unit[labels])[:1]:
            owners[name, dim] = unit[labels].movedim(dim, 0).flatten(1)[:, 0] if labels.ndim > 1 else unit[labels]
    heads = {key: unit[labels] for key, labels in flow.heads.items()}
    kind = torch.zeros(int(unit.max()) + 1, dtype=torch.int64)
    for owner in (*owners.values(), *heads.values()):
        slices = torch.bincount(owner, minlength=len(kind))
        kind = torch.unique(kind * (slices.max() + 1) + slices, return_inverse=True)[1]
    kind[list(pinned)] = -1
    tensors_of = _by_kind({key: kind[owner] for key, owner in owners.items()})
    heads_of = _by_kind({key: kind[owner] for key, owner in heads.items()})

    done, names = {-1}, list[str]()
    for producer in flow.produced:
        for number in dict.fromkeys(kind[owners[producer]].tolist()):
            if number in done:
                continue
            done.add(number)
            units = list(dict.fromkeys(owners[producer][kind[owners[producer]] == number].tolist()))
            rank = torch.full_like(kind, -1)
            rank[units] = torch.arange(len(units))
            name = _layer(producer[0])
            names.append(name)
            yield Group(
                name if names.count(name) == 1 else f"{name}#{names.count(name)}",
                len(units),
                "heads" if number in heads_of else "channels" if len(shapes[producer[0]]) > 2 else "units",
                tuple(_member(flow, key, rank[owners[key]], len(units)) for key in tensors_of[number]),
                tuple(heads_of.get(number, ())),
            )


def _member(flow: Flow, key: Slices, rank: Tensor, size: int) -> Member:
    """The slices of a group's units in one tensor, by the rank of each slice's unit; below 0 for other units."""
    (mine,) = torch.nonzero(rank >= 0, as_tuple=True)
    indices = mine[torch.argsort(rank[mine], stable=True)].view(size, -1)
    return Member(
        *key, indices, "produces" if key in flow.produced else "consumes" if key in flow.consumed else "follows"
    )


def _by_kind(kinds: Mapping[Key, Tensor]) -> dict[int, list[Key]]:
    """From a kind of unit to the keys in whose tensors it occurs."""
    keys: dict[int, list[Key]] = {}
    for key, found in kinds.items():
        for number in found.unique().tolist():
            keys.setdefault(number, []).append(key)
    return keys


def _dims(units: Tensor) -> list[int]:
    """The dimensions along which units differ."""
    return [dim for dim in range(units.ndim) if varies(units, dim)]


def _layer(name: str) -> str:
    return name.rpartition(".")[0]


def _names(groups: Iterable[Group]) -> str:
    return ", ".join(repr(group.name) for group in groups) or "nothing, as all is pinned"
