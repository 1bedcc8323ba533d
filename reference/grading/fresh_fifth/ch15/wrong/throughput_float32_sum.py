"""Adds the times in a tensor of torch's default dtype: seven digits.

Text: "Numbers are right to nine digits."
Input: `throughput([0.1, 0.2], [3, 4])` -> promised {'images_per_second': 23333.33333333333, 'ms_per_image': 0.042857142857142864}, actual {'images_per_second': 23333.332406150006, 'ms_per_image': 0.04285714456013271}
"""

import torch


def throughput(times: list[float], images: list[int]) -> dict[str, float | None]:
    if len(times) == 0 or len(times) != len(images):
        raise ValueError("no calls, or two lengths")
    if any(count < 0 for count in images):
        raise ValueError("negative images")
    total_ms = torch.tensor([float(t) for t in times]).sum().item()
    total = sum(images)
    if total == 0:
        return {"images_per_second": 0.0, "ms_per_image": None}
    return {
        "images_per_second": total / (total_ms / 1000),
        "ms_per_image": total_ms / total,
    }
