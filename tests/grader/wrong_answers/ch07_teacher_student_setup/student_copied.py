"""The network is copied as it is.

loses: student_channels
says: each layer reads
"""

import copy


def width_scaled(network, width, multiple=8):
    return copy.deepcopy(network).train()
