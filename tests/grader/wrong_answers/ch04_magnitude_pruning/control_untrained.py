"""A copy that was never trained.

loses: control_trained_as_often
says: never trained
"""

import copy


def dense_control(model, train, rounds):
    return copy.deepcopy(model)
