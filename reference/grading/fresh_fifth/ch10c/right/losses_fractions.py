"""Computes in exact fractions and turns them into floats at the end; walks three shifted columns with zip."""

from fractions import Fraction


def losses(history: list[dict]) -> dict[str, dict[str, float]]:
    stages = [line["stage"] for line in history]
    if [i for i, stage in enumerate(stages) if stage is None] != [0]:
        raise ValueError("the untouched model has to stand first, and only there")
    shares = [Fraction(line["accuracy"]) for line in history]
    sizes = [line["bytes"] for line in history]
    columns = zip(stages[1:], shares[1:], shares, sizes[1:], strict=False)
    return {
        stage: {
            "lost": float(100 * (shares[0] - share)),
            "own": float(100 * (before - share)),
            "smaller": float(Fraction(sizes[0], size)),
        }
        for stage, share, before, size in columns
    }
