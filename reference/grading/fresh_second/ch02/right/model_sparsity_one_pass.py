"""One pass over the modules with a table from each parameter to whether it is a layer's weight; counts zeros as all minus those
that are not zero."""
import torch
from torch import nn


def model_sparsity(model: nn.Module) -> dict[str, float]:
    seen: dict[nn.Parameter, bool] = {}
    for module in model.modules():
        for name, parameter in module.named_parameters(recurse=False):
            is_weight = name == "weight" and isinstance(module, (nn.Linear, nn.Conv2d))
            seen[parameter] = seen.get(parameter, False) or is_weight
    counts = {"weights": [0, 0], "model": [0, 0]}
    for parameter, is_weight in seen.items():
        nonzero = int(torch.sum(parameter.detach() != 0))
        for key in ("weights", "model") if is_weight else ("model",):
            counts[key][0] += parameter.numel() - nonzero
            counts[key][1] += parameter.numel()
    return {key: zeros / max(total, 1) for key, (zeros, total) in counts.items()}
