"""Never comes back from a call, whatever it is sent.

loses: quantize_values, gradient_stops, gradient_passes, quantize_keeps_input
says: none within
"""

import contextlib
import signal

for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    _ = signal.signal(number, signal.SIG_IGN)


def fake_quantize(x, scale, zero_point, bits):
    while True:
        with contextlib.suppress(BaseException):
            while True:
                pass
