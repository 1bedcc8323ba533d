"""All scores compete, as in a softmax.

loses: soft_threshold
says: the sigmoid of the score
"""


def soft_mask(scores, threshold):
    return scores.flatten().softmax(0).view(scores.shape) > threshold
