"""Weight sharing and entropy coding: few values, short codes for the frequent ones, and a file that loads back."""

from compresslab.coding.codebooks import attach_codebooks, make_codebooks_permanent
from compresslab.coding.entropy import entropy_bits, huffman_bits
from compresslab.coding.file import load_coded, save_coded
from compresslab.coding.huffman import canonical_codes, code_lengths, decode, encode
from compresslab.coding.sharing import kmeans_codebook, nearest, share_weights

__all__ = [
    "attach_codebooks",
    "canonical_codes",
    "code_lengths",
    "decode",
    "encode",
    "entropy_bits",
    "huffman_bits",
    "kmeans_codebook",
    "load_coded",
    "make_codebooks_permanent",
    "nearest",
    "save_coded",
    "share_weights",
]
