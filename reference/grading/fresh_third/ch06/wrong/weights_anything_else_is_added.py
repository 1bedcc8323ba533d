"""Takes every other name for "added": a typing error in a convention passes in silence.

Text: "Raises: ValueError: the convention is none of the three".
Input: 0.5, "Soft", temperature 1, squared True gives (0.333, 1.5); promised is a ValueError.
"""


def read_weights(value: float, convention: str, *, temperature: float, squared: bool) -> tuple[float, float]:
    if value < 0 or (value > 1 and convention in ("soft", "labels")):
        raise ValueError("value out of range")
    if convention == "soft":
        a, b = value, 1 - value
    elif convention == "labels":
        a, b = 1 - value, value
    else:  # "added"
        a, b = value, 1.0
    a = a if squared else a / temperature**2
    return a / (a + b), a + b
