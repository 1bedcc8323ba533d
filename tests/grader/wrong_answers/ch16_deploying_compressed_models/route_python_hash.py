"""Python's own hash, another one in each process.

loses: route_place
says: the first 8 bytes of SHA-256
"""


def version_for(key, salt, percent):
    if not 0 <= percent <= 100:
        raise ValueError(percent)
    digest = (hash(f"{salt}/{key}") % 2**64).to_bytes(8, "big")
    place = int.from_bytes(digest[:8], "big") / 2**64
    return "canary" if place < percent / 100 else "stable"
