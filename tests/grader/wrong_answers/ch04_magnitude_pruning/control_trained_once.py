"""The dense baseline is under-trained: one training, against one more after each round.

loses: control_trained_as_often
says: under-trained
"""

import copy


def dense_control(model, train, rounds):
    dense = copy.deepcopy(model)
    train(dense)
    return dense
