"""Divides both weights by the squared temperature where the paper leaves the square out.

Text: the square belongs to the divergence alone: "a T^2 KL + b CE"; "the paper's loss is the factor times `distillation_loss`".
Input: 0.5, "soft", temperature 2, squared False gives (0.5, 0.25); promised is (0.2, 0.625).
"""


def read_weights(value: float, convention: str, *, temperature: float, squared: bool) -> tuple[float, float]:
    if convention not in ("soft", "labels", "added"):
        raise ValueError(convention)
    if value < 0 or (convention != "added" and value > 1):
        raise ValueError(value)
    soft, labels = {"soft": (value, 1 - value), "labels": (1 - value, value), "added": (value, 1.0)}[convention]
    total = soft + labels
    factor = total if squared else total / temperature**2
    return soft / total, factor
