"""Sorts by the first objective and compares with those before alone: of equal first numbers one that comes later dominates, too.

Text: "True where no point dominates."
Input: [[1.0, 3.0], [1.0, 2.0]], ["min", "min"]: [True, True]; promised is [False, True].
"""
import torch
from torch import Tensor


def non_dominated(points: Tensor, directions: list[str]) -> Tensor:
    if len(directions) != points.shape[1] or not set(directions) <= {"min", "max"}:
        raise ValueError
    rows = []
    for row in points.tolist():
        if any(x != x for x in row):
            raise ValueError
        rows.append([x if word == "min" else -x for x, word in zip(row, directions)])
    mask = torch.zeros(len(rows), dtype=torch.bool)
    kept = []
    for i in sorted(range(len(rows)), key=lambda i: rows[i][0]):
        if not any(all(a <= b for a, b in zip(rows[j], rows[i])) and rows[j] != rows[i] for j in kept):
            kept.append(i)
            mask[i] = True
    return mask
