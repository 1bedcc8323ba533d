"""Right answers are counted in float32.

loses: metrics_empty
says: whole numbers are added up as such
"""

import math

import torch


def merge_metrics(reports):
    batches = [batch for worker in reports for batch in worker if batch[2] > 0]
    samples = sum(size for _, _, size in batches)
    if not samples:
        raise ValueError("nothing")
    return {
        "loss": math.fsum(loss * size for loss, _, size in batches) / samples,
        "accuracy": float(torch.tensor([float(right) for _, right, _ in batches]).sum()) / samples,
        "samples": samples,
    }
