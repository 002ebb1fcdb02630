#!/bin/sh
# Makes the sample files beside it: one drawn picture in the variants of JPEG, PNG, WebP and HEIC that the
# crate's own encoder doesn't write. Needs Debian's libjpeg-turbo-progs (cjpeg, jpegtran) and Python (Pillow and
# pillow-heif from PyPI).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'pillow>=12,<14' 'pillow-heif==1.8.*'
cd "$work"

"$work/venv/bin/python" - "$here" <<'PYTHON'
import sys

import pillow_heif
from PIL import Image, ImageDraw

to = sys.argv[1] + "/"
# 100 x 75: no side is a multiple of a block, let alone of a unit of four.
picture = Image.new("RGB", (100, 75))
draw = ImageDraw.Draw(picture)
for y in range(75):
    draw.line([(0, y), (99, y)], (120 + y, 160 + y // 2, 255 - y))
draw.polygon([(15, 35), (50, 12), (85, 35)], (150, 66, 48))
draw.rectangle([22, 35, 78, 66], (222, 214, 198))
draw.rectangle([44, 45, 56, 66], (96, 62, 40))
for x in (28, 62):
    draw.rectangle([x, 42, x + 10, 52], (60, 80, 100))
picture.save("picture.ppm")

picture.save(to + "progressive.jpg", quality=80, progressive=True, subsampling="4:2:0")
picture.convert("CMYK").save(to + "cmyk.jpg", quality=80)
picture.convert("L").save(to + "grey.jpg", quality=80)
picture.save(to + "lossy.webp", quality=80)
see_through = picture.copy()
see_through.putalpha(Image.linear_gradient("L").resize((100, 75)))
see_through.save(to + "alpha.png")
see_through.save(to + "alpha.webp", lossless=True)
picture.quantize(16).save(to + "palette.png")
picture.convert("L").convert("I;16").point(lambda v: v * 257).save(to + "grey16.png")

pillow_heif.from_pillow(picture).save(to + "single.heic", quality=80)
pillow_heif.from_pillow(picture).save(to + "tiles.heic", quality=80, tile_size=64)
pillow_heif.from_pillow(see_through).save(to + "alpha.heic", quality=80)
# Stored on its side; the file says so twice: by its own means, and in its EXIF.
exif = Image.Exif()
exif[0x0112] = 6
exif.get_ifd(0x8769)[0x9003] = "2020:06:03 10:22:31"
turned = pillow_heif.from_pillow(picture.rotate(90, expand=True))
turned.info["exif"] = exif.tobytes()
turned.save(to + "turned.heic", quality=80)
pillow_heif.options.SAVE_HDR_TO_12_BIT = False
deep = pillow_heif.from_bytes("RGB;16", (100, 75), b"".join(bytes([0, v]) for v in picture.tobytes()))
deep.save(to + "deep.heic", quality=80, chroma=444)
# The largest that is taken, of the kind that takes most memory.
side = 6000
large = picture.quantize(16).convert("RGB").resize((side, side), Image.NEAREST)
raw = bytearray(2 * side * side * 3)
raw[1::2] = large.tobytes()
large = pillow_heif.from_bytes("RGB;16", (side, side), bytes(raw))
large.save(to + "largest.heic", quality=10, chroma=444)
PYTHON

cjpeg -quality 80 -sample 2x2 -restart 2B -outfile "$here/restarts.jpg" picture.ppm
cjpeg -quality 80 -sample 2x2 -progressive -restart 1 -outfile "$here/progressive-restarts.jpg" picture.ppm
cjpeg -quality 80 -sample 4x1 -optimize -outfile "$here/four-to-one.jpg" picture.ppm
cjpeg -quality 80 -arithmetic -outfile "$here/arithmetic.jpg" picture.ppm
printf '0;\n1;\n2;\n' > one-by-one
cjpeg -quality 80 -sample 2x1 -scans one-by-one -outfile "$here/scan-by-scan.jpg" picture.ppm
