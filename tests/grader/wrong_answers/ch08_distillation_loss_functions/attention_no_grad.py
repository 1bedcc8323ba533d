"""Both maps are computed without a graph.

loses: attention_value
says: gradient
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch


def attention_loss(student, teacher):
    with torch.no_grad():
        one, other = attention_map(student), attention_map(teacher)
    return (one - other).square().sum(dim=1).mean()
