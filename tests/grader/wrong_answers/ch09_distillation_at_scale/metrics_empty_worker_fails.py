"""A worker without batches is an error.

loses: metrics_empty
says: ValueError: a worker without batches
"""

import math


def merge_metrics(reports):
    if not all(reports):
        raise ValueError("a worker without batches")
    batches = [batch for worker in reports for batch in worker if batch[2] > 0]
    samples = sum(size for _, _, size in batches)
    if not samples:
        raise ValueError("nothing")
    return {
        "loss": math.fsum(loss * size for loss, _, size in batches) / samples,
        "accuracy": sum(right for _, right, _ in batches) / samples,
        "samples": samples,
    }
