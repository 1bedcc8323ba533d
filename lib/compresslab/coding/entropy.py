"""How many bits symbols take: by Huffman's code, and by any code that looks at one symbol at a time.

Reference:
    Shannon 1948, "A Mathematical Theory of Communication".
"""

import math
from collections.abc import Sequence

from compresslab.arguments import whole
from compresslab.coding.huffman import code_lengths


def entropy_bits(counts: Sequence[int]) -> float:
    """The least bits on average that any code takes which codes symbols one by one, from their counts alone.

    A code that knows what comes beside or before a symbol may take fewer.

    Args:
        counts: how often each symbol occurs.

    Returns:
        Bits of all symbols together: -sum c log2(c / n).

    >>> entropy_bits([2, 1, 1])  # 2 x 1 + 1 x 2 + 1 x 2
    6.0
    """
    for symbol, count in enumerate(counts):
        whole(0, **{f"counts[{symbol}]": count})
    total = sum(counts)
    return math.fsum(count * math.log2(total / count) for count in counts if count)


def huffman_bits(counts: Sequence[int]) -> int:
    """The bits that Huffman's codes of these symbols take together; at most one a symbol more than the entropy.

    Args, Raises: as `code_lengths`.

    >>> huffman_bits([5, 1, 0, 2])
    11
    """
    return sum(count * length for count, length in zip(counts, code_lengths(counts), strict=True))
