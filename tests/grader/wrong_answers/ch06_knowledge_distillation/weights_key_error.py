"""A KeyError, where the text asks for a ValueError.

loses: weights_refused
says: three names are known
"""


def read_weights(value, convention, *, temperature, squared):
    if convention not in ("soft", "labels", "added"):
        raise KeyError(convention)
    if value < 0 or (value > 1 and convention != "added"):
        raise ValueError("out of range")
    soft = 1 - value if convention == "labels" else value
    labels = 1 if convention == "added" else 1 - soft
    if not squared:
        soft = soft / temperature**2
    return soft / (soft + labels), soft + labels
