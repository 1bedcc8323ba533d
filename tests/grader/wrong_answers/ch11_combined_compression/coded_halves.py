"""Cuts the counts into halves from the top: Shannon and Fano's code.

loses: coded_huffman
says: join the two rarest
"""


def coded_bits(weights, codebook):
    distance = (weights.reshape(-1, 1).double() - codebook.double()).abs()
    used = distance.argmin(dim=1).unique(return_counts=True)[1].tolist()

    def cut(counts):
        if len(counts) < 2:
            return 0
        half = min(range(1, len(counts)), key=lambda n: abs(sum(counts[:n]) - sum(counts[n:])))
        return sum(counts) + cut(counts[:half]) + cut(counts[half:])

    bits = cut(sorted(used, reverse=True)) or weights.numel()
    return bits + 32 * len(used)
