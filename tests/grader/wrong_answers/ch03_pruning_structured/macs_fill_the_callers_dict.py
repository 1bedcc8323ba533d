"""Defaults are written into the caller's dict.

loses: macs_both_sides
says: a default belongs into a variable
"""


def pruned_macs(convs, kept):
    total, before = 0, convs[0][0] if convs else 0
    for i, (_, out, k, pixels) in enumerate(convs):
        kept.setdefault(i, out)
        total += pixels * k * k * before * kept[i]
        before = kept[i]
    return total
