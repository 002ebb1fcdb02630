"""Marked photos as other decoders show them, for every kind of JPEG and HEIC that Pillow can write.

`matrix.py WATERMARK`: writes photos of all samplings, orientations, tables and restart intervals, marks them with
the command, decodes original and result with libjpeg-turbo, and fails where a pixel outside the mark differs, the
mark stands in the wrong corner, or the path is not the one expected. Of HEIC, which is decoded and written anew, the
original is decoded with libheif, and what is shown must be the same but for what a JPEG of best quality loses.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import pillow_heif
from PIL import Image, ImageOps

SIZES = [(640, 480), (333, 517), (801, 399)]
SAMPLINGS = ["4:4:4", "4:2:2", "4:2:0"]
TABLES = {
    "standard": {},
    "optimised": {"optimize": True},
    "restarts": {"restart_marker_blocks": 5},
    "optimised with restarts": {"optimize": True, "restart_marker_rows": 1},
    "progressive": {"progressive": True},
}
# What chroma of the coarsest sampling reaches when it is interpolated, in pixels.
REACH = 2
# HEIC: chroma sampling, sides of tiles (none: one picture), bits a channel.
HEICS = [("420", None, 8), ("422", None, 8), ("444", None, 8), ("420", 256, 8), ("420", None, 10)]


def picture(width: int, height: int, seed: int) -> Image.Image:
    random = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:height, 0:width]
    base = numpy.stack([x * 200 / width, y * 220 / height, 128 + 90 * numpy.sin(x / 37) * numpy.cos(y / 23)], axis=2)
    base += ((x // 40 + y // 30) % 3 == 0)[..., None] * 60
    base += random.normal(0, 6, base.shape) * (x > width // 2)[..., None]
    return Image.fromarray(numpy.clip(base, 0, 255).astype(numpy.uint8))


def stored(upright: Image.Image, orientation: int) -> Image.Image:
    T = Image.Transpose
    inverse = {2: T.FLIP_LEFT_RIGHT, 3: T.ROTATE_180, 4: T.FLIP_TOP_BOTTOM, 5: T.TRANSPOSE,
               6: T.ROTATE_90, 7: T.TRANSVERSE, 8: T.ROTATE_270}
    return upright.transpose(inverse[orientation]) if orientation > 1 else upright


def seen(path: Path) -> numpy.ndarray:
    return numpy.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB")).astype(int)


def check(watermark: str, folder: Path, name: str, grey: bool, orientation: int, save: dict, upright: Image.Image) -> str:
    original, marked = folder / "original.jpg", folder / "marked.jpg"
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = stored(upright, orientation)
    (image.convert("L") if grey else image).save(original, "JPEG", quality=88, exif=exif, **save)
    command = [watermark, original, marked, "--time", "2020-06-03T10:22:31+08:00", "--declared", "--json"]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    before, after = seen(original), seen(marked)
    height, width = before.shape[:2]
    assert after.shape == before.shape == (told["height"], told["width"], 3), name
    if told["path"].startswith("decoded"):
        assert save.get("progressive"), f"{name}: {told['path']}"
        return told["path"]
    assert told["path"] == "splice" or save.get("optimize"), f"{name}: {told['path']}"
    rows, columns = numpy.nonzero((before != after).any(axis=2))
    # Letters of 4.5 % of the shorter side, 16 pixels at least, in whole blocks.
    size = max(16, 0.045 * min(width, height))
    assert rows.min() > height - 2.2 * size - 16 - REACH, f"{name}: row {rows.min()}"
    assert columns.max() < 13 * size + 16 + REACH, f"{name}: column {columns.max()}"
    box = after[rows.min():rows.max(), columns.min():columns.max()]
    assert (box.min(axis=2) > 235).mean() > 0.05, f"{name}: hardly any white"
    assert (box.max(axis=2) < 25).mean() > 0.05, f"{name}: hardly any black"
    return told["path"]


def check_heic(watermark: str, folder: Path, name: str, orientation: int, kind: tuple, upright: Image.Image) -> str:
    chroma, tile, bits = kind
    original, marked = folder / "original.heic", folder / "marked.jpg"
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = stored(upright, orientation)
    if bits > 8:
        pillow_heif.options.SAVE_HDR_TO_12_BIT = False
        deep = (numpy.asarray(image).astype(numpy.uint16) * 257).astype("<u2")
        heif = pillow_heif.from_bytes("RGB;16", image.size, deep.tobytes())
    else:
        heif = pillow_heif.from_pillow(image)
    heif.info["exif"] = exif.tobytes()
    heif.save(original, quality=90, chroma=chroma, **({"tile_size": tile} if tile else {}))
    command = [watermark, original, marked, "--time", "2020-06-03T10:22:31+08:00", "--declared", "--json"]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    # libheif turns the picture as the file says.
    before = numpy.asarray(pillow_heif.open_heif(original).to_pillow().convert("RGB")).astype(int)
    after = seen(marked)
    assert after.shape == before.shape == (told["height"], told["width"], 3), f"{name}: {after.shape} {before.shape}"
    size = max(16, 0.045 * min(told["width"], told["height"]))
    above_the_mark = int(told["height"] - 2.2 * size - 16 - REACH)
    off = numpy.abs(before - after)[:above_the_mark]
    # What a JPEG of the same quality makes of libheif's picture differs from it, too.
    best = folder / "best.jpg"
    Image.fromarray(before.astype(numpy.uint8)).save(best, "JPEG", quality=92, subsampling="4:4:4")
    lost = numpy.abs(before - seen(best))[:above_the_mark]
    # Chroma may be spread over pixels, and 10 bits rounded to 8, in more than one right way.
    more = off.mean() - lost.mean(), numpy.percentile(off, 99) - numpy.percentile(lost, 99)
    assert more[0] < 0.5 and more[1] <= 2, f"{name}: {more} off beyond what encoding takes"
    mark = numpy.abs(before - after)[above_the_mark:, : told["width"] // 2]
    assert (mark.max(axis=2) > 60).mean() > 0.02, f"{name}: no mark on the left below"
    return told["path"]


def main() -> None:
    [_, watermark] = sys.argv
    paths: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, size in enumerate(SIZES):
            upright = picture(*size, number)
            for orientation in range(1, 9):
                for tables, save in TABLES.items():
                    for sampling in [*SAMPLINGS, "grey"]:
                        grey = sampling == "grey"
                        name = f"{size}, orientation {orientation}, {tables}, {sampling}"
                        more = {} if grey else {"subsampling": sampling}
                        path = check(watermark, Path(folder), name, grey, orientation, {**save, **more}, upright)
                        paths[path] = paths.get(path, 0) + 1
            for orientation in range(1, 9):
                for kind in HEICS:
                    name = f"{size}, orientation {orientation}, HEIC {kind}"
                    path = check_heic(watermark, Path(folder), name, orientation, kind, upright)
                    assert path == "decoded_heic", f"{name}: {path}"
                    paths[path] = paths.get(path, 0) + 1
    assert paths.get("splice_reencoded", 0) > 0, "no file needed completed tables"
    print(f"{sum(paths.values())} passed, 0 failed: {paths}")


main()
