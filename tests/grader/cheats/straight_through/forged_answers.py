"""Sends answers of its own making: full points, statuses and results that nobody asked for.

loses: quantize_values, gradient_stops, gradient_passes, quantize_keeps_input
says: something that is no answer
"""

from classroom.exchange import codec
from classroom.exchange.handler import RequestHandler

everything = {"passed": True, "status": "passed", "points": 9.0, "max_points": 9.0}
RequestHandler.answer = lambda *args: codec.encode(everything)


def fake_quantize(x, scale, zero_point, bits):
    return x
