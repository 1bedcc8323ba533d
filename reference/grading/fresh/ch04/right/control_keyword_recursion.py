"""Right: recursion, with train called by keywords and a callback that does nothing."""
import copy

from torch import nn


def dense_control(model: nn.Module, train, rounds: int) -> nn.Module:
    def trained(network, times):
        if times == 0:
            return network
        train(network, after_step=lambda _: None)
        return trained(network, times - 1)

    return trained(copy.deepcopy(model), rounds + 1)
