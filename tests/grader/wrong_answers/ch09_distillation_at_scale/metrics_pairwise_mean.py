"""A running mean that halves: each new batch counts as much as all before.

loses: metrics_unequal
says: sums over samples
"""


def merge_metrics(reports):
    batches = [batch for worker in reports for batch in worker if batch[2] > 0]
    samples = sum(size for _, _, size in batches)
    if not samples:
        raise ValueError("nothing")
    return {
        "loss": __import__("functools").reduce(lambda a, b: (a + b) / 2, [loss for loss, _, _ in batches]),
        "accuracy": sum(right for _, right, _ in batches) / samples,
        "samples": samples,
    }
