"""The sigmoid is one minus that of the negative score, which cancels to 0 for low scores.

loses: soft_threshold
says: 1 minus something
"""


def soft_mask(scores, threshold):
    return 1 - (-scores).sigmoid() > threshold
