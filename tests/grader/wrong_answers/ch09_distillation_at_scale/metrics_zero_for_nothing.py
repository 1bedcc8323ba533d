"""0 for no samples at all.

loses: metrics_empty
says: no sample at all
"""

import math


def merge_metrics(reports):
    batches = [batch for worker in reports for batch in worker if batch[2] > 0]
    samples = sum(size for _, _, size in batches)
    if not samples:
        return {"loss": 0.0, "accuracy": 0.0, "samples": 0}
    return {
        "loss": math.fsum(loss * size for loss, _, size in batches) / samples,
        "accuracy": sum(right for _, right, _ in batches) / samples,
        "samples": samples,
    }
