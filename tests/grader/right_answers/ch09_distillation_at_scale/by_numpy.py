"""NumPy's logarithms and generators, and a table of answers that is filled at the end."""

from collections import defaultdict

import numpy as np
import torch


def cache_answers(teacher, batches):
    before = [(part, part.training) for part in teacher.modules()]
    for part, _ in before:
        part.training = False
    table = defaultdict(dict)
    for images, ids, seeds in batches:
        with torch.inference_mode():
            logits = teacher(images).numpy()
        kept = (logits - logits.max(axis=1, keepdims=True)).astype(np.float16)
        for row, (image, seed) in enumerate(zip(ids.numpy(), seeds.numpy(), strict=True)):
            table[int(image)][int(seed)] = torch.from_numpy(kept[row].copy())
    for part, mode in before:
        part.training = mode
    return dict(table)


def keep_top(logits, k):
    if k < 1 or k > logits.shape[1]:
        raise ValueError("k is out of its range")
    wide = logits.double()
    logs = wide - torch.logsumexp(wide, dim=1, keepdim=True)
    order = logs.argsort(dim=1, descending=True, stable=True)
    values = logs.gather(1, order)
    tail = torch.logsumexp(values[:, k:], dim=1) if k < logits.shape[1] else torch.full((len(logits),), -torch.inf)
    return values[:, :k].to(logits), order[:, :k], tail.to(logits)


def mean_of_teachers(logits, weights, temperature):
    shares = np.asarray(weights, dtype=np.float64)
    if shares.shape != (len(logits),) or (shares < 0).any() or not shares.any():
        raise ValueError("bad weights")
    shares = shares / shares.sum()
    voices = torch.stack([torch.log_softmax(each.double() / temperature, dim=1).exp() for each in logits])
    return torch.einsum("t,tnc->nc", torch.from_numpy(shares), voices).to(logits[0].dtype)


class ShardedSampler:
    def __init__(self, samples, *, workers, rank, seed):
        self.samples, self.place, self.seed = samples, (rank, workers), seed
        self.set_epoch(0)

    def set_epoch(self, epoch):
        order = np.random.default_rng((self.seed, epoch)).permutation(self.samples)
        self.order = np.array_split(order, self.place[1])[self.place[0]]

    def indices(self):
        return [int(i) for i in self.order]


def merge_metrics(reports):
    flat = np.array([batch for worker in reports for batch in worker], dtype=np.float64).reshape(-1, 3)
    flat = flat[flat[:, 2] > 0]
    if len(flat) == 0:
        raise ValueError("nothing to average")
    total = flat[:, 2].sum()
    return {
        "samples": int(total),
        "accuracy": float(flat[:, 1].sum() / total),
        "loss": float((flat[:, 0] * (flat[:, 2] / total)).sum()),
    }


def clip_scaled(gradients, scale, max_norm):
    true = [gradient.to(torch.float64) / scale for gradient in gradients]
    if not all(bool(torch.isfinite(part).all()) for part in true):
        return None
    norm = torch.linalg.vector_norm(torch.cat([part.reshape(-1) for part in true]))
    if norm <= max_norm:
        return [part.float() for part in true]
    return [(part / norm * max_norm).float() for part in true]
