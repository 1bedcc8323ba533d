"""Raises what breaks those who look at it.

loses: quantize_values, gradient_stops, gradient_passes, quantize_keeps_input
says: expected
"""

import os


class Meta(type):
    @property
    def __name__(cls):
        os._exit(0)

    @property
    def __mro__(cls):
        raise KeyboardInterrupt


class Nasty(Exception, metaclass=Meta):
    def __str__(self):
        raise SystemExit

    __repr__ = __str__

    @property
    def __traceback__(self):
        raise KeyboardInterrupt


def fake_quantize(x, scale, zero_point, bits):
    raise Nasty
