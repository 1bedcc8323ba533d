"""The sign stays.

loses: taylor_product
says: without its sign
"""


def taylor_scores(weight, gradients):
    return weight * gradients.mean(dim=0)
