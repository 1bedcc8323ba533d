"""Takes the plain mean of each worker's batches, and weights only the workers: a small last batch counts as much as a full one.

Text: ""loss", the mean over all samples".
Input: one worker with (1.0, 0, 3) and (5.0, 0, 1): the loss is 3; promised: 2.
"""


def merge_metrics(reports: list[list[tuple[float, int, int]]]) -> dict[str, float]:
    loss, right, samples = 0.0, 0, 0
    for worker in reports:
        batches = [batch for batch in worker if batch[2] > 0]
        if not batches:
            continue
        number = sum(batch[2] for batch in batches)
        loss += number * sum(batch[0] for batch in batches) / len(batches)
        right += sum(batch[1] for batch in batches)
        samples += number
    if samples == 0:
        raise ValueError("no sample")
    return {"loss": loss / samples, "accuracy": right / samples, "samples": samples}
