"""Removing weights: which ones, when, and how they stay removed."""

from compresslab.pruning.attached import (
    attach_masks,
    attached_masks,
    from_torch_prune,
    make_permanent,
    to_torch_prune,
    undo_masks,
)
from compresslab.pruning.gradual import advance, gradual_magnitude
from compresslab.pruning.importance import (
    activation_scores,
    gradient_scores,
    magnitude_scores,
    random_scores,
    snip_scores,
    taylor_scores,
    taylor_squared_scores,
)
from compresslab.pruning.iterative import prune_iteratively, random_ticket, rewind
from compresslab.pruning.magnitude import global_magnitude_masks, prune_by_scores, prune_global_magnitude
from compresslab.pruning.masks import Masks, apply_masks, keep_masked, masks_of_zeros
from compresslab.pruning.movement import RunningMagnitude, movement_pruning, movement_scores, soft_penalty
from compresslab.pruning.nm import n_m_masks, prune_n_m
from compresslab.pruning.schedules import cubic_sparsity, iterative_sparsities, step_fraction
from compresslab.pruning.scopes import Scope, Scores, masks_from_scores
from compresslab.pruning.tickets import rescale_for_density, shuffle_kept
from compresslab.weights import (
    bitmask_bytes,
    break_even_sparsity,
    coo_bytes,
    csc_bytes,
    csr_bytes,
    dense_bytes,
    load_compressed,
    save_compressed,
    to_csr,
)

__all__ = [
    "Masks",
    "RunningMagnitude",
    "Scope",
    "Scores",
    "activation_scores",
    "advance",
    "apply_masks",
    "attach_masks",
    "attached_masks",
    "bitmask_bytes",
    "break_even_sparsity",
    "coo_bytes",
    "csc_bytes",
    "csr_bytes",
    "cubic_sparsity",
    "dense_bytes",
    "from_torch_prune",
    "global_magnitude_masks",
    "gradient_scores",
    "gradual_magnitude",
    "iterative_sparsities",
    "keep_masked",
    "load_compressed",
    "magnitude_scores",
    "make_permanent",
    "masks_from_scores",
    "masks_of_zeros",
    "movement_pruning",
    "movement_scores",
    "n_m_masks",
    "prune_by_scores",
    "prune_global_magnitude",
    "prune_iteratively",
    "prune_n_m",
    "random_scores",
    "random_ticket",
    "rescale_for_density",
    "rewind",
    "save_compressed",
    "shuffle_kept",
    "snip_scores",
    "soft_penalty",
    "step_fraction",
    "taylor_scores",
    "taylor_squared_scores",
    "to_csr",
    "to_torch_prune",
    "undo_masks",
]
