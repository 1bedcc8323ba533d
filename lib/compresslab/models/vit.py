"""A tiny vision transformer.

Reference: Dosovitskiy et al. 2021, "An Image is Worth 16x16 Words".
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.arguments import whole
from compresslab.errors import InputError


class Attention(nn.Module):
    """Multi-head self-attention, its heads laid out one after the other in the rows of q, k and v.

    Maps (N, tokens, dim) to the same shape.

    Args:
        dim: features of a token; a multiple of `heads`.
        heads: each attends with dim / heads features.

    >>> Attention(8, heads=2)(torch.zeros(1, 16, 8)).shape
    torch.Size([1, 16, 8])
    """

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.head_dim = dim // heads
        self.q = nn.Linear(dim, dim)
        self.k = nn.Linear(dim, dim)
        self.v = nn.Linear(dim, dim)
        self.out = nn.Linear(dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        batch, tokens, _ = x.shape

        def split(y: Tensor) -> Tensor:  # (batch, tokens, dim) to (batch, heads, tokens, head_dim)
            return y.reshape(batch, tokens, self.heads, self.head_dim).transpose(1, 2)

        mixed = F.scaled_dot_product_attention(split(self.q(x)), split(self.k(x)), split(self.v(x)))
        return self.out(mixed.transpose(1, 2).reshape(batch, tokens, self.heads * self.head_dim))


class EncoderLayer(nn.Module):
    """A pre-norm transformer layer: x + attention(norm(x)), then x + mlp(norm(x)).

    Maps (N, tokens, dim) to the same shape; the MLP is four times as wide.

    >>> EncoderLayer(8, heads=2)(torch.zeros(1, 16, 8)).shape
    torch.Size([1, 16, 8])
    """

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(dim)
        self.attention = Attention(dim, heads)
        self.norm2 = nn.LayerNorm(dim)
        self.mlp = nn.Sequential(nn.Linear(dim, 4 * dim), nn.GELU(), nn.Linear(4 * dim, dim))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class TinyViT(nn.Module):
    """A vision transformer that averages its tokens instead of carrying a class token.

    `tiny_vit` makes it, and says what the settings are.

    >>> TinyViT(1, image_size=8, patch=2, dim=8, depth=1, heads=2, classes=10).position.shape  # 16 patches
    torch.Size([1, 16, 8])
    """

    def __init__(
        self, channels: int, image_size: int, patch: int, dim: int, depth: int, heads: int, classes: int
    ) -> None:
        super().__init__()
        self.embed = nn.Conv2d(channels, dim, patch, patch)
        self.position = nn.Parameter(torch.empty(1, (image_size // patch) ** 2, dim))
        self.reset_parameters()
        self.layers = nn.Sequential(*(EncoderLayer(dim, heads) for _ in range(depth)))
        self.norm = nn.LayerNorm(dim)
        self.fc = nn.Linear(dim, classes)

    def reset_parameters(self) -> None:
        """Draw new positions; the layers have this method of their own."""
        nn.init.normal_(self.position, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        tokens = self.embed(x).flatten(2).transpose(1, 2)
        return self.fc(self.norm(self.layers(tokens + self.position)).mean(dim=1))


def tiny_vit(
    *,
    channels: int = 1,
    image_size: int = 8,
    patch: int = 2,
    dim: int = 64,
    depth: int = 4,
    heads: int = 4,
    classes: int = 10,
) -> TinyViT:
    """A vision transformer small enough to train in seconds on one core.

    Args:
        channels, image_size: of the square input images.
        patch: side of a patch in pixels; must divide `image_size`.
        dim: width of the residual stream; must be a multiple of `heads`.
        depth: number of encoder layers.
        heads: attention heads of each layer.
        classes: number of logits.

    Raises:
        InputError: a setting is out of its range, or the patches or heads don't divide what they should.

    >>> tiny_vit(channels=3, image_size=32, patch=8, depth=1)(torch.zeros(2, 3, 32, 32)).shape
    torch.Size([2, 10])
    """
    whole(
        channels=channels,
        image_size=image_size,
        patch=patch,
        dim=dim,
        depth=depth,
        heads=heads,
        classes=classes,
    )
    if image_size % patch:
        raise InputError(f"patch={patch} does not divide image_size={image_size}: choose a divisor.")
    if dim % heads:
        raise InputError(f"dim={dim} is not a multiple of heads={heads}: each head gets dim/heads features.")
    return TinyViT(channels, image_size, patch, dim, depth, heads, classes)
