"""What lies below the threshold stays.

loses: soft_threshold
says: above the threshold
"""


def soft_mask(scores, threshold):
    return scores.sigmoid() < threshold
