"""The formula in decimal numbers of sixty digits; the upper end is one minus the lower end of the wrong answers."""

from decimal import Decimal, localcontext


def _lower(hits, n, z):
    share, square = hits / n, z * z
    centre = share + square / (2 * n)
    spread = z * (share * (1 - share) / n + square / (4 * n * n)).sqrt()
    return max((centre - spread) / (1 + square / n), Decimal(0))


def wilson_interval(right: int, n: int, z: float = 1.96) -> tuple[float, float]:
    if n < 1:
        raise ValueError("no answers")
    if right < 0 or right > n:
        raise ValueError("right answers")
    with localcontext() as context:
        context.prec = 60
        many, reach = Decimal(int(n)), Decimal(float(z))
        low = _lower(Decimal(int(right)), many, reach)
        high = 1 - _lower(many - int(right), many, reach)
    return float(low), float(high)
