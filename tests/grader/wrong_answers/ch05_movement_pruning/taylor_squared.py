"""The product is squared.

loses: taylor_product, taylor_noise
says: not squared
"""


def taylor_scores(weight, gradients):
    return (weight * gradients.mean(dim=0)).square()
