"""Only the bias is folded.

loses: fold_numbers
says: each output channel
"""


def fold_batch_norm(layer, norm):
    factor = (norm.running_var.double() + norm.eps).rsqrt()
    if norm.weight is not None:
        factor = factor * norm.weight.detach().double()
    bias = -norm.running_mean.double() * factor
    if layer.bias is not None:
        bias = bias + layer.bias.detach().double() * factor
    if norm.bias is not None:
        bias = bias + norm.bias.detach().double()
    weight = layer.weight.detach()
    return weight, bias.to(weight.dtype)
