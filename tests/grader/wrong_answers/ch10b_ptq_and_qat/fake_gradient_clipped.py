"""The gradient is clipped to 1.

loses: fake_passes
says: within the range
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    class Through(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            q = torch.round(x / scale) + zero_point
            ctx.save_for_backward((q >= qmin) & (q <= qmax))
            return scale * (q.clamp(qmin, qmax) - zero_point)

        @staticmethod
        def backward(ctx, above):
            return above.clamp(-1, 1) * ctx.saved_tensors[0]

    return Through.apply(x)
