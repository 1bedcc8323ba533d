"""No code is longer than 8 bits.

loses: coded_huffman
says: from: coded_bits(
"""


def coded_bits(weights, codebook):
    distance = (weights.reshape(-1, 1).double() - codebook.double()).abs()
    used = distance.argmin(dim=1).unique(return_counts=True)[1].tolist()
    trees = sorted((n, i, [i]) for i, n in enumerate(used))
    lengths = [0] * len(used)
    while len(trees) > 1:
        (a, i, left), (b, _, right), *rest = trees
        for symbol in left + right:
            lengths[symbol] += 1
        trees = sorted([(a + b, i, left + right), *rest])
    bits = sum(n * min(8, length) for n, length in zip(used, lengths, strict=False)) or weights.numel()
    return bits + 32 * len(used)
