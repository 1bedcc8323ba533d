"""Returns the full rank as soon as the budget holds the dense layer. But two factors of full rank take more than that.

Text: "budget_bytes: for both factors and the bias together", "The largest rank at which a linear layer, split into two
factors, fits into a budget."
largest_rank(4, 4, 64, bias=False) gives 4 (128 bytes); promised: 2 (64 bytes).
"""
import torch


def largest_rank(
    in_features: int,
    out_features: int,
    budget_bytes: int,
    *,
    bias: bool = True,
    dtype: torch.dtype = torch.float32,
) -> int:
    full_rank = min(in_features, out_features)
    left = budget_bytes - (out_features * dtype.itemsize if bias else 0)
    if left < 0:
        return 0
    if left >= in_features * out_features * dtype.itemsize:
        return full_rank  # nothing has to be cut
    return min(full_rank, left // ((in_features + out_features) * dtype.itemsize))
