"""A running mean that halves at each batch: the last batch counts half, however many there are.

loses: taylor_noise
says: each batch counts alike
"""


def taylor_scores(weight, gradients):
    mean = gradients[0]
    for gradient in gradients[1:]:
        mean = 0.5 * mean + 0.5 * gradient
    return (weight * mean).abs()
