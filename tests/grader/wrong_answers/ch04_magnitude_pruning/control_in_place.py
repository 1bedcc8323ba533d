"""The model that was given is trained.

loses: control_of_its_own
says: train a copy
"""


def dense_control(model, train, rounds):
    for _ in range(1 + rounds):
        train(model)
    return model
