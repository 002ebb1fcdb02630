"""Worker: libvips decodes, draws, encodes. A line in, nanoseconds out."""
import sys
import time

import pyvips

photo = open(sys.argv[1], "rb").read()
for _ in sys.stdin:
    start = time.perf_counter_ns()
    image = pyvips.Image.new_from_buffer(photo, "", access="sequential")
    width, height = image.width, image.height
    bar = (pyvips.Image.black(width // 2, height // 30) + [255, 255, 255]).cast("uchar").copy(interpretation="srgb")
    image = image.insert(bar, width // 50, height - height // 20)
    image.jpegsave_buffer(Q=92, subsample_mode="on")
    print(time.perf_counter_ns() - start, flush=True)
