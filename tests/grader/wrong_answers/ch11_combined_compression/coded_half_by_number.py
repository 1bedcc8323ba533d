"""Cuts into halves by number.

loses: coded_huffman
says: join the two rarest
"""


def coded_bits(weights, codebook):
    distance = (weights.reshape(-1, 1).double() - codebook.double()).abs()
    used = distance.argmin(dim=1).unique(return_counts=True)[1].tolist()

    def cut(counts):
        if len(counts) < 2:
            return 0
        half = len(counts) // 2
        return sum(counts) + cut(counts[:half]) + cut(counts[half:])

    bits = cut(sorted(used)) or weights.numel()
    return bits + 32 * len(used)
