"""Every rank is refused.

loses: factors_rank_range, factors_shapes, factors_full_rank, factors_nearest
says: no such rank
"""


def low_rank_factors(weight, rank):
    raise ValueError("no such rank")
