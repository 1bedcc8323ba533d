"""Folders and archives of images: the same data from any container, and one clear sentence for each mistake."""

import bz2
import gzip
import io
import lzma
import os
import random
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from compresslab.data import Dataset, load
from compresslab.data.imagefolder import MOST_UNEQUAL
from compresslab.errors import InputError

Tree = dict[str, bytes]  # a file's content by its path


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPRESSLAB_CACHE", str(tmp_path / "cache"))


def picture(seed: int, size: tuple[int, int] = (8, 8), mode: str = "RGB", format: str = "PNG") -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(buffer, format)
    return buffer.getvalue()


def pictures(*folders: str, count: int = 10) -> Tree:
    return {
        f"{folder}/{k:03}.png": picture(zlib.crc32(f"{folder}/{k}".encode()))
        for folder in folders
        for k in range(count)
    }


SPLIT = pictures("train/cat", "train/dog") | pictures("test/cat", "test/dog", count=4)


def folder(path: Path, tree: Tree) -> Path:
    for name, content in tree.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def tar(tree: Tree, *, top: str = "", folders: bool = False) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        if folders:
            for name in sorted({str(Path(name).parent) for name in tree}):
                entry = tarfile.TarInfo(top + name)
                entry.type = tarfile.DIRTYPE
                archive.addfile(entry)
        for name, content in tree.items():
            entry = tarfile.TarInfo(top + name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def zipped(tree: Tree) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in tree.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def shuffled(tree: Tree) -> Tree:
    return dict(random.Random(0).sample(list(tree.items()), len(tree)))


CONTAINERS: dict[str, Callable[[Tree], bytes]] = {
    "pets.tar": tar,
    "pets.tar.gz": lambda tree: gzip.compress(tar(tree)),
    "pets.tar.xz": lambda tree: lzma.compress(tar(tree)),
    "pets.tar.bz2": lambda tree: bz2.compress(tar(tree)),
    "pets.zip": zipped,
}


def read(path: Path, **settings: int) -> Dataset:
    return load(f"imagefolder:{path}", **settings)


def refused(path: Path, **settings: int) -> str:
    with pytest.raises(InputError) as caught:
        read(path, **settings)
    return str(caught.value)


def assert_same(one: Dataset, other: Dataset) -> None:
    assert (one.name, one.classes, one.mean, one.std) == (other.name, other.classes, other.mean, other.std)
    for split in ("train", "validation", "test"):
        for column in ("images", "labels", "ids", "groups"):
            assert torch.equal(getattr(getattr(one, split), column), getattr(getattr(other, split), column))


def test_images_are_those_that_pillow_reads(tmp_path):
    data = read(folder(tmp_path / "pets", SPLIT))
    assert (data.name, data.classes, data.channels, data.image_size) == ("pets", ("cat", "dog"), 3, 8)
    assert data.augmentation == ("crop", "flip")
    assert [len(split) for split in (data.train, data.validation, data.test)] == [18, 2, 8]
    # Ids count in the order of split (train, validation, test), class and name.
    paths = sorted(name for name in SPLIT if name.startswith("train"))
    paths += sorted(name for name in SPLIT if name.startswith("test"))
    for split in (data.train, data.validation, data.test):
        assert torch.equal(split.groups, split.ids)
        for image, label, number in zip(split.images, split.labels.tolist(), split.ids.tolist(), strict=True):
            pixels = np.asarray(Image.open(io.BytesIO(SPLIT[paths[number]])))
            np.testing.assert_array_equal(image.permute(1, 2, 0), pixels)
            assert data.classes[label] == Path(paths[number]).parent.name
    assert data.test.ids.tolist() == list(range(20, 28))
    assert sorted(data.train.ids.tolist() + data.validation.ids.tolist()) == list(range(20))


@pytest.mark.parametrize("name", CONTAINERS)
def test_an_archive_gives_what_its_folder_gives(tmp_path, name):
    (tmp_path / name).write_bytes(CONTAINERS[name](shuffled(SPLIT)))
    assert_same(read(tmp_path / name), read(folder(tmp_path / "pets", SPLIT)))


def test_an_archive_may_hold_one_folder_around_all(tmp_path):
    (tmp_path / "pets.tar").write_bytes(tar(SPLIT, top="./some/pets/", folders=True))
    assert_same(read(tmp_path / "pets.tar"), read(folder(tmp_path / "pets", SPLIT)))


def test_missing_splits_are_cut_class_by_class(tmp_path):
    data = read(folder(tmp_path / "pets", pictures("cat", "dog", "owl", count=50)))
    for split, each in ((data.train, 36), (data.validation, 4), (data.test, 10)):
        assert set(Counter(split.labels.tolist()).values()) == {each}
    ids = [*data.train.ids.tolist(), *data.validation.ids.tolist(), *data.test.ids.tolist()]
    assert sorted(ids) == list(range(150))


def test_a_given_validation_split_is_kept(tmp_path):
    tree = SPLIT | pictures("val/cat", "val/dog", count=3)
    data = read(folder(tmp_path / "pets", tree))
    assert [len(split) for split in (data.train, data.validation, data.test)] == [20, 6, 8]
    renamed = {name.replace("val/", "validation/"): content for name, content in tree.items()}
    assert_same(read(folder(tmp_path / "other" / "pets", renamed)), data)


def test_only_train_is_as_good_as_no_split(tmp_path):
    tree = pictures("cat", "dog")
    inside = {f"train/{name}": content for name, content in tree.items()}
    assert_same(read(folder(tmp_path / "a" / "pets", inside)), read(folder(tmp_path / "b" / "pets", tree)))


def test_other_files_are_passed_over(tmp_path):
    extra = {"README.md": b"# Pets", "train/cat/.hidden.png": b"", "__MACOSX/train/cat/000.png": b"x", ".git/a": b""}
    plain = read(folder(tmp_path / "a" / "pets", SPLIT))
    assert_same(read(folder(tmp_path / "b" / "pets", SPLIT | extra)), plain)
    (tmp_path / "pets.zip").write_bytes(zipped(SPLIT | extra))
    assert_same(read(tmp_path / "pets.zip"), plain)


@pytest.mark.parametrize(("mode", "format"), [("L", "PNG"), ("P", "PNG"), ("RGBA", "PNG"), ("CMYK", "JPEG")])
def test_every_kind_of_image_becomes_rgb(tmp_path, mode, format):
    odd = {"cat/000.png": picture(5, mode=mode, format=format)}
    data = read(folder(tmp_path / "pets", pictures("cat", "dog") | odd))
    (image,) = (split.images[split.ids == 0] for split in (data.train, data.validation, data.test) if 0 in split.ids)
    expected = np.asarray(Image.open(io.BytesIO(odd["cat/000.png"])).convert("RGB"))
    np.testing.assert_array_equal(image[0].permute(1, 2, 0), expected)


def test_image_size_crops_to_the_middle_and_resizes(tmp_path):
    wide = np.zeros((40, 100, 3), np.uint8)
    wide[:, :30] = wide[:, 70:] = (255, 0, 0)
    wide[:20, 30:70], wide[20:, 30:70] = (0, 255, 0), (0, 0, 255)
    tall = np.rot90(wide)
    tree = pictures("cat", "dog")
    for name, pixels in (("cat/000.png", wide), ("dog/000.png", tall)):
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG")
        tree[name] = buffer.getvalue()
    data = read(folder(tmp_path / "pets", tree), image_size=10)
    images = torch.cat([data.train.images, data.validation.images, data.test.images])
    ids = torch.cat([data.train.ids, data.validation.ids, data.test.ids])
    assert images.shape == (20, 3, 10, 10)
    cat = images[ids == 0][0].float()
    assert (cat[:, :4, 1:9] - torch.tensor([0, 255, 0]).view(3, 1, 1)).abs().max() < 3
    assert (cat[:, 6:, 1:9] - torch.tensor([0, 0, 255]).view(3, 1, 1)).abs().max() < 3
    np.testing.assert_allclose(images[ids == 10][0].float(), torch.rot90(cat, dims=(1, 2)), atol=3)


def test_image_size_heeds_the_cameras_orientation(tmp_path):
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[:32] = 255  # bright above, as stored
    exif = Image.Exif()
    exif[0x0112] = 3  # turned by 180 degrees
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", exif=exif)
    tree = pictures("cat", "dog") | {"cat/000.jpg": buffer.getvalue()}
    del tree["cat/000.png"]
    data = read(folder(tmp_path / "pets", tree), image_size=8)
    (image,) = (split.images[split.ids == 0] for split in (data.train, data.validation, data.test) if 0 in split.ids)
    assert image[0, :, :3].max() < 10
    assert image[0, :, 5:].min() > 245


def test_a_changed_image_is_decoded_again(tmp_path):
    path = folder(tmp_path / "pets", SPLIT)
    before = read(path)
    assert_same(read(path), before)
    (path / "test/cat/000.png").write_bytes(picture(99))
    os.utime(path / "test/cat/000.png", ns=(1, 1))
    after = read(path)
    pixels = np.asarray(Image.open(io.BytesIO(picture(99))))
    np.testing.assert_array_equal(after.test.images[0].permute(1, 2, 0), pixels)
    assert torch.equal(after.test.images[1:], before.test.images[1:])


def test_nothing_is_unpacked_wherever_names_point(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    evil = {"../../evil/cat/000.png": picture(0), "train/../../x/y.png": b"no image"}
    archive = tmp_path / "deep" / "er" / "pets.tar"
    archive.write_bytes(tar(SPLIT | evil))
    before = sorted(tmp_path.rglob("*"))
    data = read(archive)
    assert [len(split) for split in (data.train, data.validation, data.test)] == [18, 2, 8]
    after = sorted(path for path in tmp_path.rglob("*") if "cache" not in path.parts)
    assert after == before


def test_links_in_an_archive_are_not_followed(tmp_path):
    (tmp_path / "secret.png").write_bytes(picture(0))
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in SPLIT.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        link = tarfile.TarInfo("train/cat/link.png")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path / "secret.png")
        archive.addfile(link)
    (tmp_path / "pets.tar").write_bytes(buffer.getvalue())
    assert len(read(tmp_path / "pets.tar").train) == 18


@pytest.mark.parametrize("name", CONTAINERS)
@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.7, 0.95])
def test_a_truncated_archive_is_refused(tmp_path, name, share):
    content = CONTAINERS[name](SPLIT)
    end = len(content.rstrip(b"\0")) if name.endswith(".tar") else len(content)
    (tmp_path / name).write_bytes(content[: int(share * end)])
    assert f"{tmp_path / name} is not a whole .tar or .zip archive" in refused(tmp_path / name)
    assert not list(tmp_path.rglob("*.arrays"))


def test_a_tar_cut_between_two_files_is_refused(tmp_path):
    whole, some = tar(SPLIT), tar(dict(list(SPLIT.items())[:22])).rstrip(b"\0")
    cut = -(-len(some) // 512) * 512
    assert whole.startswith(some)
    (tmp_path / "pets.tar").write_bytes(whole[:cut])
    assert "its end is missing" in refused(tmp_path / "pets.tar")


@pytest.mark.parametrize("name", [name for name in CONTAINERS if name != "pets.tar"])
def test_a_flipped_bit_in_a_compressed_archive_is_noticed(tmp_path, name):
    content = bytearray(CONTAINERS[name](SPLIT))
    content[len(content) // 2] ^= 16
    (tmp_path / name).write_bytes(content)
    assert name in refused(tmp_path / name)  # as a damaged archive, or by the first image that cannot be read
    assert not list(tmp_path.rglob("*.arrays"))


def test_something_else_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("no archive" * 100)
    assert "notes.txt is not a whole .tar or .zip archive" in refused(tmp_path / "notes.txt")
    assert f"there is no folder or archive {tmp_path / 'gone'}" in refused(tmp_path / "gone")


WHOLE_JPEG = picture(1, (64, 64), format="JPEG")


@pytest.mark.parametrize(
    "content",
    [b"", b"no image", WHOLE_JPEG[: len(WHOLE_JPEG) // 2], picture(1)[:60]],
    ids=["empty", "text", "jpeg", "png"],
)
@pytest.mark.parametrize("settings", [{}, {"image_size": 8}])
def test_an_unreadable_image_is_named(tmp_path, content, settings):
    path = folder(tmp_path / "pets", SPLIT | {"train/cat/bad.png": content})
    message = refused(path, **settings)
    assert f"cannot read the image {path}/train/cat/bad.png" in message
    assert message.endswith("replace or remove it.")
    assert not list(tmp_path.rglob("*.arrays"))


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"README.md": b""}, "holds no images"),
        (pictures("cat"), "holds one class only (cat)"),
        ({"a.png": picture(0)}, "a.png lies in no class folder: expected CLASS/IMAGE"),
        (pictures("cat") | pictures("dog/big", "dog/small"), "holds class folders both in ./ and in dog/"),
        (pictures("dev/cat", "train/cat"), "holds class folders both in dev/ and in train/"),
        (pictures("test/cat", "val/cat"), "holds no train/ beside test/ and val/"),
        (pictures("test/cat", "test/dog"), "holds no train/ beside test/"),
        (pictures("cat", "dog") | {"owl/notes.txt": b""}, "/owl holds no image: fill or remove it."),
        (SPLIT | {"test/owl/notes.txt": b""}, "/test/owl holds no image"),
        (
            SPLIT | pictures("train/owl", "test/fox"),
            "differ in their classes (fox, owl in one of them only): give both the same class folders.",
        ),
        (
            pictures("cat", count=3) | pictures("dog", count=3 * MOST_UNEQUAL + 1),
            "are too unequal (31 images of dog, 3 of cat; at most 10 times as many are taken): remove images of dog",
        ),
        (SPLIT | pictures("test/dog", count=41), "classes in test of"),
        (pictures("cat", "dog", count=2), "has 2 training images: at least 3 are needed, because"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("container", ["folder", "zip"])
def test_a_layout_without_sense_is_refused(tmp_path, container, tree, message):
    path = folder(tmp_path / "pets", tree)
    if container == "zip":
        path = tmp_path / "pets.zip"
        path.write_bytes(zipped(tree))
    assert message in refused(path)


def test_the_largest_allowed_inequality_passes(tmp_path):
    tree = pictures("cat", count=3) | pictures("dog", count=3 * MOST_UNEQUAL)
    data = read(folder(tmp_path / "pets", tree))
    assert [Counter(split.labels.tolist()) for split in (data.train, data.validation, data.test)] == [
        {0: 1, 1: 22},
        {0: 1, 1: 2},
        {0: 1, 1: 6},
    ]


def test_images_of_several_sizes_need_image_size(tmp_path):
    path = folder(tmp_path / "pets", SPLIT | {"train/cat/wide.png": picture(0, (12, 8))})
    message = refused(path)
    assert f"{path}/train/cat/wide.png is 12x8 pixels where 8x8 was expected: pass image_size" in message
    assert len(read(path, image_size=8).train) == 19


def test_a_cache_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("COMPRESSLAB_CACHE", str(tmp_path / "file" / "cache"))
    assert "cannot write" in refused(folder(tmp_path / "pets", SPLIT))


@pytest.mark.photographs
def test_the_photographs(photographs):
    data = read(photographs)
    assert [len(split) for split in (data.train, data.validation, data.test)] == [45_000, 5_000, 10_000]
    assert (len(data.classes), data.image_size) == (10, 32)
    for split, each in ((data.train, 4_500), (data.validation, 500), (data.test, 1_000)):
        assert set(Counter(split.labels.tolist()).values()) == {each}
    everything = torch.cat([data.train.ids, data.validation.ids, data.test.ids])
    assert sorted(everything.tolist()) == list(range(60_000))
    images = torch.cat([data.train.images, data.validation.images, data.test.images])[everything.argsort()]
    with tarfile.open(photographs) as archive:
        names = sorted((m.name for m in archive if m.isfile()), key=lambda n: (n.startswith("test"), n))
        for number in (0, 4_999, 5_000, 49_999, 50_000, 59_999):
            file = archive.extractfile(names[number])
            pixels = np.asarray(Image.open(file))
            np.testing.assert_array_equal(images[number].permute(1, 2, 0), pixels)
