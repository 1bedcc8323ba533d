"""The scores are float32, whatever the weight is.

loses: taylor_product
says: float64 too
"""


def taylor_scores(weight, gradients):
    return (weight.float() * gradients.float().mean(dim=0)).abs()
