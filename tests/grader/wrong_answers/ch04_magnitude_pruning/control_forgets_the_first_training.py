"""As many trainings as rounds.

loses: control_trained_as_often
says: once before the first
"""

import copy


def dense_control(model, train, rounds):
    dense = copy.deepcopy(model)
    for _ in range(rounds):
        train(dense)
    return dense
