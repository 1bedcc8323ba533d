"""Buckets as small objects, the answer from the first that reaches the rank; a weighted mean of its two ends."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Bucket:
    lower: float
    upper: float
    before: int
    until: int

    def at(self, rank):
        if self.upper == math.inf:
            return self.lower
        inside = self.until - self.before
        left, right = self.until - rank, rank - self.before
        return (self.lower * left + self.upper * right) / inside


def latency_quantile(bounds: list[float], counts: list[int], q: float) -> float:
    if math.isnan(q) or q <= 0 or q > 1:
        raise ValueError("q")
    if len(bounds) < 2 or bounds[-1] < math.inf or len(counts) != len(bounds):
        raise ValueError("bounds")
    buckets = [
        Bucket(*four)
        for four in zip([0.0, *bounds[:-1]], bounds, [0, *counts[:-1]], counts)
    ]
    if any(bucket.until < bucket.before for bucket in buckets):
        raise ValueError("counts fall")
    total = buckets[-1].until
    if total == 0:
        raise ValueError("no requests")
    rank = q * total
    return next(bucket for bucket in buckets if bucket.until >= rank).at(rank)
