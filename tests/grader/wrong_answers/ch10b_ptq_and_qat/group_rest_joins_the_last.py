"""What is left over joins the last group.

loses: group_ends
says: scales (out, groups)
"""

import torch


def quantize_by_group(weight, *, bits, group_size):
    _out, width = weight.shape
    count = max(width // group_size, 1)
    qs, scales, zeros = [], [], []
    for place in range(count):
        end = width if place == count - 1 else (place + 1) * group_size
        part = weight.detach()[:, place * group_size : end]
        low, high = part.amin(1).clamp_max(0), part.amax(1).clamp_min(0)
        s = (high - low) / (2**bits - 1)
        s = torch.where(s == 0, torch.ones_like(s), s)
        z = -torch.round(low / s)
        qs.append((torch.round(part / s[:, None]) + z[:, None]).clamp(0, 2**bits - 1))
        scales.append(s)
        zeros.append(z)
    return torch.cat(qs, 1).int(), torch.stack(scales, 1), torch.stack(zeros, 1).int()
