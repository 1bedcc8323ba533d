"""Global masks of the zeroed state: a kept 0 stays, and a gone one comes back in its place.

loses: further_exact
says: nothing comes back
"""

# ruff: noqa: F821


def prune_further(state, masks, fraction):
    left = sum(int(m.sum()) for m in masks.values())
    total = sum(m.numel() for m in masks.values())
    sparsity = 1 - left * (1 - fraction) / total
    return global_masks({n: state[n] * masks[n] for n in masks}, sparsity)
