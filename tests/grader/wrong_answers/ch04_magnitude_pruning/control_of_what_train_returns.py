"""What `train` gives back is returned: nothing.

loses: control_of_its_own
says: returns nothing
"""

import copy


def dense_control(model, train, rounds):
    dense = copy.deepcopy(model)
    for _ in range(rounds):
        train(dense)
    return train(dense)
