"""PyTorch: a mask that gets narrower by three rules, and the first place that is left of it."""

import torch


def choose_file(variants: list[dict], tolerance: int) -> str:
    if len(variants) < 1 or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    size = torch.tensor([v["size_bytes"] for v in variants], dtype=torch.int64)
    right = torch.tensor([v["validation_correct"] for v in variants], dtype=torch.int64)
    allowed = tolerance * variants[0]["images"] // 100
    left = right >= max(0, variants[0]["validation_correct"] - allowed)
    left = left & (size == size[left].min())
    left = left & (right == right[left].max())
    return variants[int(left.nonzero()[0, 0])]["name"]
