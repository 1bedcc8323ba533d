"""Sample by sample, with Python's numbers."""

import copy
import math
import random

import torch


def cache_answers(teacher, batches):
    silent = copy.deepcopy(teacher).eval()  # a copy needs no restoring
    cache = {}
    for images, ids, seeds in batches:
        for place in range(len(ids)):
            image, seed = int(ids[place]), int(seeds[place])
            logits = silent(images[place : place + 1])[0].detach()
            if image not in cache:
                cache[image] = {}
            cache[image][seed] = torch.sub(logits, logits.max()).to(torch.float16)
    return cache


def keep_top(logits, k):
    if k not in range(1, logits.shape[1] + 1):
        raise ValueError(k)
    largest, chosen = torch.topk(logits, k)
    whole = logits.logsumexp(1)
    left = torch.ones_like(logits, dtype=torch.bool).scatter(1, chosen, False)
    others = logits.masked_fill(~left, -math.inf).logsumexp(1)
    return largest - whole[:, None], chosen, others - whole


def top_loss(student_logits, values, classes, tail):
    total = 0.0
    for row in range(len(values)):
        logs = torch.log_softmax(student_logits[row], dim=0)
        kept = set(classes[row].tolist())
        for value, number in zip(values[row], classes[row].tolist(), strict=True):
            total = total + value.exp() * (value - logs[number])
        others = [number for number in range(len(logs)) if number not in kept]
        if others and tail[row] > -math.inf:
            total = total + tail[row].exp() * (tail[row] - logs[others].logsumexp(0))
    return total / len(values)


def mean_of_teachers(logits, weights, temperature):
    if len(weights) != len(logits) or any(w < 0 for w in weights) or not any(weights):
        raise ValueError(weights)
    mixed = torch.zeros_like(logits[0])
    for weight, each in zip(weights, logits, strict=True):
        shifted = each / temperature
        shifted = (shifted - shifted.max(dim=1, keepdim=True).values).exp() if len(each) else shifted
        mixed = mixed + weight / sum(weights) * shifted / shifted.sum(dim=1, keepdim=True)
    return mixed


class ShardedSampler:
    def __init__(self, samples, *, workers, rank, seed):
        self.samples, self.workers, self.rank, self.seed, self.now = samples, workers, rank, seed, 0

    def set_epoch(self, epoch):
        self.now = epoch

    def indices(self):
        order = list(range(self.samples))
        random.Random(f"{self.seed}/{self.now}").shuffle(order)
        return [i for place, i in enumerate(order) if place % self.workers == self.rank]


def merge_metrics(reports):
    loss, right, samples = 0.0, 0, 0
    for worker in reports:
        for mean, hits, size in worker:
            if size:
                loss, right, samples = loss + mean * size, right + hits, samples + size
    if samples == 0:
        raise ValueError("no samples")
    return {"loss": loss / samples, "accuracy": right / samples, "samples": samples}


def clip_scaled(gradients, scale, max_norm):
    squares = 0.0
    for gradient in gradients:
        for element in gradient.flatten().tolist():
            if math.isinf(element) or math.isnan(element):
                return None
            squares += (element / scale) ** 2
    norm = squares**0.5
    factor = min(1.0, max_norm / norm) if norm else 1.0
    return [(gradient.double() * (factor / scale)).float() for gradient in gradients]
