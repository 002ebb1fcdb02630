"""`make bench-photo`: what marking a photo costs, ours and others', alternating in one run.

`bench.py BENCH_PHOTO FOLDER ROUNDS`: BENCH_PHOTO is the built worker of ours, FOLDER keeps the drawn photos, and the
results go to docs/photo-bench.md and docs/photo-bench.svg. Comparators that this machine lacks are left out and named.
Every one of them works on one thread: what a function on a share of one processor has.
"""

import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DOCS = HERE.parent.parent / "docs"
PHOTOS = {"12 MP": (4000, 3000), "48 MP": (8000, 6000)}
ENVIRONMENT = {**os.environ, "VIPS_CONCURRENCY": "1", "MAGICK_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"}


def workers(ours: str, folder: Path) -> dict[str, list[str]]:
    """Commands by name; the photo comes last."""
    found = {"walk, our floor": [ours, "walk"], "splice, all of it": [ours, "mark"], "image (Rust)": [ours, "image"]}
    python = sys.executable
    candidates = {
        "Pillow": ("PIL", "with_pillow.py"),
        "libvips": ("pyvips", "with_vips.py"),
    }
    for name, (module, script) in candidates.items():
        if subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0:
            found[name] = [python, str(HERE / "workers" / script)]
    convert = os.environ.get("CONVERT", "convert")
    version = shutil.which(convert) and subprocess.run([convert, "-version"], capture_output=True, text=True)
    if version and "ImageMagick" in version.stdout:
        found["ImageMagick"] = [python, str(HERE / "workers/with_imagemagick.py")]
    if shutil.which("node") and (HERE / "workers/node_modules/sharp").exists():
        found["sharp"] = ["node", str(HERE / "workers/with_sharp.mjs")]
    compiled = folder / "coefficients"
    compiler = ["cc", "-O2", "-o", str(compiled), str(HERE / "workers/coefficients.c"), "-ljpeg"]
    if subprocess.run(compiler, capture_output=True).returncode == 0:
        found["libjpeg-turbo's coefficients"] = [str(compiled)]
    return found


def draw(folder: Path) -> dict[str, Path]:
    photos = {}
    for name, (width, height) in PHOTOS.items():
        photos[name] = folder / f"{name.replace(' ', '')}.jpg"
        if not photos[name].exists():
            subprocess.run([sys.executable, HERE / "scene.py", str(width), str(height), photos[name]], check=True)
    return photos


def times(commands: dict[str, list[str]], photo: Path, rounds: int) -> dict[str, float]:
    """Medians in milliseconds. Each works once unmeasured, then all take turns."""
    running = {
        name: subprocess.Popen([*command, str(photo)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                               env=ENVIRONMENT)
        for name, command in commands.items()
    }
    measured: dict[str, list[int]] = {name: [] for name in running}
    for turn in range(rounds + 1):
        for name, worker in running.items():
            worker.stdin.write("\n")
            worker.stdin.flush()
            took = int(worker.stdout.readline())
            if turn > 0:
                measured[name].append(took)
    for worker in running.values():
        worker.stdin.close()
        worker.wait()
    return {name: statistics.median(values) / 1e6 for name, values in measured.items()}


def peak_memory(command: list[str], photo: Path) -> float:
    """In MB, of a process that works once; of all it starts, the largest."""
    code = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], input=b'\\n', capture_output=True, check=True);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    told = subprocess.run([sys.executable, "-c", code, *command, str(photo)], check=True, capture_output=True, text=True,
                          env=ENVIRONMENT)
    return int(told.stdout) / 1024


def instructions(command: list[str], photo: Path) -> float | None:
    """Millions, by callgrind, which lacks the processor's instructions for SHA-256 and counts them in software."""
    if not shutil.which("valgrind") or command[0].endswith(("python", "python3", "node")):
        return None
    told = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command, str(photo)],
                          input="\n", capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", told.stderr)
    return int(found[1]) / 1e6 if found else None


def plot(results: dict[str, dict[str, float]]) -> str:
    """Bars on a scale of milliseconds, 12 MP."""
    bars = sorted(results["12 MP"].items(), key=lambda bar: bar[1])
    most = bars[-1][1]
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {60 + 34 * len(bars)}" font-family="sans-serif" '
             'font-size="14"><rect width="100%" height="100%" fill="#fff"/>'
             '<text x="16" y="28" font-size="16" fill="#222">Marking a photo of 12 megapixels: milliseconds, median</text>']
    for number, (name, value) in enumerate(bars):
        y, width = 46 + 34 * number, max(2, 440 * value / most)
        colour = "#b3402e" if "splice" in name else "#7a8a99"
        lines.append(f'<text x="230" y="{y + 17}" text-anchor="end" fill="#222">{name}</text>'
                     f'<rect x="240" y="{y}" width="{width:.0f}" height="24" fill="{colour}"/>'
                     f'<text x="{246 + width:.0f}" y="{y + 17}" fill="#222">{value:.1f}</text>')
    return "\n".join([*lines, "</svg>\n"])


def report(results: dict, memory: dict, counts: dict, missing: list[str], photos: dict[str, Path], rounds: int) -> str:
    lines = ["# Benchmark of the photo engine", "",
             f"Written by `make bench-photo`: {rounds} rounds, alternating, one thread each, on {platform.machine()}, "
             f"Python {platform.python_version()}. Ours includes reading facts, thumbnail, fingerprints, flags and SHA-256; "
             "all others decode, draw a bar and encode (or, libjpeg-turbo's coefficients, change them under a bar), "
             "and nothing else. Instructions are callgrind's, which lacks the processor's own for SHA-256: 52 for each "
             "byte of ours are that hash in software, where the processor takes a few.", "",
             "![Milliseconds of each](photo-bench.svg)"]
    for name, medians in results.items():
        ours, walk = medians["splice, all of it"], medians["walk, our floor"]
        lines += ["", f"## {name}, 4:2:0, quality 92, {photos[name].stat().st_size / 1e6:.1f} MB", "",
                  "| | median, ms | times ours | peak memory, MB | instructions, millions |", "|---|--:|--:|--:|--:|"]
        for worker, value in sorted(medians.items(), key=lambda row: row[1]):
            count = counts[name].get(worker)
            lines.append(f"| {worker} | {value:.1f} | {value / ours:.1f} | {memory[name][worker]:.0f} | "
                         f"{f'{count:.0f}' if count else ''} |")
        lines += ["", f"All of it costs {ours / walk:.2f} times the walk."]
    if missing:
        lines += ["", f"Not on this machine: {', '.join(missing)}."]
    return "\n".join(lines) + "\n"


def main() -> None:
    ours, folder, rounds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    photos = draw(folder)
    commands = workers(ours, folder)
    everyone = ["Pillow", "libvips", "ImageMagick", "sharp", "libjpeg-turbo's coefficients"]
    results = {name: times(commands, photo, rounds) for name, photo in photos.items()}
    memory = {name: {w: peak_memory(c, photo) for w, c in commands.items()} for name, photo in photos.items()}
    counts = {name: {w: instructions(c, photo) for w, c in commands.items()} for name, photo in photos.items()}
    missing = [name for name in everyone if name not in commands]
    text = report(results, memory, counts, missing, photos, rounds)
    (DOCS / "photo-bench.md").write_text(text)
    (DOCS / "photo-bench.svg").write_text(plot(results))
    print(text)


main()
