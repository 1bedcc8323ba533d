"""The untrained model comes back.

loses: control_of_its_own
says: goes on where the last one ended
"""

import copy


def dense_control(model, train, rounds):
    dense = copy.deepcopy(model)
    for _ in range(1 + rounds):
        train(dense)
    return model
