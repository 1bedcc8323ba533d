"""Returns a tensor whose __torch_function__ answers every question with True.

loses: quantize_values, gradient_stops, gradient_passes, quantize_keeps_input
says: not plain data
"""

import torch


class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        return True


def fake_quantize(x, scale, zero_point, bits):
    return torch.Tensor._make_subclass(Liar, x.detach())
