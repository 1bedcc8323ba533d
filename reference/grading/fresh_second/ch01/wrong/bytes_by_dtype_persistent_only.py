"""Goes through the state dict and drops shared tensors by identity, but a checkpoint lacks the buffers with persistent=False.

Text: "all its buffers, also those that a checkpoint leaves out (`persistent=False`)".
A module with register_buffer("table", torch.zeros(5), persistent=False) and nothing else gives {}; promised: {"float32": 20}.
"""
import torch
from torch import nn


def bytes_by_dtype(model: nn.Module) -> dict[str, int]:
    unique = {id(tensor): tensor for tensor in model.state_dict(keep_vars=True).values() if isinstance(tensor, torch.Tensor)}
    result: dict[str, int] = {}
    for tensor in unique.values():
        key = str(tensor.dtype).split(".")[-1]
        result[key] = result.get(key, 0) + tensor.nelement() * tensor.element_size()
    return result
