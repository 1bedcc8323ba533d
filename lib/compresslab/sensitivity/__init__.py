"""How much each layer may be compressed: scans, allocation under a budget, targets, recovery, and a guard."""

from compresslab.sensitivity.allocation import (
    Allocation,
    Option,
    Options,
    allocate_exactly,
    allocate_greedily,
    least_bytes,
)
from compresslab.sensitivity.guard import Verdict, guard
from compresslab.sensitivity.intervals import Mean, clustered_mean
from compresslab.sensitivity.recovery import Stage, Staged, compress_in_stages
from compresslab.sensitivity.scan import Scan, Tried, scan
from compresslab.sensitivity.target import Reached, allocate_to_size, search_setting
from compresslab.sensitivity.techniques import (
    BITS,
    PRUNING,
    Settings,
    Technique,
    prune_layers,
    pruned_bytes,
    quantize_layers,
    quantized_bytes,
)

__all__ = [
    "BITS",
    "PRUNING",
    "Allocation",
    "Mean",
    "Option",
    "Options",
    "Reached",
    "Scan",
    "Settings",
    "Stage",
    "Staged",
    "Technique",
    "Tried",
    "Verdict",
    "allocate_exactly",
    "allocate_greedily",
    "allocate_to_size",
    "clustered_mean",
    "compress_in_stages",
    "guard",
    "least_bytes",
    "prune_layers",
    "pruned_bytes",
    "quantize_layers",
    "quantized_bytes",
    "scan",
    "search_setting",
]
