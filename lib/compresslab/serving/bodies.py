"""From a request's body to a batch of images, and from logits to an answer's body. Nothing here unpickles anything.

A body is the asker's, so every size in it is checked against the bytes that are really there before memory is taken:
a .npy header of a hundred bytes may claim a terabyte.
"""

import ast
import io
import json
import math
import struct
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy
import torch
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from compresslab.deploy.card import Preprocessing
from compresslab.serving.batching import Images
from compresslab.serving.errors import Refused
from compresslab.serving.service import Prediction

JSON, NPY, RAW = "application/json", "application/x-npy", "application/octet-stream"
SAFETENSORS = "application/vnd.safetensors"
PICTURES = ("image/png", "image/jpeg")
ACCEPTED = (JSON, NPY, SAFETENSORS, RAW, *PICTURES)
DTYPES: dict[str, np.dtype[Any]] = {"float32": np.dtype("<f4"), "uint8": np.dtype("u1")}
MOST_PIXELS = 4_000_000  # of a picture: decoding takes a hundred times the bytes of a small PNG
LARGEST = 1e6  # of a prepared value, far beyond any normalised pixel
LONGEST_KEY = 200
_LONGEST_NPY_HEADER = 1024


def read_request(
    kind: str, body: bytes, headers: Mapping[str, str], prepare: Preprocessing, most: int
) -> tuple[Images, str | None]:
    """The images of a body, ready for the model, and the key that JSON may hold.

    Args:
        kind: the media type; one of `ACCEPTED`.
        body: of the request.
        headers: in small letters; "x-shape" and "x-dtype" describe a raw body.
        prepare: of the live version; applied to uint8 pixels, while float32 counts as prepared.
        most: images that are taken at once.

    Raises:
        Refused: 400 for what cannot be read, 415 for another kind, 422 for another shape or type, NaN or infinity.

    >>> prepare = Preprocessing(1, 1, 2, mean=(0.5,), std=(0.25,))
    >>> read_request(JSON, b'{"images": [[[[0.5, -1]]]], "key": "user 1"}', {}, prepare, most=4)
    (array([[[[ 0.5, -1. ]]]], dtype=float32), 'user 1')
    >>> read_request(JSON, b'{"images": [[[[0.5]]]]}', {}, prepare, most=4)
    Traceback (most recent call last):
    compresslab.serving.errors.Refused: 422: the images are float32 (1, 1, 1, 1): send (1 to 4, 1, 1, 2)
    """
    key = None
    readers: dict[str, Callable[[], NDArray[Any]]] = {
        NPY: lambda: read_npy(body),
        SAFETENSORS: lambda: _read_safetensors(body),
        RAW: lambda: _read_raw(body, headers),
        **dict.fromkeys(PICTURES, lambda: read_picture(body, prepare)),
    }
    if kind == JSON:
        array, key = _read_json(body)
    elif kind in readers:
        array = readers[kind]()
    else:
        raise Refused(415, f"{kind[:60] or 'no content type'}: send one of {', '.join(ACCEPTED)}")
    return prepared(array, prepare, most), key


def read_npy(body: bytes) -> NDArray[Any]:
    """An array of a .npy file in memory, of a dtype in `DTYPES`; numpy's own reader trusts the header's sizes.

    >>> written = io.BytesIO()
    >>> np.save(written, np.arange(3, dtype=np.uint8))
    >>> read_npy(written.getvalue())
    array([0, 1, 2], dtype=uint8)
    """
    if body[:6] != b"\x93NUMPY" or len(body) < 12:
        raise Refused(400, "the body is no .npy file")
    length_format, start = ("<H", 10) if body[6] == 1 else ("<I", 12)
    (length,) = struct.unpack_from(length_format, body, 8)
    if length > _LONGEST_NPY_HEADER or start + length > len(body):
        raise Refused(400, "the .npy header is cut off or too long")
    try:
        header = ast.literal_eval(body[start : start + length].decode("latin-1"))
        described, fortran, shape = header["descr"], header["fortran_order"], header["shape"]
    except (ValueError, SyntaxError, TypeError, KeyError, MemoryError, RecursionError) as error:
        raise Refused(400, "the .npy header cannot be read") from error
    names = {"<f4": "float32", "|u1": "uint8"}
    if not isinstance(described, str) or described not in names:
        raise Refused(422, f"the array is of dtype {str(described)[:40]}: send float32 or uint8, little-endian")
    return _shaped(body[start + length :], shape, names[described], order="F" if fortran is True else "C")


def read_picture(body: bytes, prepare: Preprocessing) -> NDArray[Any]:
    """A PNG or JPEG as one image of uint8 (1, C, H, W), resized to what the model takes.

    >>> written = io.BytesIO()
    >>> Image.new("L", (8, 8), 255).save(written, "PNG")
    >>> read_picture(written.getvalue(), Preprocessing(1, 2, 2, mean=(0.5,), std=(0.25,))).tolist()
    [[[[255, 255], [255, 255]]]]
    """
    try:
        with Image.open(io.BytesIO(body), formats=("PNG", "JPEG")) as picture:
            if math.prod(picture.size) > MOST_PIXELS:
                raise Refused(422, f"the picture has {math.prod(picture.size)} pixels, more than {MOST_PIXELS}")
            pixels = picture.convert("L" if prepare.channels == 1 else "RGB")
            pixels = pixels.resize((prepare.width, prepare.height), Image.Resampling.BILINEAR)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise Refused(400, "the body is no whole PNG or JPEG") from error
    if prepare.channels not in (1, 3):
        raise Refused(415, f"the model takes {prepare.channels} channels: send an array")
    return np.asarray(pixels).reshape(1, prepare.height, prepare.width, prepare.channels).transpose(0, 3, 1, 2)


def write_json(prediction: Prediction) -> dict[str, Any]:
    """A prediction as the answer's JSON: version, logits, and each image's class with its name and probability.

    >>> answer = write_json(Prediction(1, np.array([[0.0, 1.0]], np.float32), ("cat", "dog"), 0.01))
    >>> answer["predictions"]
    [{'class': 1, 'label': 'dog', 'probability': 0.731059}]
    """
    logits = prediction.logits.astype(np.float64)
    shifted = np.exp(logits - logits.max(1, keepdims=True))
    shares = shifted / shifted.sum(1, keepdims=True)
    return {
        "version": prediction.version,
        "predictions": [
            {"class": index, "label": prediction.labels[index], "probability": round(float(row[index]), 6)}
            for index, row in zip(prediction.classes, shares, strict=True)
        ],
        "logits": prediction.logits.tolist(),
        "seconds": round(prediction.seconds, 6),
    }


def write_npy(array: NDArray[Any]) -> bytes:
    """An array as a .npy file in memory.

    >>> read_npy(write_npy(np.zeros((1, 2), np.float32))).shape
    (1, 2)
    """
    written = io.BytesIO()
    np.save(written, array, allow_pickle=False)
    return written.getvalue()


def shaped(data: bytes, shape: Any, dtype: str) -> NDArray[Any]:
    """Bytes as an array, once shape and dtype are known to fit them.

    >>> shaped(bytes(8), [1, 2], "float32")
    array([[0., 0.]], dtype=float32)
    """
    if dtype not in DTYPES:
        raise Refused(422, f"the dtype is {dtype[:40]!r}: send {' or '.join(DTYPES)}")
    return _shaped(data, tuple(shape), dtype)


def prepared(array: NDArray[Any], prepare: Preprocessing, most: int) -> Images:
    """An array as a batch for the model, once its shape, dtype and values are such.

    >>> prepare = Preprocessing(1, 1, 2, mean=(0.5,), std=(0.25,))
    >>> prepared(np.full((1, 1, 1, 2), 255, np.uint8), prepare, most=4)
    array([[[[2., 2.]]]], dtype=float32)
    """
    fits = array.ndim == 4 and array.shape[1:] == prepare.shape and 1 <= len(array) <= most
    if array.dtype.name not in DTYPES or not fits:
        sizes = ", ".join(str(size) for size in prepare.shape)
        raise Refused(422, f"the images are {array.dtype} {array.shape}: send (1 to {most}, {sizes})")
    if array.dtype == np.uint8:
        pixels = torch.from_numpy(np.array(array, order="C"))
        return prepare(pixels).numpy()
    if not (np.abs(array) <= LARGEST).all():  # which NaN is not either
        raise Refused(422, f"the images hold NaN, or a number beyond {LARGEST:g}")
    return np.ascontiguousarray(array)


def _shaped(data: bytes, shape: Any, dtype: str, order: Any = "C") -> NDArray[Any]:
    if not isinstance(shape, tuple) or len(shape) > 8 or not all(type(n) is int and 0 <= n < 2**31 for n in shape):
        raise Refused(400, "the shape is no tuple of sizes")
    wanted = math.prod(shape) * DTYPES[dtype].itemsize
    if len(data) != wanted:
        raise Refused(400, f"{dtype} {shape} takes {wanted} bytes, and {len(data)} came")
    return np.frombuffer(data, DTYPES[dtype]).reshape(shape, order=order)


def _read_json(body: bytes) -> tuple[NDArray[Any], str | None]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "the body is no JSON") from error
    if not isinstance(found, dict) or "images" not in found or found.keys() - {"images", "key"}:
        raise Refused(422, 'the body must be an object with "images" and, if need be, "key"')
    key = found.get("key", "")
    if not isinstance(key, str) or len(key) > LONGEST_KEY:
        raise Refused(422, f'"key" must be a text of at most {LONGEST_KEY} characters')
    images = found["images"]
    _require_numbers(images, depth=4)
    try:
        return np.array(images, dtype=np.float32), key if "key" in found else None
    except ValueError as error:
        raise Refused(422, '"images" is ragged: all rows of a channel must be equally long') from error


def _require_numbers(value: Any, depth: int) -> None:
    """Lists in lists with numbers at the bottom: numpy would also take "1.5", true and null for numbers."""
    if not isinstance(value, list):
        raise Refused(422, '"images" must be lists of lists of lists of lists of numbers: images, channels, rows')
    if depth > 1:
        for part in value:
            _require_numbers(part, depth - 1)
    elif set(map(type, value)) - {int, float}:
        raise Refused(422, '"images" holds something that is no number')
    elif not all(-LARGEST <= number <= LARGEST for number in value):
        raise Refused(422, f'"images" holds NaN, or a number beyond {LARGEST:g}')


def _read_safetensors(body: bytes) -> NDArray[Any]:
    try:
        tensors = safetensors.numpy.load(body)
    except (safetensors.SafetensorError, KeyError, TypeError, ValueError) as error:
        raise Refused(400, "the body is no safetensors file") from error
    if tensors.keys() != {"images"}:
        raise Refused(422, 'the file must hold one tensor, "images"')
    return tensors["images"]


def _read_raw(body: bytes, headers: Mapping[str, str]) -> NDArray[Any]:
    sizes = headers.get("x-shape", "").split(",")
    if not all(size.strip().isascii() and size.strip().isdigit() and len(size) < 12 for size in sizes):
        raise Refused(400, "X-Shape must be sizes with commas, such as 2,3,32,32")
    return shaped(body, [int(size) for size in sizes], headers.get("x-dtype", "float32"))
