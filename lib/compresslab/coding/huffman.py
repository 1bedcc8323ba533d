"""Canonical Huffman codes: short codes for frequent symbols, of which the decoder needs to be told the lengths only.

Symbols are ordered by the length of their codes, then by number, and codes are counted up in that order: codes of one
length are neighbours, and a longer code never begins with a shorter one.

References:
    Huffman 1952, "A Method for the Construction of Minimum-Redundancy Codes".
    Schwartz and Kallick 1964, "Generating a canonical prefix encoding".
"""

import heapq
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from compresslab.arguments import whole
from compresslab.errors import InputError

Symbols = npt.NDArray[np.int64]

_LONGEST = 57  # a window of 8 bytes, begun at any of a byte's 8 bits, holds so many
_SYMBOLS_AT_ONCE = 2**18
_BYTES_AT_ONCE = 2**16


def code_lengths(counts: Sequence[int]) -> list[int]:
    """The length in bits of each symbol's code, so that all symbols together take the fewest bits.

    The two rarest subtrees are joined until one is left; each join puts one more bit before the codes of both.

    Args:
        counts: how often each symbol occurs. One that never does has no code: its length is 0.

    Returns:
        Lengths, in the order of the symbols. A symbol that is alone gets a code of one bit.

    Raises:
        InputError: a count is negative or not whole, or no symbol occurs.

    >>> code_lengths([5, 1, 0, 2])
    [1, 2, 0, 2]
    """
    for symbol, count in enumerate(counts):
        whole(0, **{f"counts[{symbol}]": count})
    # Ties go to the older tree, which keeps the longest code short.
    trees = [(int(count), symbol, [symbol]) for symbol, count in enumerate(counts) if count]
    if not trees:
        raise InputError("counts has no symbol that occurs: there is nothing to code.")
    lengths = [0] * len(counts)
    if len(trees) == 1:
        lengths[trees[0][1]] = 1
        return lengths
    heapq.heapify(trees)
    serial = len(counts)
    while len(trees) > 1:
        (one, _, left), (other, _, right) = heapq.heappop(trees), heapq.heappop(trees)
        joined = left + right
        for symbol in joined:
            lengths[symbol] += 1
        heapq.heappush(trees, (one + other, serial, joined))
        serial += 1
    return lengths


def canonical_codes(lengths: Sequence[int]) -> list[int]:
    """The code of each symbol, as a number of so many bits, from the lengths alone.

    Args:
        lengths: in bits, 0 where a symbol has no code.

    Returns:
        Codes, in the order of the symbols; 0 where there is none.

    Raises:
        InputError: no prefix code has these lengths.

    >>> [f"{code:0{length}b}" for code, length in zip(canonical_codes([1, 3, 3, 2]), [1, 3, 3, 2])]
    ['0', '110', '111', '10']
    """
    order = _order(lengths)
    codes, code, previous = [0] * len(lengths), 0, lengths[order[0]]
    for symbol in order:
        code <<= lengths[symbol] - previous
        codes[symbol], previous = code, lengths[symbol]
        code += 1
    return codes


def encode(symbols: npt.ArrayLike, lengths: Sequence[int]) -> bytes:
    """The codes of the symbols one after the other, the last byte filled up with zero bits.

    Args:
        symbols: whole numbers, indices into `lengths`.
        lengths: from `code_lengths`.

    Raises:
        InputError: a symbol has no code.

    >>> encode([0, 3, 1], [1, 3, 3, 2]).hex()  # 0 10 110
    '58'
    """
    values = np.asarray(symbols).reshape(-1)
    codes, widths = np.array(canonical_codes(lengths), dtype=np.uint64), np.array(lengths, dtype=np.int64)
    if values.size and (not np.issubdtype(values.dtype, np.integer) or values.min() < 0 or values.max() >= len(widths)):
        raise InputError(f"symbols must be whole numbers from 0 to {len(widths) - 1}: they are indices into lengths.")
    if values.size and (missing := widths[values] == 0).any():
        raise InputError(f"symbol {int(values[missing][0])} occurs but has no code: count all symbols first.")
    parts = [np.zeros(0, dtype=np.uint8)]
    for start in range(0, values.size, _SYMBOLS_AT_ONCE):
        chunk = values[start : start + _SYMBOLS_AT_ONCE]
        width = widths[chunk]
        ends = np.repeat(np.cumsum(width), width)
        shift = (ends - 1 - np.arange(ends.size)).astype(np.uint64)  # the first bit of a code is its highest
        parts.append(((np.repeat(codes[chunk], width) >> shift) & np.uint64(1)).astype(np.uint8))
    return np.packbits(np.concatenate(parts)).tobytes()


def decode(data: bytes, lengths: Sequence[int], count: int) -> Symbols:
    """The symbols that `encode` was given.

    At each bit of the stream, the number that the next bits make tells how long a code that began there would be: codes
    of one length are neighbours, and shorter ones are smaller. So lengths are looked up for all bits together, and only
    the walk from code to code is a loop.

    Args:
        data: the codes, and up to 7 zero bits.
        lengths: those of `encode`.
        count: of the symbols.

    Returns:
        (count,) int64.

    Raises:
        InputError: the lengths are of no complete code, or the data end too early, or go on.

    >>> decode(bytes.fromhex("58"), [1, 3, 3, 2], count=3).tolist()
    [0, 3, 1]
    """
    whole(0, count=count)
    order = np.array(_order(lengths), dtype=np.int64)
    used, members = np.unique(np.asarray(lengths, dtype=np.int64)[order], return_counts=True)
    alone = len(order) == 1
    if not alone and sum(int(many) << (_LONGEST - int(length)) for length, many in zip(used, members, strict=True)) != (
        1 << _LONGEST
    ):
        raise InputError("lengths leave codes unused: they are of no complete prefix code. Is the file damaged?")
    codes = canonical_codes(lengths)
    before = np.cumsum(members) - members  # symbols with a shorter code
    first = np.array([codes[order[place]] for place in before], dtype=np.uint64)  # the smallest code of each length
    ends = [
        int(code) + int(many) << (_LONGEST - int(length))
        for code, many, length in zip(first, members, used, strict=True)
    ]
    limits = np.array(ends[:-1], dtype=np.uint64)  # beyond the last there is nothing: the code is complete

    bits = np.frombuffer(data + bytes(8), dtype=np.uint8).astype(np.uint64)
    found: list[Symbols] = []
    place = done = 0
    while done < count and place < 8 * len(data):
        begin = place // 8
        stop = min(begin + _BYTES_AT_ONCE, len(data))
        windows = _windows(bits[begin : stop + 8])
        rank = np.searchsorted(limits, windows, side="right")
        steps = used[rank].tolist()
        visited: list[int] = []
        at, end, wanted = place - 8 * begin, 8 * (stop - begin), count - done
        while at < end and len(visited) < wanted:
            visited.append(at)
            at += steps[at]
        here, place = rank[visited], at + 8 * begin
        offset = (windows[visited] >> (_LONGEST - used[here]).astype(np.uint64)) - first[here]
        if alone and (offset != 0).any():
            raise InputError("the data have a code that stands for no symbol: is the file damaged?")
        found.append(order[before[here] + offset.astype(np.int64)])
        done += len(visited)
    if done < count or place > 8 * len(data):
        raise InputError(f"the data end after {done} symbols or in the midst of one, and {count} were announced.")
    if (place + 7) // 8 < len(data):
        raise InputError(f"the data go on after the {count} symbols that were announced: is the file damaged?")
    return np.concatenate([np.zeros(0, dtype=np.int64), *found])


def _windows(bits: npt.NDArray[Any]) -> npt.NDArray[np.uint64]:
    """At every bit but those of the last 8 bytes: the `_LONGEST` bits from there on, as a number."""
    bytes_ = len(bits) - 8
    whole_bytes = np.zeros(bytes_, dtype=np.uint64)
    for index in range(8):
        whole_bytes |= bits[index : bytes_ + index] << np.uint64(56 - 8 * index)
    shifted = whole_bytes[:, None] << np.arange(8, dtype=np.uint64)
    return (shifted >> np.uint64(64 - _LONGEST)).reshape(-1)


def _order(lengths: Sequence[int]) -> list[int]:
    """The symbols that have a code, those with short ones first."""
    for symbol, length in enumerate(lengths):
        whole(0, _LONGEST, "the length of a code in bits", **{f"lengths[{symbol}]": length})
    order = sorted((symbol for symbol, length in enumerate(lengths) if length), key=lambda symbol: lengths[symbol])
    if not order:
        raise InputError("lengths has no symbol with a code: at least one is needed.")
    if sum(1 << (_LONGEST - lengths[symbol]) for symbol in order) > 1 << _LONGEST:
        raise InputError("lengths are too short for so many symbols: no prefix code has them. Is the file damaged?")
    return order
