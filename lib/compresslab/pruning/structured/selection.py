"""Which units go: the least important of each group, or of the whole network."""

import math
from collections.abc import Collection, Mapping
from typing import Literal, get_args

import torch
from torch import Tensor

from compresslab.arguments import one_of, share, whole
from compresslab.errors import InputError
from compresslab.pruning.structured.channel_importance import UnitScores
from compresslab.pruning.structured.graph import DependencyGraph, Group

Scope = Literal["group", "global"]


def units_to_remove(
    graph: DependencyGraph,
    scores: UnitScores,
    *,
    ratio: float | Mapping[str, float],
    scope: Scope = "group",
    round_to: int = 1,
    at_least: int = 1,
    protect: Collection[str] = (),
) -> dict[str, Tensor]:
    """Choose the units with the smallest scores; among equals, those that come first.

    Args:
        graph: gives the groups.
        scores: for each group that may lose units, one score a unit.
        ratio: share of the units to remove, at least 0 and below 1: `round(ratio * size)` of each group, or of all
            units together in the global scope. Or a ratio for each group that is named, by its own name or by a
            layer that produces it; the others then stay whole.
        scope: "group" compares units within their group. "global" compares all, each score divided by the mean
            of its group, since sums over more weights are larger.
        round_to: what is kept of a group is rounded up until its layers' channels are a multiple of this number,
            or until all is kept. A head counts as the channels it has.
        at_least: units that every group keeps. In the global scope others go instead.
        protect: groups, or layers that produce them, that stay whole and aren't counted.

    Returns:
        For each group that loses units, their indices in ascending order.

    Raises:
        InputError: a setting is out of its range, a name is unknown, scores are missing, of another size or NaN, or
            `at_least` leaves too few units to remove.

    >>> from compresslab.pruning.structured import dependency_graph
    >>> model = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.Linear(4, 1))
    >>> graph = dependency_graph(model, torch.zeros(1, 2))
    >>> units_to_remove(graph, {"0": torch.tensor([3.0, 1.0, 2.0, 4.0])}, ratio=0.5)
    {'0': tensor([1, 2])}
    """
    whole(round_to=round_to, at_least=at_least)
    one_of(get_args(Scope), scope=scope)
    ratios = _ratios(graph, ratio, protect)
    groups = [group for group in graph.groups if group.name in ratios]
    scores = {group.name: _checked(scores, group) for group in groups}
    if scope == "group":
        kept = {group.name: group.size - round(ratios[group.name] * group.size) for group in groups}
    elif isinstance(ratio, Mapping):
        raise InputError("scope='global' takes one ratio for all: give a number, and protect groups by name.")
    else:
        kept = _kept_globally(groups, scores, ratio, at_least)
    removed = {}
    for group in groups:
        step = round_to // math.gcd(round_to, group.width)
        keep = min(group.size, math.ceil(max(kept[group.name], at_least) / step) * step)
        if keep < group.size:
            order = torch.argsort(scores[group.name], stable=True)
            removed[group.name] = order[: group.size - keep].sort().values
    return removed


def _kept_globally(groups: list[Group], scores: UnitScores, ratio: float, at_least: int) -> dict[str, int]:
    """How many units each group keeps if the least important of all go."""
    kept = {group.name: group.size for group in groups}
    goal = round(ratio * sum(kept.values()))
    most = sum(max(0, group.size - at_least) for group in groups)
    if goal > most:
        raise InputError(f"ratio={ratio} removes {goal} units, but at_least={at_least} leaves {most} to remove.")
    relative = [scores[group.name] / scores[group.name].mean().clamp(min=torch.finfo().tiny) for group in groups]
    owner = [group.name for group in groups for _ in range(group.size)]
    for place in torch.argsort(torch.cat(relative), stable=True).tolist() if goal else ():
        if kept[owner[place]] > at_least:
            kept[owner[place]] -= 1
            goal -= 1
        if not goal:
            break
    return kept


def _ratios(graph: DependencyGraph, ratio: float | Mapping[str, float], protect: Collection[str]) -> dict[str, float]:
    """The ratio of each group that may lose units."""
    whole = {graph.group(name).name for name in protect if name not in graph.pinned}
    if not isinstance(ratio, Mapping):
        ratios = {group.name: ratio for group in graph.groups}
    else:
        ratios = {}
        for name, value in ratio.items():
            group = graph.group(name)
            if group.name in ratios:
                raise InputError(f"ratio names {group.name!r} twice, once as {name!r}: give its group one ratio.")
            ratios[group.name] = value
    for name, value in ratios.items():
        share(one=False, ratio=value, hint=f"it is the share of the units of {name!r} to remove")
    return {name: value for name, value in ratios.items() if name not in whole}


def _checked(scores: UnitScores, group: Group) -> Tensor:
    """A group's scores, on the CPU."""
    if group.name not in scores:
        raise InputError(f"the importance has no scores for the group {group.name!r}: add them, or protect it.")
    found = scores[group.name].detach().cpu()
    if found.shape != (group.size,):
        raise InputError(f"{group.name!r} has {group.size} units, but scores of shape {tuple(found.shape)}.")
    if found.isnan().any():
        raise InputError(f"the scores of {group.name!r} contain NaN: they say nothing.")
    return found
