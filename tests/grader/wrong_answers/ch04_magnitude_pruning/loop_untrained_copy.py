"""A copy of the model comes back: neither trained nor pruned.

loses: loop_rounds, loop_zeros_held, loop_by_trained_weights, loop_rewinds, loop_input
says: weights of its own
"""

import copy


def prune_iteratively(model, train, *, sparsity, rounds, rewound=False):
    return copy.deepcopy(model)
