"""The sign of what comes from above.

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
            return above.sign() * ctx.saved_tensors[0]

    return Through.apply(x)
