"""A copy of the whole block comes back.

loses: removed_shapes, removed_output, removed_batch_norm, removed_settings, removed_own
says: is this the smaller block
"""

import copy


def remove_channels(block, keep):
    return copy.deepcopy(block)
