"""Tensors wherever they serve, with results that are tensors without dimensions where a number is asked for."""

import torch


def time_calls(call, clock, repeats, warmup=3):
    if not (repeats >= 1 and warmup >= 0):
        raise ValueError("counts")

    def once():
        start = clock()
        call()
        return torch.tensor((clock() - start) * 1000.0, dtype=torch.float64)

    while warmup:
        call()
        warmup -= 1
    return [once() for _ in range(repeats)]


def latency_percentile(times, percent, beyond=10):
    values = torch.tensor(times, dtype=torch.float64)
    inside = values.isfinite() & (values > 0)
    if not len(values) or not bool(inside.all()) or not 0 < percent < 100:
        raise ValueError("refused")
    rank = (percent * len(values) + 99) // 100
    behind = len(values) - rank
    return values.kthvalue(rank).values if behind >= beyond else None


def throughput(times, images):
    took, handled = torch.tensor(times, dtype=torch.float64), torch.tensor(images, dtype=torch.int64)
    if took.shape != handled.shape or not took.numel() or bool((handled < 0).any()):
        raise ValueError("refused")
    each = {"images_per_second": handled.sum() / (took.sum() / 1000), "ms_per_image": None}
    if handled.any():
        each["ms_per_image"] = took.sum() / handled.sum()
    return each


def wilson_interval(right, n, z=1.96):
    if n <= 0 or right > n or right < 0:
        raise ValueError("counts")
    p, m, z = (torch.tensor(float(each), dtype=torch.float64) for each in (right / n, n, z))
    share = z**2 / (m + z**2)  # the weight of one half in the centre
    centre = (1 - share) * p + share / 2
    half = ((1 - share) * p * (1 - p) * share + share**2 / 4).sqrt()
    return tuple((centre + sign * half).clamp(0, 1) for sign in (-1, 1))


def speed_up(reference, own, draws, level=0.95):
    n = own.numel()
    if reference.shape != own.shape or n == 0 or draws.numel() == 0 or draws.shape[-1] != n or not 0 < level < 1:
        raise ValueError("refused")
    ratios = torch.exp(reference.to(torch.float64).log() - own.to(torch.float64).log())
    drawn = torch.gather(ratios.expand(len(draws), n), 1, draws).sort(1).values
    medians = (drawn[:, (n - 1) // 2] + drawn[:, n // 2]) / 2
    whole = ratios.sort().values
    ends = torch.quantile(medians, torch.tensor([0.5 - level / 2, 0.5 + level / 2], dtype=torch.float64))
    return {"ratio": (whole[(n - 1) // 2] + whole[n // 2]) / 2, "low": ends[0], "high": ends[1]}
