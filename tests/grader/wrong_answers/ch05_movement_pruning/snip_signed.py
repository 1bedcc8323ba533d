"""The products keep their signs.

loses: snip_shares
says: the sizes of weight times gradient
"""


def snip_scores(weights, gradients):
    products = {name: weight * gradients[name] for name, weight in weights.items()}
    total = sum(product.abs().sum() for product in products.values())
    return {name: product / total for name, product in products.items()}
