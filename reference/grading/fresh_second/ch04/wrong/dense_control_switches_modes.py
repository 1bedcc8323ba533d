"""Calls .train() before each training, out of habit: a layer held in evaluation mode is trained in another mode, and comes back so.

Text: "Leave these modes as they come"; "The mode of each layer ... as in `model`".
Input: nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2).eval()): result[1].training is True, promised is False.
"""
import copy

from torch import nn


def dense_control(model: nn.Module, train, rounds: int) -> nn.Module:
    network = copy.deepcopy(model)
    for _ in range(1 + rounds):
        network.train()
        train(network)
    return network
