"""Any NaN is left out, real samples' too.

loses: metrics_empty
says: a loss that is NaN over real samples stays NaN
"""

import math


def merge_metrics(reports):
    batches = [batch for worker in reports for batch in worker if batch[0] == batch[0] and batch[2] > 0]
    samples = sum(size for _, _, size in batches)
    if not samples:
        raise ValueError("nothing")
    return {
        "loss": math.fsum(loss * size for loss, _, size in batches) / samples,
        "accuracy": sum(right for _, right, _ in batches) / samples,
        "samples": samples,
    }
