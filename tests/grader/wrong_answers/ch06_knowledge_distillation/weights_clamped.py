"""An impossible value is clamped to the range.

loses: weights_refused
says: both ends of the range
"""


def read_weights(value, convention, *, temperature, squared):
    if convention not in ("soft", "labels", "added"):
        raise ValueError("no such convention")
    value = max(value, 0) if convention == "added" else min(max(value, 0), 1)
    if value < 0 or (value > 1 and convention != "added"):
        raise ValueError("out of range")
    soft = 1 - value if convention == "labels" else value
    labels = 1 if convention == "added" else 1 - soft
    if not squared:
        soft = soft / temperature**2
    return soft / (soft + labels), soft + labels
