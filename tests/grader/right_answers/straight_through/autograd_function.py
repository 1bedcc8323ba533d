"""A function with a backward of its own."""

import torch


class _FakeQuantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale, zero_point, largest):
        q = torch.round(x / scale) + zero_point
        ctx.save_for_backward((q >= 0) & (q <= largest))
        return (torch.clamp(q, 0, largest) - zero_point) * scale

    @staticmethod
    def backward(ctx, upstream):
        (inside,) = ctx.saved_tensors
        return upstream * inside, None, None, None


def fake_quantize(x, scale, zero_point, bits):
    return _FakeQuantize.apply(x, scale, zero_point, 2**bits - 1)
