"""Calls .train() on the copy: a batch-norm that was put into evaluation mode inside the model is trained along, and comes back in training mode.

With model[1].eval() (a frozen batch-norm) the text promises the mode as in `model`, gives result[1].training == True and moved statistics."""
import copy

from torch import nn


def dense_control(model: nn.Module, train, rounds: int) -> nn.Module:
    control = copy.deepcopy(model).train()
    for _ in range(rounds + 1):
        train(control)
    return control
