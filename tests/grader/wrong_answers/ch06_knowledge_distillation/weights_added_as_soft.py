"""An added weight is read as one on the soft term.

loses: weights_named
says: add up to
"""


def read_weights(value, convention, *, temperature, squared):
    if convention not in ("soft", "labels", "added"):
        raise ValueError("no such convention")
    if value < 0 or (value > 1 and convention != "added"):
        raise ValueError("out of range")
    soft = 1 - value if convention == "labels" else value
    labels = 1 - soft
    if not squared:
        soft = soft / temperature**2
    return soft / (soft + labels), soft + labels
