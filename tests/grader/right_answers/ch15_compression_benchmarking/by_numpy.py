"""NumPy throughout: differences of readings, partition, weighted averages, quantiles along an axis."""

import numpy as np


def time_calls(call, clock, repeats, warmup=3):
    if min(repeats - 1, warmup) < 0:
        raise ValueError("counts")
    for _ in range(warmup):
        call()
    readings = np.empty((repeats, 2))
    for row in readings:
        row[0] = clock()
        call()
        row[1] = clock()
    return list(1e3 * np.diff(readings, axis=1)[:, 0])


def latency_percentile(times, percent, beyond=10):
    values = np.array(times, dtype=np.float64)
    if values.size == 0 or not np.isfinite(values).all() or (values <= 0).any():
        raise ValueError("times")
    if percent < 1 or percent > 99:
        raise ValueError("percent")
    ranks = np.arange(1, values.size + 1)
    index = int(np.flatnonzero(100 * ranks >= percent * values.size)[0])
    if values.size - 1 - index < beyond:
        return None
    return np.partition(values, index)[index]


def throughput(times, images):
    if not len(times) == len(images) > 0:
        raise ValueError("lengths")
    counts = np.array(images, dtype=np.int64)
    if np.any(counts < 0):
        raise ValueError("negative")
    seconds = np.sum(np.array(times, dtype=np.float64)) / 1e3
    rate = counts.sum() / seconds
    return {"ms_per_image": None if rate == 0 else 1e3 / rate, "images_per_second": rate}


def wilson_interval(right, n, z=1.96):
    if not (n >= 1 and right >= 0 and right <= n):
        raise ValueError("counts")
    n, right, z = np.float64(n), np.float64(right), np.float64(z)
    centre = (right + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * np.sqrt(right * (n - right) / n + z * z / 4)
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def speed_up(reference, own, draws, level=0.95):
    a, b, rows = (each.numpy() for each in (reference, own, draws))
    if a.shape != b.shape or a.size == 0 or rows.shape[0] == 0 or rows.shape[1] != a.size:
        raise ValueError("shapes")
    if not (level > 0 and level < 1):
        raise ValueError("level")
    ratios = a.astype(np.float64) / b.astype(np.float64)
    medians = np.median(np.take(ratios, rows), axis=1)
    ends = np.quantile(medians, [0.5 - level / 2, 0.5 + level / 2])
    return {"low": ends[0], "high": ends[1], "ratio": np.median(ratios)}
