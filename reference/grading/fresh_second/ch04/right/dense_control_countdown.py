"""Recursion: the network that is trained n times is the one trained n - 1 times, trained once more. Only the innermost call copies."""
import copy

from torch import nn


def dense_control(model: nn.Module, train, rounds: int) -> nn.Module:
    if rounds < 0:
        return copy.deepcopy(model)
    network = dense_control(model, train, rounds - 1)
    train(network)
    return network
