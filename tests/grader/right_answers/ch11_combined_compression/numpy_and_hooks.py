"""NumPy where no gradient is needed, and a hook on the scale's gradient."""

import numpy as np
import torch


def round_ste(x):
    rounded = torch.as_tensor(np.rint(x.detach().numpy()), dtype=x.dtype).reshape(x.shape)
    return x - (x - rounded).detach()


def lsq(x, scale, *, qmin, qmax):
    count = np.sqrt(x.numel() / scale.numel() * qmax)
    own = scale.clone()
    if own.requires_grad:
        own.register_hook(lambda gradient: gradient / float(count))
    v = x / own
    clamped = torch.clamp(v, qmin, qmax)
    return round_ste(clamped) * own


def project_conflicts(gradients):
    names = sorted(gradients[0])
    rows = [np.concatenate([g[name].numpy().astype(np.float64).ravel() for name in names]) for g in gradients]
    answers = []
    for i, row in enumerate(rows):
        left = row.copy()
        for j, other in enumerate(rows):
            if i != j and left @ other < 0:
                left = left - (left @ other) / (other @ other) * other
        answer, place = {}, 0
        for name in names:
            like = gradients[i][name]
            part = left[place : place + like.numel()]
            answer[name] = torch.from_numpy(part.reshape(like.shape)).to(like.dtype)
            place += like.numel()
        answers.append(answer)
    return answers


def annealed_mask(scores, *, keep, temperature):
    ranked = np.sort(scores.detach().numpy(), axis=None)[::-1]
    if temperature == 0:
        return torch.from_numpy((scores.detach().numpy() >= ranked[keep - 1]).astype(ranked.dtype))
    threshold = float((ranked[keep - 1] + ranked[keep]) / 2)
    return ((scores - threshold) / temperature).sigmoid()


def coded_bits(weights, codebook):
    distance = np.abs(weights.numpy().astype(np.float64).reshape(-1, 1) - codebook.numpy().astype(np.float64))
    counts = np.bincount(distance.argmin(axis=1))
    left = counts[counts > 0].astype(int).tolist()
    book, bits = 32 * len(left), weights.numel() if len(left) == 1 else 0
    while len(left) > 1:
        left.sort()
        left[:2] = [left[0] + left[1]]
        bits += left[0]
    return bits + book
