"""Every layer adds up to 1 by itself.

loses: snip_shares
says: over all layers together
"""


def snip_scores(weights, gradients):
    products = {name: (weight * gradients[name]).abs() for name, weight in weights.items()}
    return {name: product / product.sum() for name, product in products.items()}
