"""The total is that of the signed products.

loses: snip_shares
says: divided by their sum
"""


def snip_scores(weights, gradients):
    products = {name: weight * gradients[name] for name, weight in weights.items()}
    total = sum(product.sum() for product in products.values()).abs()
    return {name: product.abs() / total for name, product in products.items()}
