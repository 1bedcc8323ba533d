"""The control comes back in evaluation mode.

loses: control_of_its_own
says: evaluation mode
"""

import copy


def dense_control(model, train, rounds):
    new = copy.deepcopy(model)
    for _ in range(rounds + 1):
        train(new)
    return new.eval()
