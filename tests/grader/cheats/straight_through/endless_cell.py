"""Never comes back from its cell, whatever it is sent.

loses: quantize_values, gradient_stops, gradient_passes, quantize_keeps_input
says: no `fake_quantize` in the notebook
"""

import contextlib

while True:
    with contextlib.suppress(BaseException):
        while True:
            pass


def fake_quantize(x, scale, zero_point, bits):
    return x
