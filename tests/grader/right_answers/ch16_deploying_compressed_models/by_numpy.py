"""NumPy: arrays of all pairs together, histograms between infinite edges, interpolation."""

import hashlib

import numpy as np


def parity(pairs, dtype):
    tolerance = {"float32": (1e-4, 1e-5), "float16": (1e-2, 1e-3), "int8": (np.inf, np.inf)}.get(dtype)
    if tolerance is None:
        raise ValueError(dtype)
    arrays = [(a.detach().double().numpy(), b.detach().double().numpy()) for a, b in pairs]
    if any(a.shape != b.shape for a, b in arrays):
        raise ValueError("shapes")
    arrays = [(a, b) for a, b in arrays if len(a)]
    if not arrays:
        raise ValueError("no rows")
    largest, beyond, same = 0.0, 0, []
    for a, b in arrays:
        broken = ~np.isfinite(b)
        safe = np.where(broken, 0.0, b)
        apart = np.abs(safe - a)
        with np.errstate(invalid="ignore"):
            limit = tolerance[1] + tolerance[0] * np.abs(a) if np.isfinite(tolerance[0]) else np.inf
        beyond += np.count_nonzero(broken | (apart > limit))
        largest = np.inf if broken.any() else max(largest, apart.max())
        same.append((a.argmax(1) == safe.argmax(1)) & ~broken.any(1))
    share = np.concatenate(same).mean()
    good = beyond == 0 and (dtype != "int8" or 100 * int(np.concatenate(same).sum()) >= 99 * len(np.concatenate(same)))
    return {"largest": largest, "beyond": beyond, "agreement": share, "passes": bool(good)}


def version_for(key, salt, percent):
    if not (percent >= 0 and percent <= 100):
        raise ValueError(percent)
    hashed = hashlib.sha256()
    hashed.update(salt.encode())
    hashed.update(b"/")
    hashed.update(key.encode())
    place = int(np.frombuffer(hashed.digest()[:8], dtype=">u8")[0])
    return ("stable", "canary")[place * 100 < percent * 2**64]


def stability_index(reference, live, edges):
    limits = np.asarray(edges, dtype=np.float64)
    if limits.size == 0 or np.isnan(limits).any() or (np.diff(limits) <= 0).any():
        raise ValueError("edges")
    shares = []
    for values in (reference.numpy().astype(np.float64), live.numpy().astype(np.float64)):
        if values.size == 0 or np.isnan(values).any():
            raise ValueError("values")
        at_least = (values[None, :] >= limits[:, None]).sum(1)
        counts = -np.diff(np.concatenate([[values.size], at_least, [0]]))
        shares.append((counts + 0.5) / (counts + 0.5).sum())
    return np.dot(shares[1] - shares[0], np.log(shares[1]) - np.log(shares[0]))


def latency_quantile(bounds, counts, q):
    if len(bounds) != len(counts) or len(bounds) < 2 or np.isfinite(bounds[-1]):
        raise ValueError("bounds")
    inside = np.diff([0, *counts])
    if (inside < 0).any() or counts[-1] == 0 or not 0 < q <= 1:
        raise ValueError("counts or q")
    rank = counts[-1] * q
    place = int(np.searchsorted(np.asarray(counts, dtype=np.float64), rank, side="left"))
    if place >= len(bounds) - 1:
        return np.float64(bounds[-2])
    low = bounds[place - 1] if place else 0.0
    return low + (bounds[place] - low) / inside[place] * (rank - (counts[place] - inside[place]))


def decide(counts, limits):
    names = list(limits)
    k, n = np.array([counts.get(name, (0, 0)) for name in names], dtype=np.float64).reshape(-1, 2).T
    most = np.array([limits[name] for name in names])
    if not names or (k < 0).any() or (k > n).any() or not ((most > 0) & (most < 1)).all():
        raise ValueError("counts or limits")
    z = 1.96
    some = np.where(n > 0, n, 1.0)
    middle = (k + z**2 / 2) / (some + z**2)
    half = z / (some + z**2) * np.sqrt(k * (some - k) / some + z**2 / 4)
    low = np.where(n > 0, middle - half, 0.0)
    high = np.where(n > 0, middle + half, 1.0)
    if (low > most).any():
        return "rollback", [name for name, bad in zip(names, low > most, strict=True) if bad]
    open_ = [name for name, good in zip(names, high < most, strict=True) if not good]
    return ("wait" if open_ else "promote"), open_


def alarm_states(scores, raise_at, clear_at, patience=3):
    values = np.array([0.0 if score is None else score for score in scores], dtype=np.float64)
    if clear_at > raise_at or patience < 1 or np.isnan(values).any():
        raise ValueError("settings or scores")
    on, row, states = np.bool_(False), 0, np.zeros(len(scores), dtype=bool)
    for place, score in enumerate(scores):
        if score is not None:
            row = row + 1 if (values[place] < clear_at if on else values[place] >= raise_at) else 0
            if row >= patience:
                on, row = ~on, 0
        states[place] = on
    return states.tolist()
