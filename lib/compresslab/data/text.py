"""Text for the language model: Python's own documentation in three splits, and the tokenizer that cuts it.

Reference: Sennrich, Haddow and Birch 2016, "Neural Machine Translation of Rare Words with Subword Units" (byte-pair
encoding); its use on bytes, so that no text is out of vocabulary: Radford et al. 2019, "Language Models are
Unsupervised Multitask Learners".
"""

import hashlib
import itertools
import json
import lzma
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from compresslab.arguments import whole
from compresslab.errors import InputError

PATH = Path(__file__).parents[3] / "reference" / "text" / "python_docs.json.xz"
SHA256 = "37fe0621276ecad740ff66864cf317cae3bd391c06dfaee1d65212fcad56aa2b"
BOUNDARY = 256  # the token before a document's first byte; tokens 0 to 255 are the bytes themselves
_FIRST_MERGED = 257
# A word with the space before it, a line break with its indentation, signs, or one character of white space.
_PIECE = re.compile(r" ?\w+|\n *| ?[^\w\s]+|\s")

Pair = tuple[int, int]


@dataclass(frozen=True)
class Document:
    """A text that stands for itself, such as a topic of the language reference.

    >>> Document("greeting", "Grüße").size_bytes
    7
    """

    name: str
    text: str = field(repr=False)

    @property
    def size_bytes(self) -> int:
        """Bytes of the text in UTF-8."""
        return len(self.text.encode())


@dataclass(frozen=True)
class TextDataset:
    """Documents in three splits. No document, and no paragraph of one, stands in two of them.

    >>> load_text().name
    "Python 3.11.7's documentation: topics and docstrings"
    """

    name: str
    train: tuple[Document, ...]
    validation: tuple[Document, ...]
    test: tuple[Document, ...]


@cache
def load_text() -> TextDataset:
    """Python's documentation, as `reference/text/collect.py` took it from one version of Python.

    `help()` shows the text on every machine, but each version of Python has another one, and a perplexity belongs to a
    text. So the course ships one, 1.8 MB in 333 documents, and the numbers are the same everywhere.

    Returns:
        About 75% of the documents for training, 10% for validation, 15% for testing; the name of a document alone
        decides which.

    Raises:
        InputError: the file is missing or is not the shipped one (checked by SHA-256).

    >>> dataset = load_text()
    >>> len(dataset.train), len(dataset.validation), len(dataset.test)
    (258, 24, 51)
    """
    try:
        packed = PATH.read_bytes()
    except OSError as error:
        raise InputError(f"{PATH} is missing: it is in the repository; clone it whole.") from error
    digest = hashlib.sha256(packed).hexdigest()
    if digest != SHA256:
        raise InputError(f"{PATH} has SHA-256 {digest[:16]}..., not {SHA256[:16]}...: restore it from the repository.")
    content = json.loads(lzma.decompress(packed))
    documents = [Document(entry["name"], entry["text"]) for entry in content["documents"]]

    def split(low: int, high: int) -> tuple[Document, ...]:
        return tuple(document for document in documents if low <= _percent(document.name) < high)

    return TextDataset(content["title"], train=split(0, 75), validation=split(75, 85), test=split(85, 100))


def _percent(name: str) -> int:
    """A number from 0 to 99 that looks random and depends on the name alone, so a document never changes its split."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % 100


class Tokenizer:
    """Byte-pair encoding: bytes, and pairs of tokens that stood together often, each merged into one token.

    Args:
        merges: pairs of tokens, the most frequent first. Merge number i makes token 257 + i.

    Raises:
        InputError: a merge names a token that does not exist before it.

    >>> tokenizer = Tokenizer([(ord("t"), ord("h")), (257, ord("e"))])
    >>> tokenizer.encode("the th").tolist(), tokenizer.decode([258, 32, 257])
    ([258, 32, 257], 'the th')
    """

    def __init__(self, merges: Iterable[Sequence[int]]) -> None:
        self.merges: tuple[Pair, ...] = tuple((int(left), int(right)) for left, right in merges)
        self._bytes = [bytes([value]) for value in range(256)] + [b""]
        for left, right in self.merges:
            if not (0 <= left < len(self._bytes) and 0 <= right < len(self._bytes)) or BOUNDARY in (left, right):
                raise InputError(f"merges: {(left, right)} names a token that no earlier merge makes.")
            self._bytes.append(self._bytes[left] + self._bytes[right])
        self._rank = {pair: number for number, pair in enumerate(self.merges)}
        self._pieces: dict[str, list[int]] = {}  # what was encoded before: most words come again

    @property
    def vocabulary(self) -> int:
        """Number of tokens: 256 bytes, the boundary, and the merged ones."""
        return len(self._bytes)

    def encode(self, text: str) -> Tensor:
        """Tokens of a text, (n,) int64, without a boundary.

        Raises:
            InputError: the text holds half of a surrogate pair, which has no UTF-8.
        """
        tokens: list[int] = []
        for piece in _pieces(text):
            if piece not in self._pieces:
                self._pieces[piece] = self._merged(list(_utf8(piece)))
            tokens += self._pieces[piece]
        return torch.tensor(tokens, dtype=torch.int64)

    def decode(self, tokens: Iterable[int] | Tensor) -> str:
        """The text of tokens; bytes that are no UTF-8, as a model may write them, become U+FFFD.

        Raises:
            InputError: a token is out of the vocabulary.
        """
        listed = tokens.tolist() if isinstance(tokens, Tensor) else list(tokens)
        if wrong := [token for token in listed if not 0 <= token < self.vocabulary]:
            raise InputError(f"token {wrong[0]} is not from 0 to {self.vocabulary - 1}: was it made by this tokenizer?")
        return b"".join(self._bytes[token] for token in listed).decode(errors="replace")

    def document(self, document: Document) -> Tensor:
        """The tokens of a document after its boundary, (1 + n,): a model then predicts its first token, too."""
        return torch.cat([torch.tensor([BOUNDARY]), self.encode(document.text)])

    def _merged(self, tokens: list[int]) -> list[int]:
        """Merge the earliest learned pair, wherever it stands, until no learned pair is left."""
        while True:
            ranks = [self._rank[pair] for pair in itertools.pairwise(tokens) if pair in self._rank]
            if not ranks:
                return tokens
            best = min(ranks)
            tokens = _merge(tokens, self.merges[best], _FIRST_MERGED + best)


def train_tokenizer(documents: Iterable[Document], *, vocabulary: int = 1024) -> Tokenizer:
    """Learn the merges: again and again, the pair of neighbouring tokens that is most frequent becomes a token.

    Pairs don't reach over the borders of words and lines. Of pairs that are equally frequent the smallest is taken, so
    that the result depends on the text alone.

    Args:
        documents: of the training split.
        vocabulary: number of tokens to have, from 257.

    Raises:
        InputError: `vocabulary` is below 257, or the text has too few pairs for it.

    >>> train_tokenizer([Document("", "the theme of the thesis")], vocabulary=259).merges
    ((104, 101), (116, 257))
    """
    whole(_FIRST_MERGED, None, "256 bytes and the boundary", vocabulary=vocabulary)
    counts = Counter(piece for document in documents for piece in _pieces(document.text))
    words = [(list(_utf8(piece)), count) for piece, count in counts.items()]
    frequency: Counter[Pair] = Counter()
    where: dict[Pair, set[int]] = defaultdict(set)  # words that hold a pair: a merge changes these alone
    for number, (tokens, count) in enumerate(words):
        for pair in itertools.pairwise(tokens):
            frequency[pair] += count
            where[pair].add(number)
    merges: list[Pair] = []
    while _FIRST_MERGED + len(merges) < vocabulary:
        best = min(frequency, key=lambda pair: (-frequency[pair], pair), default=None)
        if best is None or frequency[best] < 1:
            raise InputError(f"vocabulary={vocabulary}: the text has pairs for {_FIRST_MERGED + len(merges)} only.")
        for number in where.pop(best):
            tokens, count = words[number]
            for pair in itertools.pairwise(tokens):
                frequency[pair] -= count
            merged = _merge(tokens, best, _FIRST_MERGED + len(merges))
            words[number] = (merged, count)
            for pair in itertools.pairwise(merged):
                frequency[pair] += count
                where[pair].add(number)
        del frequency[best]
        merges.append(best)
    return Tokenizer(merges)


def _pieces(text: str) -> list[str]:
    return _PIECE.findall(text)


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"text holds {text[error.start]!r}, half of a surrogate pair: it has no UTF-8.") from error


def _merge(tokens: list[int], pair: Pair, merged: int) -> list[int]:
    """Replace the pair from left to right."""
    found: list[int] = []
    at = 0
    while at < len(tokens):
        if tuple(tokens[at : at + 2]) == pair:
            found.append(merged)
            at += 2
        else:
            found.append(tokens[at])
            at += 1
    return found
