"""The gradients are overwritten.

loses: snip_shares
says: in place
"""


def snip_scores(weights, gradients):
    products = {name: gradients[name].mul_(weight).abs_() for name, weight in weights.items()}
    total = sum(product.sum() for product in products.values())
    return {name: product / total for name, product in products.items()}
