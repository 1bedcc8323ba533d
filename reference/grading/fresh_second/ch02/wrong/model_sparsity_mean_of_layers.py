"""Averages the layers' shares, so that a small layer counts as much as a large one.

Text: ""weights": the share of zeros among the weights of all `nn.Linear` and `nn.Conv2d` layers".
nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 3)) with the first weight 0 and the others 1 gives "weights" 0.5; promised: 0.25.
"""
from torch import nn


def model_sparsity(model: nn.Module) -> dict[str, float]:
    weights = {
        id(module.weight): module.weight for module in model.modules() if isinstance(module, (nn.Linear, nn.Conv2d))
    }
    shares = [(weight == 0).float().mean().item() for weight in weights.values()]
    zeros = sum((parameter == 0).sum().item() for parameter in model.parameters())
    total = sum(parameter.numel() for parameter in model.parameters())
    return {"weights": sum(shares) / len(shares) if shares else 0.0, "model": zeros / total if total else 0.0}
