"""The value is not checked.

loses: weights_refused
says: both ends of the range
"""


def read_weights(value, convention, *, temperature, squared):
    if convention not in ("soft", "labels", "added"):
        raise ValueError("no such convention")
    soft = 1 - value if convention == "labels" else value
    labels = 1 if convention == "added" else 1 - soft
    if not squared:
        soft = soft / temperature**2
    return soft / (soft + labels), soft + labels
