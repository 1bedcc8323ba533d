"""Follows the length of every value's code: groups of values are merged in a list that is sorted anew each time. Nearest in exact fractions."""

from bisect import bisect_left
from collections import Counter
from fractions import Fraction
from itertools import pairwise

from torch import Tensor


def coded_bits(weights: Tensor, codebook: Tensor) -> int:
    book = sorted(codebook.tolist())
    borders = [(Fraction(a) + Fraction(b)) / 2 for a, b in pairwise(book)]
    counts = Counter()
    for value, times in Counter(weights.reshape(-1).tolist()).items():
        counts[bisect_left(borders, Fraction(value))] += times
    if len(counts) == 1:
        return counts.total() + 32
    lengths = dict.fromkeys(counts, 0)
    groups = [(count, (value,)) for value, count in counts.items()]
    while len(groups) > 1:
        groups.sort(key=lambda group: -group[0])
        (m, some), (n, more) = groups.pop(), groups.pop()
        for value in some + more:
            lengths[value] += 1
        groups.append((m + n, some + more))
    return sum(counts[v] * lengths[v] for v in counts) + 32 * len(counts)
