"""Only a negative value is refused.

loses: weights_refused
says: both ends of the range
"""


def read_weights(value, convention, *, temperature, squared):
    if convention not in ("soft", "labels", "added"):
        raise ValueError("no such convention")
    if value < 0:
        raise ValueError("out of range")
    soft = 1 - value if convention == "labels" else value
    labels = 1 if convention == "added" else 1 - soft
    if not squared:
        soft = soft / temperature**2
    return soft / (soft + labels), soft + labels
