"""Writes zeros into the reshaped clone of a weight, which is a copy where the weight isn't contiguous.

loses: rewind_weights
says: exactly 0
"""


def rewind(saved, masks):
    ticket = {name: tensor.clone() for name, tensor in saved.items()}
    for name, mask in masks.items():
        ticket[name].reshape(-1)[~mask.reshape(-1)] = 0
    return ticket
