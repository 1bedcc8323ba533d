"""A share for each sequence, however many tokens it has.

loses: hint_mask
says: each number of it alike
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    if mask is None:
        return (student - teacher).square().mean() / teacher.square().mean()
    shares = [
        (s[m] - t[m]).square().mean() / t[m].square().mean()
        for s, t, m in zip(student, teacher, mask, strict=False)
        if m.any()
    ]
    return sum(shares) / len(shares)
