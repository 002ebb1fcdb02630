"""Draws the photos that the benchmark marks: a house with grain of every size, such that files get as long as
those of phones. `scene.py WIDTH HEIGHT FILE`."""
import sys

import numpy
from PIL import Image, ImageDraw


def scene(width: int, height: int) -> Image.Image:
    random = numpy.random.default_rng(20200630)
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for y in range(height):
        t = y / height
        sky = (int(120 + 100 * t), int(160 + 60 * t), int(230 - 60 * t))
        draw.line([(0, y), (width, y)], sky if t < 0.55 else (int(150 - 20 * t), int(138 - 10 * t), 110))
    draw.rectangle([width * .2, height * .35, width * .8, height * .8], (222, 214, 198))
    draw.polygon([(width * .15, height * .36), (width * .5, height * .15), (width * .85, height * .36)], (150, 66, 48))
    for i in range(60):
        y, x = height * (.36 - .0035 * i), width * (.15 + .0058 * i)
        draw.line([(x, y), (width - x, y)], (110, 45, 35), max(1, height // 900))
    for i in range(6):
        x = width * (.24 + .09 * i)
        draw.rectangle([x, height * .45, x + width * .05, height * .58], (60, 80, 100))
    draw.rectangle([width * .46, height * .6, width * .54, height * .8], (96, 62, 40))
    pixels = numpy.asarray(image).astype(numpy.float32)
    for octave in range(8):
        size = (width // 2**octave + 2, height // 2**octave + 2)
        grain = Image.fromarray(random.standard_normal(size[::-1], dtype=numpy.float32))
        grain = numpy.asarray(grain.resize((width, height), Image.Resampling.BICUBIC))
        pixels += (4.0 * (octave + 1) ** 0.7 * grain)[..., None] * numpy.array([1, .95, .9], numpy.float32)
    return Image.fromarray(numpy.clip(pixels, 0, 255).astype(numpy.uint8))


if __name__ == "__main__":
    scene(int(sys.argv[1]), int(sys.argv[2])).save(sys.argv[3], "JPEG", quality=92, subsampling="4:2:0")
