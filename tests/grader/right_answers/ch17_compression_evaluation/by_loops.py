"""Plain Python, sample by sample: counters, fractions, a recurrence for the coefficients."""

import bisect
import math
from collections import Counter
from fractions import Fraction


def churn(original, compressed, labels):
    if len({tuple(each.shape) for each in (original, compressed, labels)}) != 1 or labels.numel() == 0:
        raise ValueError("shapes")
    seen = Counter()
    for before, after, label in zip(original.tolist(), compressed.tolist(), labels.tolist(), strict=True):
        seen["changed"] += before != after
        if before != after and label in (before, after):
            seen["fixed" if after == label else "broken"] += 1
    agreement = 1 - Fraction(seen["changed"], len(labels))
    return {name: seen[name] for name in ("fixed", "broken", "changed")} | {"agreement": float(agreement)}


def expected_calibration_error(confidences, correct, bins=15):
    sure, right = confidences.tolist(), correct.tolist()
    if not sure or confidences.shape != correct.shape:
        raise ValueError("lengths")
    upper = [(b + 1) / bins for b in range(bins - 1)]
    gaps = [[] for _ in range(bins)]
    for c, r in zip(sure, right, strict=True):
        if not 0 <= c <= 1:
            raise ValueError(c)
        gaps[bisect.bisect_left(upper, c)].append(c - r)
    return math.fsum(abs(math.fsum(gap)) for gap in gaps) / len(sure)


def best_temperature(logits, labels, temperatures):
    if not len(labels) or not temperatures:
        raise ValueError("nothing")
    best = None
    losses = [_loss(logits.double().tolist(), labels.tolist(), t) for t in temperatures]
    for t, loss in zip(temperatures, losses, strict=True):
        if best is None and loss - min(losses) <= 1e-9:
            best = (t, loss)
    return best


def _loss(rows, labels, t):
    if math.isnan(t) or t <= 0:
        raise ValueError(t)
    # ln of the sum of e^(z_j - z_label), the largest taken out.
    terms = []
    for row, label in zip(rows, labels, strict=True):
        beside = [(z - row[label]) / t for z in row]
        top = max(beside)
        terms.append(top + math.log(sum(math.exp(x - top) for x in beside)))
    return sum(terms) / len(terms)


def mcnemar_p_value(fixed, broken):
    few, many = sorted((fixed, broken))
    if few < 0:
        raise ValueError("negative")
    term = total = 1
    for i in range(1, few + 1):
        term = term * (few + many - i + 1) // i
        total += term
    return min(1, float(Fraction(total, 2 ** (few + many)) * 2))


def worst_group(correct, groups, minimum=1, z=1.96):
    if len(correct) > len(groups) or len(groups) > len(correct):
        raise ValueError("lengths")
    size = Counter(groups)
    right = Counter(group for group, r in zip(groups, correct.tolist(), strict=True) if r)
    large = [group for group in size if size[group] >= minimum]
    if large == []:
        return None
    large.sort(key=lambda group: (Fraction(right[group], size[group]), -size[group]))
    name = large[0]
    n, p = size[name], right[name] / size[name]
    middle, reach = n * p + z * z / 2, z * math.sqrt(n * p * (1 - p) + z * z / 4)
    low, high = ((middle + sign * reach) / (n + z * z) for sign in (-1, 1))
    return {"low": low, "high": high, "accuracy": p, "n": n, "group": name}
