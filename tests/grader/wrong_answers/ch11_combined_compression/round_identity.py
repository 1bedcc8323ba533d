"""Doesn't round at all.

loses: round_values
says: a half goes to the even
"""


def round_ste(x):
    return x * 1
