"""Structured pruning: removing channels, units, heads and blocks, so that a smaller dense network is left."""

from compresslab.pruning.structured.channel_importance import (
    Importance,
    UnitScores,
    activation,
    batch_norm_scale,
    l1,
    l2,
    random,
    taylor,
    taylor_squared,
)
from compresslab.pruning.structured.depth import drop_residual_blocks
from compresslab.pruning.structured.graph import DependencyGraph, Group, Member, Units, dependency_graph
from compresslab.pruning.structured.removal import (
    FixedSize,
    pin_fixed_sizes,
    prune_structured,
    remove_units,
    silence_units,
)
from compresslab.pruning.structured.selection import units_to_remove

__all__ = [
    "DependencyGraph",
    "FixedSize",
    "Group",
    "Importance",
    "Member",
    "UnitScores",
    "Units",
    "activation",
    "batch_norm_scale",
    "dependency_graph",
    "drop_residual_blocks",
    "l1",
    "l2",
    "pin_fixed_sizes",
    "prune_structured",
    "random",
    "remove_units",
    "silence_units",
    "taylor",
    "taylor_squared",
    "units_to_remove",
]
