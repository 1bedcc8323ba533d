"""The mask is made of ones and zeros.

loses: soft_threshold
says: True where
"""


def soft_mask(scores, threshold):
    return (scores.sigmoid() > threshold).float()
