"""The model comes back as it is.

loses: control_trained_as_often, control_of_its_own
says: an untrained copy is no control
"""


def dense_control(model, train, rounds):
    return model
