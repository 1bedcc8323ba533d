"""The hash is fed in three parts, and struct reads the number."""

import hashlib
import math
import struct


def version_for(key: str, salt: str, percent: float) -> str:
    if math.isnan(percent) or percent < 0.0 or percent > 100.0:
        raise ValueError("percent")
    state = hashlib.new("sha256")
    for part in (salt, "/", key):
        state.update(part.encode("utf-8"))
    (h,) = struct.unpack_from(">Q", state.digest())
    share = float(percent) / 100
    served_by_canary = h < share * 2**64
    return "canary" if served_by_canary else "stable"
