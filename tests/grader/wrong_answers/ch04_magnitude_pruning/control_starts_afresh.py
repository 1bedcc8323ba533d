"""Every training starts from the untrained model.

loses: control_of_its_own
says: goes on where the last one ended
"""

import copy


def dense_control(model, train, rounds):
    for _ in range(1 + rounds):
        dense = copy.deepcopy(model)
        train(dense)
    return dense
