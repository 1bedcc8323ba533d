"""The value is divided, whatever it weighs.

loses: weights_unsquared
says: its labels what they
"""


def read_weights(value, convention, *, temperature, squared):
    if convention not in ("soft", "labels", "added"):
        raise ValueError("no such convention")
    if value < 0 or (value > 1 and convention != "added"):
        raise ValueError("out of range")
    if not squared:
        value = value / temperature**2
    soft = 1 - value if convention == "labels" else value
    labels = 1 if convention == "added" else 1 - soft
    return soft / (soft + labels), soft + labels
