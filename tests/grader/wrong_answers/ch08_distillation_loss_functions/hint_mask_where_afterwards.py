"""Padding is taken out of the squares: the gradient there is 0 times NaN.

loses: hint_mask
says: the gradient 0
"""

import torch


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    apart, signal = (student - teacher).square(), teacher.square()
    if mask is not None:
        keep = mask[..., None]
        apart, signal = torch.where(keep, apart, 0.0), torch.where(keep, signal, 0.0)
    return apart.sum() / signal.sum()
