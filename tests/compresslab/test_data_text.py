import hashlib
import itertools
import lzma
import re
from collections import Counter
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from compresslab.data import text
from compresslab.data.text import BOUNDARY, Document, Tokenizer, load_text, train_tokenizer
from compresslab.errors import InputError


def test_the_text_is_the_same_everywhere_and_says_which_python_wrote_it() -> None:
    dataset = load_text()
    assert re.fullmatch(r"Python 3\.11\.\d+'s documentation: topics and docstrings", dataset.name)
    assert [len(split) for split in (dataset.train, dataset.validation, dataset.test)] == [258, 24, 51]
    everything = sorted((*dataset.train, *dataset.validation, *dataset.test), key=lambda document: document.name)
    digest = hashlib.sha256("\0".join(document.text for document in everything).encode()).hexdigest()
    assert digest.startswith("673ad1d340d89612")


def test_python_s_licence_is_shipped_with_its_text() -> None:
    licence = (text.PATH.parent / "LICENSE-Python.txt").read_text(encoding="utf-8")
    assert "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2" in licence
    assert "Changes:" in licence  # which the licence asks for


def test_no_document_and_no_paragraph_stands_in_two_splits() -> None:
    dataset = load_text()
    splits = (dataset.train, dataset.validation, dataset.test)
    names = [document.name for split in splits for document in split]
    assert len(names) == len(set(names))
    paragraphs = [
        {
            " ".join(paragraph.lower().split())
            for document in split
            for paragraph in document.text.split("\n\n")
            if len(re.findall(r"\w", paragraph)) >= 60
        }
        for split in splits
    ]
    shared = (paragraphs[0] & paragraphs[1]) | (paragraphs[0] & paragraphs[2]) | (paragraphs[1] & paragraphs[2])
    assert not shared


def test_each_split_has_topics_and_modules() -> None:
    for split in (load_text().train, load_text().validation, load_text().test):
        assert {document.name.split()[0] for document in split} == {"topic", "module"}


def test_a_damaged_or_missing_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "PATH", tmp_path / "text.xz")
    with pytest.raises(InputError, match="clone it whole"):
        load_text.__wrapped__()
    (tmp_path / "text.xz").write_bytes(lzma.compress(b"[]"))
    with pytest.raises(InputError, match="SHA-256"):
        load_text.__wrapped__()


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer(load_text().train[:60], vocabulary=400)


def test_every_document_comes_back_from_its_tokens(tokenizer: Tokenizer) -> None:
    for document in load_text().test:
        tokens = tokenizer.encode(document.text)
        assert tokenizer.decode(tokens) == document.text
        assert int(tokens.max()) < tokenizer.vocabulary == 400 and not (tokens == BOUNDARY).any()
        assert len(tokens) < 0.75 * document.size_bytes  # and merging has shortened it
        assert torch.equal(tokenizer.document(document), torch.cat([torch.tensor([BOUNDARY]), tokens]))


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_comes_back_from_its_tokens(tokenizer: Tokenizer, anything: str) -> None:
    assert tokenizer.decode(tokenizer.encode(anything)) == anything


def slow_merges(words: list[str], count: int) -> list[tuple[int, int]]:
    """Byte-pair encoding as it is described: all pairs counted anew in every round."""
    split = [list(word.encode()) for word in words]
    merges: list[tuple[int, int]] = []
    while len(merges) < count:
        pairs = Counter(pair for tokens in split for pair in itertools.pairwise(tokens))
        best = max(pairs, key=lambda pair: (pairs[pair], -pair[0], -pair[1]))
        for tokens in split:
            at = 0
            while at < len(tokens) - 1:
                if (tokens[at], tokens[at + 1]) == best:
                    tokens[at : at + 2] = [257 + len(merges)]
                at += 1
        merges.append(best)
    return merges


def test_merges_equal_those_of_counting_anew_each_time() -> None:
    words = ["aaaa", "banana", "bananas", "ananas", "nab", "abba", "abab", "baobab", "anna", "nana", "banana", "aaab"]
    document = Document("fruit", "\n".join(words))
    assert list(train_tokenizer([document], vocabulary=257 + 12).merges) == slow_merges(words, 12)


def test_encoding_applies_the_merges_in_the_order_they_were_learned() -> None:
    words = ["aaaa", "banana", "bananas", "ananas", "nab", "abba", "abab", "baobab", "anna", "nana", "banana", "aaab"]
    tokenizer = Tokenizer(slow_merges(words, 12))
    for word in ["bananabanana", "aaaaa", "xabbaanan"]:
        expected = list(word.encode())
        for number, pair in enumerate(tokenizer.merges):
            at = 0
            while at < len(expected) - 1:
                if (expected[at], expected[at + 1]) == pair:
                    expected[at : at + 2] = [257 + number]
                at += 1
        assert tokenizer.encode(word).tolist() == expected


def test_tokens_do_not_reach_over_the_borders_of_words_and_lines() -> None:
    tokenizer = train_tokenizer([Document("", "to be\n    to be\n    to be\n" * 9)], vocabulary=263)
    learned = {tokenizer.decode([token]) for token in range(257, 263)}
    assert learned >= {"to", " be", "\n    "}  # the most frequent pieces, and nothing larger
    assert not [token for token in learned if re.search(r"\S\s|\s\S.*\s|\n.*\w", token)]


def test_bad_input_is_named(tokenizer: Tokenizer) -> None:
    with pytest.raises(InputError, match=r"\(999, 1\)"):
        Tokenizer([(999, 1)])
    with pytest.raises(InputError, match=r"\(256, 1\)"):
        Tokenizer([(BOUNDARY, 1)])
    with pytest.raises(InputError, match="surrogate"):
        tokenizer.encode("\ud800")
    with pytest.raises(InputError, match="token 400 is not from 0 to 399"):
        tokenizer.decode([400])
    with pytest.raises(InputError, match="vocabulary=256"):
        train_tokenizer([], vocabulary=256)
    with pytest.raises(InputError, match="pairs for 258 only"):
        train_tokenizer([Document("", "ab")], vocabulary=300)
    assert tokenizer.decode([0xFF]) == "\ufffd"
