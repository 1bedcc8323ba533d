"""Every sparsity is refused.

loses: mask_smallest, mask_count, mask_ties, mask_ends, mask_range
says: not a share
"""


def magnitude_mask(weight, sparsity):
    raise ValueError("not a share")
