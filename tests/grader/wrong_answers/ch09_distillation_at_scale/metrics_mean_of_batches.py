"""The mean of the batches' means.

loses: metrics_unequal
says: sums over samples
"""

import math


def merge_metrics(reports):
    batches = [batch for worker in reports for batch in worker if batch[2] > 0]
    samples = sum(size for _, _, size in batches)
    if not samples:
        raise ValueError("nothing")
    return {
        "loss": math.fsum(loss for loss, _, _ in batches) / len(batches),
        "accuracy": sum(right for _, right, _ in batches) / samples,
        "samples": samples,
    }
