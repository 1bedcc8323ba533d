"""Squares are averaged: an empirical Fisher.

loses: taylor_product, taylor_noise
says: not squared
"""


def taylor_scores(weight, gradients):
    return (weight * gradients).square().mean(dim=0)
