"""Two comparisons refuse what is below 0 or above 100, and NaN is neither.

Text: "ValueError: the percentage is below 0, above 100, or NaN."
Input: `version_for("ada", "v2", math.nan)` -> promised ValueError: the percentage, actual 'stable'
"""

import hashlib


def version_for(key: str, salt: str, percent: float) -> str:
    if percent < 0 or percent > 100:
        raise ValueError("percent is from 0 to 100")
    digest = hashlib.sha256(f"{salt}/{key}".encode()).digest()
    h = int.from_bytes(digest[:8], "big")
    return "canary" if h < 2**64 * percent / 100 else "stable"
