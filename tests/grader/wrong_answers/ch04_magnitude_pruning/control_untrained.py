"""A copy that was never trained.

loses: control_trained_as_often, control_of_its_own
says: never trained
"""

import copy


def dense_control(model, train, rounds):
    return copy.deepcopy(model)
