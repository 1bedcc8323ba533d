"""NaN counts as a loss of 0.

loses: metrics_empty
says: a loss that is NaN over real samples stays NaN
"""

import math


def merge_metrics(reports):
    batches = [batch for worker in reports for batch in worker if batch[2] > 0]
    samples = sum(size for _, _, size in batches)
    if not samples:
        raise ValueError("nothing")
    return {
        "loss": math.fsum((0.0 if math.isnan(loss) else loss) * size for loss, _, size in batches) / samples,
        "accuracy": sum(right for _, right, _ in batches) / samples,
        "samples": samples,
    }
