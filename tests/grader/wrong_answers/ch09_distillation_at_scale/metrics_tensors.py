"""Tensors come back.

loses: metrics_unequal
says: Tensor
"""

import math

import torch


def merge_metrics(reports):
    batches = [batch for worker in reports for batch in worker if batch[2] > 0]
    samples = sum(size for _, _, size in batches)
    if not samples:
        raise ValueError("nothing")
    return {
        "loss": torch.tensor(math.fsum(loss * size for loss, _, size in batches) / samples),
        "accuracy": sum(right for _, right, _ in batches) / samples,
        "samples": samples,
    }
