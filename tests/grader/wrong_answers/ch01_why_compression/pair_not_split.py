"""A copy of the whole layer comes back.

loses: pair_layers, pair_output, pair_independent
says: is this the pair
"""

import copy


def factorize_linear(layer, rank):
    return copy.deepcopy(layer)
