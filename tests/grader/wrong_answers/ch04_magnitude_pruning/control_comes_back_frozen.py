"""The control comes back frozen.

loses: control_of_its_own
says: requires_grad
"""

import copy


def dense_control(model, train, rounds):
    copied = copy.deepcopy(model)
    for _ in range(rounds + 1):
        train(copied)
    return copied.requires_grad_(False)
