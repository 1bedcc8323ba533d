"""Adds 1e-8 to the total so that nothing is divided by 0. Where all products are small, the shares then don't add up to 1.

Text: "All scores of all layers add up to 1, also where all products are small."
Input: weights {"a": [1e-5]}, gradients {"a": [1e-5]} gives {"a": [0.0099]}; promised is {"a": [1.]}.
"""
from torch import Tensor


def snip_scores(weights: dict[str, Tensor], gradients: dict[str, Tensor]) -> dict[str, Tensor]:
    products = {name: (weight * gradients[name]).abs() for name, weight in weights.items()}
    total = sum(product.sum() for product in products.values()) + 1e-8
    return {name: product / total for name, product in products.items()}
