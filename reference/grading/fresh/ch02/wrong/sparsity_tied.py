"""Relies on modules() to meet each weight once, which it does for a shared layer, but not for a shared weight.

With a, b, c = nn.Linear(2, 2, bias=False), three zeros in a's weight, b.weight = a.weight, c's weight all ones,
nn.Sequential(a, b, c): the text promises "weights": 3 / 8; gives 6 / 12.
"""
from torch import nn


def model_sparsity(model: nn.Module) -> dict[str, float]:
    def share(parameters):
        zeros = total = 0
        for parameter in parameters:
            zeros += int((parameter == 0).sum())
            total += parameter.numel()
        return zeros / total if total else 0.0

    weights = [module.weight for module in model.modules() if isinstance(module, (nn.Linear, nn.Conv2d))]
    return {"weights": share(weights), "model": share(model.parameters())}
