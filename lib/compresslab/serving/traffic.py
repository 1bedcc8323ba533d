"""Which version answers whom: a share of the keys, chosen by a hash that is the same in every process and on every day.

Python's own `hash` of a text differs from process to process, and a random draw sends one user here and there: both
make a canary's figures a mixture. A key that the canary gets at a small share it also gets at every larger one, so that
raising the share moves nobody back.
"""

import hashlib
from dataclasses import dataclass

from compresslab.arguments import share as check_share
from compresslab.arguments import whole
from compresslab.errors import InputError


def position(key: str, salt: str) -> float:
    """Where a key stands between 0 and 1 (excluded), evenly spread and the same everywhere.

    Args:
        key: of whoever asks, such as a user's number.
        salt: another one gives another order, so that not the same users try every canary.

    >>> position("user 1", "canary 2") == position("user 1", "canary 2") != position("user 1", "canary 3")
    True
    """
    digest = hashlib.blake2b(f"{salt}\0{key}".encode(errors="surrogatepass"), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2**53  # 53 bits: all 64 could round up to 1


@dataclass(frozen=True)
class Traffic:
    """How requests are shared between two versions.

    Attributes:
        live: version that answers.
        other: the candidate, or after a promotion what was live before; answers in place of `live` where that fails.
        share: of the keys that `other` answers, 0 to 1.
        shadow: share of the keys that both compute, whoever answers: the second answer is only compared.
        trial: whether `other` is a candidate; False where it was live before.

    Raises:
        InputError: a number out of its range, or a share without another version.

    >>> traffic = Traffic(live=1, other=2, share=0.25)
    >>> sum(traffic.choose(f"user {number}") == 2 for number in range(1000))
    273
    """

    live: int
    other: int | None = None
    share: float = 0.0
    shadow: float = 0.0
    trial: bool = True

    def __post_init__(self) -> None:
        whole(live=self.live)
        check_share(share=self.share, shadow=self.shadow)
        if self.other is None:
            if self.share or self.shadow:
                raise InputError(f"share={self.share}, shadow={self.shadow}: name the other version.")
        else:
            whole(other=self.other)
            if self.other == self.live:
                raise InputError(f"other={self.other} is live already: name another version.")

    def choose(self, key: str) -> int:
        """The version that answers this key."""
        if self.other is not None and position(key, f"canary {self.other}") < self.share:
            return self.other
        return self.live

    def shadows(self, key: str) -> bool:
        """Whether both versions compute this key's answer."""
        return self.other is not None and position(key, f"shadow {self.other}") < self.shadow

    def counterpart(self, version: int) -> int | None:
        """The version that is not `version`; None where there is no second one."""
        return self.other if version == self.live else self.live
