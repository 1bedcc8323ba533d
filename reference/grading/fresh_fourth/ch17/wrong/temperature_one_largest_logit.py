"""Subtracts the largest logit of all samples, and not that of each row: rows far below it underflow.

Text: "finite, up to 1e6 in size"; "subtract the largest logit of each row first".
Input: [[2000.0, 0.0], [1.0, 0.0]], [0, 0], [1.0]: about 654; promised is 0.1566...
"""
import torch
from torch import Tensor


def best_temperature(logits: Tensor, labels: Tensor, temperatures: list[float]) -> tuple[float, float]:
    if logits.shape[0] == 0 or not temperatures or any(not t > 0 for t in temperatures):
        raise ValueError("samples, temperatures")
    losses = []
    for t in temperatures:
        z = logits.double() / t
        z = z - z.max()
        sums = z.exp().sum(dim=1).clamp(min=1e-300).log()
        losses.append((sums - z[torch.arange(len(labels)), labels]).mean().item())
    lowest = min(losses)
    for t, loss in zip(temperatures, losses):
        if loss - lowest <= 1e-9:
            return t, loss
    raise ValueError("no loss")
