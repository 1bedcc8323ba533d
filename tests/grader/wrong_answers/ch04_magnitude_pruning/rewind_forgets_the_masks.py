"""What was saved comes back, all of it.

loses: rewind_weights, rewind_everything_else
says: its mask is a part of it
"""


def rewind(saved, masks):
    return saved
