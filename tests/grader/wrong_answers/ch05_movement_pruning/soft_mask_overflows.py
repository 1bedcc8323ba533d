"""exp(S) overflows at 89: the highest scores give nan and are pruned.

loses: soft_threshold
says: does an exponential overflow
"""


def soft_mask(scores, threshold):
    return scores.exp() / (1 + scores.exp()) > threshold
