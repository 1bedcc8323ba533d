"""Plain Python: entry by entry, value by value, with fractions where a float could round."""

import bisect
import hashlib
import math
from collections import Counter
from fractions import Fraction
from itertools import pairwise

TOLERANCES = {"float32": (1e-4, 1e-5), "float16": (1e-2, 1e-3), "int8": None}


def parity(pairs, dtype):
    if dtype not in TOLERANCES:
        raise ValueError(f"no rule for {dtype}")
    largest, beyond, rows, agree = 0.0, 0, 0, 0
    for expected, got in pairs:
        if list(expected.shape) != list(got.shape):
            raise ValueError("shapes")
        for wanted, came in zip(expected.tolist(), got.tolist(), strict=True):
            rows += 1
            sound = all(math.isfinite(value) for value in came)
            agree += sound and came.index(max(came)) == wanted.index(max(wanted))
            for x, y in zip(wanted, came, strict=True):
                if not math.isfinite(y):
                    largest, beyond = math.inf, beyond + 1
                    continue
                largest = max(largest, abs(y - x))
                if TOLERANCES[dtype]:
                    relative, absolute = TOLERANCES[dtype]
                    beyond += abs(y - x) > absolute + relative * abs(x)
    if not rows:
        raise ValueError("nothing to compare")
    enough = dtype != "int8" or Fraction(agree, rows) >= Fraction(99, 100)
    return {"passes": enough and not beyond, "agreement": agree / rows, "beyond": beyond, "largest": largest}


def version_for(key, salt, percent):
    if percent != percent or percent < 0 or percent > 100:
        raise ValueError("percent")
    place = int(hashlib.sha256("/".join([salt, key]).encode("utf-8")).hexdigest()[:16], 16)
    return "canary" if Fraction(place, 2**64) < Fraction(percent) / 100 else "stable"


def stability_index(reference, live, edges):
    size = len(edges) + 1
    if size < 2 or any(not a < b for a, b in pairwise(edges)):
        raise ValueError("edges")
    counts = []
    for values in (reference.tolist(), live.tolist()):
        if not values or any(math.isnan(value) for value in values):
            raise ValueError("values")
        counts.append(Counter(bisect.bisect_right(edges, value) for value in values))
    total = []
    for place in range(size):
        e, a = ((count[place] + 0.5) / (sum(count.values()) + size / 2) for count in counts)
        total.append((a - e) * (math.log(a) - math.log(e)))
    return math.fsum(total)


def latency_quantile(bounds, counts, q):
    sound = len(bounds) == len(counts) > 1 and math.isinf(bounds[-1])
    if not sound or list(counts) != sorted(counts) or not counts[-1] or not (0 < q <= 1):
        raise ValueError("histogram")
    rank = Fraction(q * counts[-1])  # the product is float64's, as the text says; the rest is exact
    place = next(index for index, count in enumerate(counts) if count >= rank)
    if place == len(bounds) - 1:
        return bounds[-2]
    low, done = (bounds[place - 1], counts[place - 1]) if place else (0, 0)
    return low + (bounds[place] - low) * float((rank - done) / (counts[place] - done))


def decide(counts, limits):
    def ends(name):
        bad, total = counts.get(name, (0, 0))
        if bad < 0 or total < bad:
            raise ValueError(name)
        if total == 0:
            return 0.0, 1.0
        z2 = 1.96 * 1.96
        root = math.sqrt(z2 * z2 + 4 * z2 * bad * (total - bad) / total)
        return (2 * bad + z2 - root) / (2 * (total + z2)), (2 * bad + z2 + root) / (2 * (total + z2))

    if len(limits) == 0 or not all(0 < limit < 1 for limit in limits.values()):
        raise ValueError("limits")
    intervals = {name: ends(name) for name in limits}
    worse = [name for name, (low, _) in intervals.items() if low > limits[name]]
    if worse:
        return ["rollback", worse]
    unsure = [name for name, (_, high) in intervals.items() if not high < limits[name]]
    return ["wait" if unsure else "promote", unsure]


def alarm_states(scores, raise_at, clear_at, patience=3):
    if raise_at < clear_at or patience <= 0:
        raise ValueError("settings")
    states, on, since = [], False, []
    for score in scores:
        if score is None:
            states.append(on)
            continue
        if score != score:
            raise ValueError("NaN")
        since.append(score)
        row = since[-patience:]
        if len(row) == patience and all((value < clear_at) if on else (value >= raise_at) for value in row):
            on, since = not on, []
        states.append(on)
    return states
