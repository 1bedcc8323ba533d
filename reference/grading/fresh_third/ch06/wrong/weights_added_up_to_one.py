"""Holds every convention to 0 to 1, "added" too.

Text: "0 or more for 'added'".
Input: 4, "added", temperature 1, squared True raises ValueError; promised is (0.8, 5).
"""


def read_weights(value: float, convention: str, *, temperature: float, squared: bool) -> tuple[float, float]:
    if convention not in {"soft", "labels", "added"}:
        raise ValueError("convention must be soft, labels or added")
    if not 0 <= value <= 1:
        raise ValueError("a weight lies between 0 and 1")
    a = 1 - value if convention == "labels" else value
    b = 1 if convention == "added" else 1 - a
    if not squared:
        a /= temperature**2
    return a / (a + b), a + b
