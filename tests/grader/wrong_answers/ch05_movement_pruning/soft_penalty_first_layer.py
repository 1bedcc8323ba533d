"""Only the first layer counts.

loses: soft_penalty_value
says: over all four scores
"""


def soft_penalty(*layers):
    return layers[0].sigmoid().mean()
