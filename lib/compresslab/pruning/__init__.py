"""Removing weights: which ones, when, and how they stay removed."""

from compresslab.pruning.magnitude import global_magnitude_masks, prune_global_magnitude
from compresslab.pruning.masks import Masks, apply_masks, keep_masked, masks_of_zeros

__all__ = [
    "Masks",
    "apply_masks",
    "global_magnitude_masks",
    "keep_masked",
    "masks_of_zeros",
    "prune_global_magnitude",
]
