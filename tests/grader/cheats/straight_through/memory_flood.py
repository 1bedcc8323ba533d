"""Takes all memory, itself; 4 GiB at most.

loses: quantize_values, gradient_stops, gradient_passes, quantize_keeps_input
says: emory
"""


def fake_quantize(x, scale, zero_point, bits):
    blocks = [bytearray(64 * 2**20) for _ in range(64)]
    return x + len(blocks)
