"""The weights are left out.

loses: snip_shares
says: weight times gradient
"""


def snip_scores(weights, gradients):
    total = sum(gradient.abs().sum() for gradient in gradients.values())
    return {name: gradient.abs() / total for name, gradient in gradients.items()}
