"""NumPy throughout: digitize, logarithms of factorials, unique with an order of its own."""

import math

import numpy as np


def churn(original, compressed, labels):
    a, b, y = (each.numpy().astype(np.int64) for each in (original, compressed, labels))
    if a.shape != b.shape or a.shape != y.shape or a.size == 0:
        raise ValueError("three rows of one length are needed")
    kept = np.equal(a, b)
    return {
        "agreement": kept.mean(dtype=np.float64),
        "changed": np.int64(a.size - kept.sum()),
        "broken": np.sum((a == y) & (b != y)),
        "fixed": np.sum((a != y) & (b == y)),
    }


def expected_calibration_error(confidences, correct, bins=15):
    sure, right = confidences.numpy().astype(np.float64), correct.numpy()
    if sure.shape != right.shape or not sure.size:
        raise ValueError("lengths")
    if not np.all((sure >= 0) & (sure <= 1)):
        raise ValueError("range")
    place = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], sure, side="left")
    counts = np.bincount(place, minlength=bins)
    kept = counts > 0
    confidence = np.bincount(place, weights=sure, minlength=bins)[kept] / counts[kept]
    accuracy = np.bincount(place, weights=right, minlength=bins)[kept] / counts[kept]
    return np.average(np.abs(confidence - accuracy), weights=counts[kept])


def best_temperature(logits, labels, temperatures):
    z, y = logits.double().numpy(), labels.numpy()
    if y.size == 0 or not temperatures or not np.all(np.array(temperatures) > 0):
        raise ValueError("nothing to choose from, or a temperature that is none")
    below = z - z.max(axis=1, keepdims=True)
    rows = np.arange(y.size)
    losses = np.array([(np.log(np.exp(below / t).sum(1)) - below[rows, y] / t).mean() for t in temperatures])
    first = int(np.argmax(losses <= losses.min() + 1e-9))
    return [np.float64(temperatures[first]), losses[first]]


def mcnemar_p_value(fixed, broken):
    if min(fixed, broken) < 0:
        raise ValueError("negative")
    if fixed == broken:
        return np.float64(1.0)
    n = fixed + broken
    i = np.arange(min(fixed, broken) + 1)
    log_factorial = np.array([math.lgamma(m + 1.0) for m in range(n + 1)])
    logs = log_factorial[n] - log_factorial[i] - log_factorial[n - i] + (1 - n) * math.log(2)
    return np.minimum(1.0, np.exp(logs).sum())


def worst_group(correct, groups, minimum=1, z=1.96):
    right = correct.numpy()
    if right.shape != (len(groups),):
        raise ValueError("lengths")
    names = list(dict.fromkeys(groups))
    place = np.array([names.index(group) for group in groups], dtype=np.int64)
    sizes = np.bincount(place, minlength=len(names))
    sums = np.bincount(place, weights=right, minlength=len(names))
    large = np.flatnonzero(sizes >= minimum)
    if not large.size:
        return None
    shares = sums[large] / sizes[large]
    chosen = large[np.lexsort((large, -sizes[large], shares))[0]]
    n, p = sizes[chosen], sums[chosen] / sizes[chosen]
    roots = np.roots([1 + z * z / n, -(2 * p + z * z / n), p * p]).real
    return {"group": names[chosen], "n": n, "accuracy": p, "low": min(roots), "high": max(roots)}
