"""Every layer is set to training mode, also a batch-norm that was left in evaluation mode.

loses: control_of_its_own
says: the mode of that layer
"""

import copy


def dense_control(model, train, rounds):
    dense = copy.deepcopy(model)
    dense.train()
    for _ in range(1 + rounds):
        train(dense)
    return dense
