"""The factor of an added weight is the weight.

loses: weights_named
says: add up to
"""


def read_weights(value, convention, *, temperature, squared):
    if convention not in ("soft", "labels", "added"):
        raise ValueError("no such convention")
    if value < 0 or (value > 1 and convention != "added"):
        raise ValueError("out of range")
    soft = 1 - value if convention == "labels" else value
    labels = 1 if convention == "added" else 1 - soft
    if not squared:
        soft = soft / temperature**2
    return soft / (soft + labels), value if convention == "added" else soft + labels
