"""All functions, in plain PyTorch."""
import math

import torch
from torch import Tensor, nn


def cache_answers(teacher: nn.Module, batches: list[tuple[Tensor, Tensor, Tensor]]) -> dict[int, dict[int, Tensor]]:
    modes = {name: module.training for name, module in teacher.named_modules()}
    teacher.eval()
    cache = {}
    with torch.no_grad():
        for images, ids, seeds in batches:
            logits = teacher(images.clone())
            answers = (logits - logits.amax(dim=1, keepdim=True)).half()
            for image, seed, answer in zip(ids.tolist(), seeds.tolist(), answers):
                cache.setdefault(image, {})[seed] = answer.clone()
    for name, module in teacher.named_modules():
        module.training = modes[name]
    return cache


def keep_top(logits: Tensor, k: int) -> tuple[Tensor, Tensor, Tensor]:
    if not 1 <= k <= logits.shape[1]:
        raise ValueError("k")
    log_p = logits.log_softmax(dim=1)
    values, classes = log_p.topk(k, dim=1)
    return values, classes, log_p.scatter(1, classes, -math.inf).logsumexp(dim=1)


def top_loss(student_logits: Tensor, values: Tensor, classes: Tensor, tail: Tensor) -> Tensor:
    log_q = student_logits.log_softmax(dim=1)
    loss = (values.exp() * (values - log_q.gather(1, classes))).sum(dim=1)
    rest = log_q.scatter(1, classes, -math.inf).logsumexp(dim=1)
    there = tail > -math.inf
    zero = torch.zeros_like(tail)
    loss = loss + tail.exp() * (torch.where(there, tail, zero) - torch.where(there, rest, zero))
    return loss.mean()


def mean_of_teachers(logits: list[Tensor], weights: list[float], temperature: float) -> Tensor:
    if len(weights) != len(logits) or min(weights) < 0 or max(weights) <= 0:
        raise ValueError("weights")
    relative = [weight / max(weights) for weight in weights]
    mean = torch.zeros(logits[0].shape, dtype=torch.float64)
    for each, weight in zip(logits, relative):
        wide = each.double()
        wide = wide - wide.amax(dim=1, keepdim=True)
        mean += weight / sum(relative) * (wide / temperature).softmax(dim=1)
    return mean.to(logits[0].dtype)


class ShardedSampler:
    def __init__(self, samples: int, *, workers: int, rank: int, seed: int) -> None:
        self.samples = samples
        self.workers = workers
        self.rank = rank
        self.seed = seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def indices(self) -> list[int]:
        generator = torch.Generator().manual_seed(1001 * self.seed + self.epoch)
        return torch.randperm(self.samples, generator=generator)[self.rank :: self.workers].tolist()


def merge_metrics(reports: list[list[tuple[float, int, int]]]) -> dict[str, float]:
    loss = right = samples = 0
    for worker in reports:
        for mean, good, number in worker:
            if number > 0:
                loss += mean * number
                right += good
                samples += number
    if samples == 0:
        raise ValueError("no sample")
    return {"loss": loss / samples, "accuracy": right / samples, "samples": samples}


def clip_scaled(gradients: list[Tensor], scale: float, max_norm: float) -> list[Tensor] | None:
    if not all(bool(g.isfinite().all()) for g in gradients):
        return None
    true = [g.float() / scale for g in gradients]
    norm = sum(g.double().square().sum() for g in true).sqrt().item()
    if norm > max_norm:
        true = [(g.double() / norm * max_norm).float() for g in true]
    return true
