"""Right on each worker, then the mean over the workers.

loses: metrics_unequal
says: sums over samples
"""


def merge_metrics(reports):
    workers = [[b for b in w if b[2] > 0] for w in reports]
    workers = [w for w in workers if w]
    if not workers:
        raise ValueError("nothing")
    sizes = [sum(b[2] for b in w) for w in workers]
    losses = [sum(b[0] * b[2] for b in w) / n for w, n in zip(workers, sizes, strict=True)]
    accuracies = [sum(b[1] for b in w) / n for w, n in zip(workers, sizes, strict=True)]
    return {
        "loss": sum(losses) / len(workers),
        "accuracy": sum(accuracies) / len(workers),
        "samples": sum(sizes),
    }
