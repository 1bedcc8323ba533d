"""Very small products are raised to a floor before they are added up.

loses: snip_shares
says: if nothing is added to it
"""


def snip_scores(weights, gradients):
    products = {name: (weight * gradients[name]).abs().clamp(min=1e-8) for name, weight in weights.items()}
    total = sum(product.sum() for product in products.values())
    return {name: product / total for name, product in products.items()}
