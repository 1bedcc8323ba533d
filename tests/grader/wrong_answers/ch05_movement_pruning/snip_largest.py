"""Divided by the largest score.

loses: snip_shares
says: divided by their sum
"""


def snip_scores(weights, gradients):
    products = {name: (weight * gradients[name]).abs() for name, weight in weights.items()}
    largest = max(product.max() for product in products.values())
    return {name: product / largest for name, product in products.items()}
