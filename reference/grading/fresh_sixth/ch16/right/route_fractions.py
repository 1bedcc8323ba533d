"""Exact fractions, with the eight bytes added up one by one."""

import hashlib
from fractions import Fraction


def _place(text):
    h = 0
    for byte in hashlib.sha256(bytes(text, "utf8")).digest()[:8]:
        h = 256 * h + byte
    return Fraction(h, 1 << 64)


def version_for(key: str, salt: str, percent: float) -> str:
    if percent != percent or not (0 <= percent and percent <= 100):
        raise ValueError("percent is a number from 0 to 100")
    if 100 * _place(salt + "/" + key) >= Fraction(percent):
        return "stable"
    return "canary"
