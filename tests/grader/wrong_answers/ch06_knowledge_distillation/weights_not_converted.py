"""The value comes back as it is.

loses: weights_named
says: what weighs the soft term
"""


def read_weights(value, convention, *, temperature, squared):
    if convention not in ("soft", "labels", "added"):
        raise ValueError("no such convention")
    if value < 0 or (value > 1 and convention != "added"):
        raise ValueError("out of range")
    return value, 1.0
