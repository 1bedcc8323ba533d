"""A table of functions for the three conventions; the sum of both weights is the factor."""

_WEIGHTS = {
    "soft": lambda v: (v, 1.0 - v),
    "labels": lambda v: (1.0 - v, v),
    "added": lambda v: (v, 1.0),
}


def read_weights(value: float, convention: str, *, temperature: float, squared: bool) -> tuple[float, float]:
    try:
        soft, hard = _WEIGHTS[convention](float(value))
    except KeyError:
        raise ValueError(f"{convention!r} is none of {sorted(_WEIGHTS)}") from None
    if not (soft >= 0 and hard >= 0):
        raise ValueError(f"{value} is out of range")
    if not squared:
        soft /= temperature * temperature
    factor = soft + hard
    return soft / factor, factor
