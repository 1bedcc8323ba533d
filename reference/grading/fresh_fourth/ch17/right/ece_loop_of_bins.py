"""A loop over the bins, with a tolerance at the edges that the docstring allows.
"""
import torch
from torch import Tensor


def expected_calibration_error(confidences: Tensor, correct: Tensor, bins: int = 15) -> float:
    if confidences.shape != correct.shape:
        raise ValueError("shapes")
    sure = confidences.double().clone()
    if sure.numel() == 0 or not bool(torch.all((sure >= 0) * (sure <= 1))):
        raise ValueError("confidences")
    error, lower = 0.0, -1.0
    for b in range(1, bins + 1):
        upper = b / bins + 1e-7
        inside = (sure > lower) & (sure <= upper)
        error += abs(sure[inside].sum().item() - correct[inside].sum().item())
        lower = upper
    return error / sure.numel()
