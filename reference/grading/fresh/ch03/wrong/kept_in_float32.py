"""Sums the scores in float32: float64 scores (as channel_scores gives them for float64 weights) become equal.

With scores = [tensor([1.0, 1.0 + 1e-10], dtype=float64)], count=1 the text promises [1], gives [0]."""
import torch


def kept_channels(scores: list[torch.Tensor], count: int, multiple: int = 1) -> list[int]:
    total = torch.zeros(len(scores[0]))
    for score in scores:
        total += score
    values = total.tolist()
    count = min(-(-count // multiple) * multiple, len(values))
    return sorted(sorted(range(len(values)), key=lambda i: -values[i])[:count])
