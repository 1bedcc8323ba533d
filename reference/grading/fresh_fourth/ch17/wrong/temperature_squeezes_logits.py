"""Squeezes the logits, to be sure: one sample, or one class, loses an axis.

Text: "logits: (N, C)".
Input: one sample, [[2.0, 0.0]], [0]: an error.
"""
import torch
import torch.nn.functional as F
from torch import Tensor


def best_temperature(logits: Tensor, labels: Tensor, temperatures: list[float]) -> tuple[float, float]:
    if len(labels) == 0 or len(temperatures) == 0 or not all(t > 0 for t in temperatures):
        raise ValueError("nothing, or a bad temperature")
    z = logits.double()
    z = z.squeeze()
    losses = [-(z / t).log_softmax(-1).gather(1, labels[:, None]).mean().item() for t in temperatures]
    lowest = min(losses)
    place = next(i for i, loss in enumerate(losses) if loss <= lowest + 1e-9)
    return temperatures[place], losses[place]
