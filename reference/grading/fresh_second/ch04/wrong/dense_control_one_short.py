"""Trains once for each round, and forgets the training before the first one.

Text: "that network is trained before the first round, and after every round".
Input: rounds = 1 and a train that counts its calls: 1 call; promised are 2.
"""
import copy

from torch import nn


def dense_control(model: nn.Module, train, rounds: int) -> nn.Module:
    control = copy.deepcopy(model)
    for _ in range(rounds):
        train(control)
    return control
