"""Names for a page that a whole class sees: the same learner has the same one, and nobody can tell whose it is."""

import hmac
from collections.abc import Collection

_COLOURS = (
    "amber", "blue", "coral", "crimson", "gold", "green", "grey", "indigo",
    "ivory", "jade", "lilac", "ochre", "olive", "rose", "silver", "teal",
)  # fmt: skip
_ANIMALS = (
    "badger", "crane", "falcon", "finch", "fox", "hare", "heron", "ibis",
    "lynx", "marten", "otter", "owl", "robin", "seal", "swift", "wren",
)  # fmt: skip


def pseudonyms(learners: Collection[str], key: str) -> dict[str, str]:
    """A name for each, from a secret that serves for nothing else: with the ids at hand, names say what it is not.

    >>> len(set(pseudonyms([f"learner {n}" for n in range(400)], key="secret").values()))
    400
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for learner in sorted(learners):
        digest = hmac.new(key.encode(), learner.encode("utf-8", "surrogateescape"), "sha256").digest()
        name = plain = f"{_COLOURS[digest[0] % 16]} {_ANIMALS[digest[1] % 16]}"
        number = 1
        while name in taken:
            number += 1
            name = f"{plain} {number}"
        taken.add(name)
        found[learner] = name
    return found
