"""The control is trained in evaluation mode: batch-norm stands still.

loses: control_of_its_own
says: evaluation mode
"""

import copy


def dense_control(model, train, rounds):
    copied = copy.deepcopy(model)
    copied.eval()
    for _ in range(rounds + 1):
        train(copied)
    return copied
