"""The hash of the salt and the hash of the key are added.

loses: route_place
says: the first 8 bytes of SHA-256
"""

import hashlib


def version_for(key, salt, percent):
    if not 0 <= percent <= 100:
        raise ValueError(percent)
    place = (
        (
            int.from_bytes(hashlib.sha256(salt.encode()).digest()[:8], "big")
            + int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
        )
        % 2**64
        / 2**64
    )
    return "canary" if place < percent / 100 else "stable"
