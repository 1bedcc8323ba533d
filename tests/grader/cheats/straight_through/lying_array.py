"""Returns an object whose __array__ and __class__ lie.

loses: quantize_values, gradient_stops, gradient_passes, quantize_keeps_input
says: not plain data
"""

import torch


class Liar:
    __class__ = torch.Tensor
    dtype, shape, device, requires_grad = torch.float32, torch.Size([4]), torch.device("cpu"), True
    __array_priority__ = 10**9

    def __array__(self, *args, **kwargs):
        return torch.zeros(4).numpy()

    def __array_function__(self, *args):
        return True

    def __array_ufunc__(self, *args, **kwargs):
        return True

    def __getattr__(self, name):
        return lambda *args, **kwargs: self


def fake_quantize(x, scale, zero_point, bits):
    return Liar()
