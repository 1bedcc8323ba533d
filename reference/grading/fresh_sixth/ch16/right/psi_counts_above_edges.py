"""How many values are at least each edge, and the differences of these: no bin is ever looked up."""

import torch
from torch import Tensor


def _counts(values, edges):
    values = values.double()
    at_least = [len(values)]
    at_least += [int((values >= edge).sum()) for edge in edges]
    at_least.append(0)
    return [more - fewer for more, fewer in zip(at_least, at_least[1:])]


def stability_index(reference: Tensor, live: Tensor, edges: list[float]) -> float:
    if not edges or sorted(set(edges)) != list(edges):
        raise ValueError("edges")
    if not len(reference) or not len(live):
        raise ValueError("no values")
    if bool(torch.isnan(reference).any()) or bool(torch.isnan(live).any()):
        raise ValueError("NaN")
    both = torch.tensor(
        [_counts(reference, edges), _counts(live, edges)], dtype=torch.float64
    )
    both += 0.5
    both /= both.sum(dim=1, keepdim=True)
    return torch.sum(both.diff(dim=0) * both.log().diff(dim=0))
