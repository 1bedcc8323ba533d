"""The gradients are added up in those of the first batch, which are the caller's.

loses: taylor_noise
says: in the first batch
"""


def taylor_scores(weight, gradients):
    total = gradients[0]
    for gradient in gradients[1:]:
        total += gradient
    return (weight * total).abs() / len(gradients)
