"""Which values share a scale: one notion, the size of a block, for tensor, channel and group.

A block size has a number for each dimension of the tensor. Of a weight (out, in): (out, in) is one block for the whole
tensor, (1, in) a block for each output channel, (1, 32) one for each 32 neighbouring inputs of a channel. What is kept
for each block, such as its scale, is a tensor with as many dimensions: (1, 1), (out, 1) and (out, in / 32).
"""

from collections.abc import Sequence

from torch import Tensor

from compresslab.arguments import whole
from compresslab.errors import InputError


def per_tensor(tensor: Tensor) -> tuple[int, ...]:
    """The block size of one block.

    >>> import torch
    >>> per_tensor(torch.zeros(8, 6))
    (8, 6)
    """
    return tuple(tensor.shape)


def per_channel(tensor: Tensor, axis: int = 0) -> tuple[int, ...]:
    """The block size of a block for each channel.

    Args:
        tensor: weights of convolution and linear layers have their output channels along axis 0, images and
            activations (N, C, H, W) their channels along 1.
        axis: the dimension of the channels.

    Raises:
        InputError: there is no such axis.

    >>> import torch
    >>> per_channel(torch.zeros(8, 6, 3, 3))
    (1, 6, 3, 3)
    """
    if not -tensor.ndim <= axis < tensor.ndim:
        raise InputError(f"axis={axis} is none of a tensor of shape {tuple(tensor.shape)}.")
    sizes = list(tensor.shape)
    sizes[axis] = 1
    return tuple(sizes)


def per_group(tensor: Tensor, size: int, *, name: str = "tensor") -> tuple[int, ...]:
    """The block size of a block for each `size` neighbouring inputs of an output channel.

    Args:
        tensor: a weight (out, in, ...). Of a convolution, a group spans its kernel's whole area.
        size: inputs of a group; must divide their number.
        name: of the tensor, for the error.

    Raises:
        InputError: `size` doesn't divide the inputs, or the tensor has fewer than two dimensions.

    >>> import torch
    >>> per_group(torch.zeros(8, 64), 32)
    (1, 32)
    >>> per_group(torch.zeros(8, 63), 32, name="fc.weight")
    Traceback (most recent call last):
    compresslab.errors.InputError: fc.weight of shape (8, 63) has 63 inputs, which groups of 32 don't divide.
    """
    whole(size=size)
    shape = tuple(tensor.shape)
    if tensor.ndim < 2:
        raise InputError(f"{name} of shape {shape} has no inputs to group: give a weight (out, in, ...).")
    if shape[1] % size:
        raise InputError(f"{name} of shape {shape} has {shape[1]} inputs, which groups of {size} don't divide.")
    return (1, size, *shape[2:])


def block_counts(tensor: Tensor, block_size: Sequence[int], *, name: str = "tensor") -> tuple[int, ...]:
    """Blocks along each dimension: the shape of what is kept for each block.

    Raises:
        InputError: the block size has another number of dimensions, or doesn't divide the tensor's shape.

    >>> import torch
    >>> block_counts(torch.zeros(8, 64), (1, 32))
    (8, 2)
    """
    shape, sizes = tuple(tensor.shape), tuple(block_size)
    if len(shape) != len(sizes):
        raise InputError(f"block_size={sizes} has {len(sizes)} dimensions, {name} of shape {shape} has {len(shape)}.")
    for size, block in zip(shape, sizes, strict=True):
        if block < 1 or size % block:
            raise InputError(f"block_size={sizes} doesn't divide {name} of shape {shape}.")
    return tuple(size // block for size, block in zip(shape, sizes, strict=True))


def in_blocks(tensor: Tensor, counts: Sequence[int]) -> Tensor:
    """The tensor with two dimensions for each of its own: the number of the block, and the place within it.

    >>> import torch
    >>> in_blocks(torch.zeros(8, 64), (8, 2)).shape
    torch.Size([8, 1, 2, 32])
    """
    split = [part for size, count in zip(tensor.shape, counts, strict=True) for part in (count, size // count)]
    return tensor.reshape(split)


def spread(per_block: Tensor, tensor: Tensor, *, name: str = "scale") -> Tensor:
    """Values for each block, so that they broadcast against a tensor; a copy only where blocks are smaller than a row.

    Args:
        per_block: has the tensor's number of dimensions, or fewer, which are then taken for its last ones.
        tensor: of which `per_block` has a value for each block.
        name: of `per_block`, for the error.

    Raises:
        InputError: the shapes don't fit.

    >>> import torch
    >>> spread(torch.tensor([[1.0, 2.0]]), torch.zeros(3, 4))
    tensor([[1., 1., 2., 2.]])
    """
    missing = tensor.ndim - per_block.ndim
    fits = missing >= 0
    if fits:
        per_block = per_block.reshape((1,) * missing + tuple(per_block.shape))
        pairs = list(zip(tensor.shape, per_block.shape, strict=True))
        fits = all(count == 1 or (count > 0 and size % count == 0) for size, count in pairs)
    if not fits:
        shapes = f"{tuple(per_block.shape)}, the tensor {tuple(tensor.shape)}"
        raise InputError(f"{name} has shape {shapes}: give a value for each block, whose number divides the size.")
    for axis, (size, count) in enumerate(pairs):
        if count not in (1, size):
            per_block = per_block.repeat_interleave(size // count, dim=axis)
    return per_block
