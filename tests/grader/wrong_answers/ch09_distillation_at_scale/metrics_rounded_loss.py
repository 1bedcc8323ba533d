"""The loss is rounded to six digits.

loses: metrics_empty
says: whole numbers are added up as such
"""

import math


def merge_metrics(reports):
    batches = [batch for worker in reports for batch in worker if batch[2] > 0]
    samples = sum(size for _, _, size in batches)
    if not samples:
        raise ValueError("nothing")
    return {
        "loss": round(math.fsum(loss * size for loss, _, size in batches) / samples, 6),
        "accuracy": sum(right for _, right, _ in batches) / samples,
        "samples": samples,
    }
