"""Pascal's triangle by recursion ends at some depth.

loses: mcnemar_large
says: RecursionError
"""


def row(m):
    if m == 0:
        return [1]
    last = row(m - 1)
    return [x + y for x, y in zip([0, *last], [*last, 0], strict=True)]


def mcnemar_p_value(fixed, broken):
    if fixed < 0 or broken < 0:
        raise ValueError("negative")
    n, k = fixed + broken, min(fixed, broken)
    if n == 0:
        return 1.0
    tail = sum(row(n)[: k + 1])
    return min(1.0, 2 * tail / 2**n)
