"""Size, start-up and memory of every packaged function, beside an empty one.

Usage: measure.py LAMBDA_DIR EMPTY DOCUMENT PLOT [--rounds 40]

A start is the time from exec to the first request for an event, as Lambda counts it, on a stand-in for the Runtime
API and Secrets Manager. All functions take turns, round by round, so that what else the machine does hits them alike.
"""

import argparse
import http.server
import io
import json
import os
import platform
import statistics
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "infra" / "check"))

from system import load, logical_id  # noqa: E402

# What a function may be: zipped, in MB; its start beside the empty one's; its memory in MB at that moment.
LARGEST_ZIP = 4.5
SLOWEST_START = 3.0
MOST_MEMORY = 16.0

# Values that functions read when they start; what they name isn't asked before the first event.
SECRET = {"kid": "k1", "key": "0" * 64}


class Cloud(http.server.ThreadingHTTPServer):
    """Says when a function asks for its first event, and never gives one."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.daemon_threads = True
        self.asked = threading.Event()
        self.asked_at = 0.0


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked_at = time.monotonic()
        self.server.asked.set()
        # The connection stays open until the function is ended.
        time.sleep(60)

    def do_POST(self):
        if self.path.endswith("/init/error"):
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_error(500)
            return
        body = json.dumps({"SecretString": json.dumps(SECRET), "Name": "secret", "ARN": "arn"}).encode()
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.send_header("content-type", "application/x-amz-json-1.1")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def variables(system):
    """Each function's variables as the template gives them, with made-up values where it refers to something."""
    parameters = {name: p.get("Default", "") for name, p in system.stacks["template"].source["Parameters"].items()}
    found = {}
    for _, name, function in system.resources("AWS::Lambda::Function"):
        given = function["Properties"].get("Environment", {}).get("Variables", {})
        found[name] = {variable: value_of(variable, value, parameters) for variable, value in given.items()}
    return found


def value_of(variable, value, parameters):
    if variable.endswith("_URL"):
        return "https://queue.invalid/1/queue" if "QUEUE" in variable else ""
    if isinstance(value, dict) and value.get("Ref") in parameters:
        return str(parameters[value["Ref"]])
    return value if isinstance(value, str) else "measured"


def start(cloud, binary, environment):
    """(milliseconds to the first request for an event, MB of memory then)."""
    cloud.asked.clear()
    address = f"127.0.0.1:{cloud.server_port}"
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_LAMBDA_RUNTIME_API": address,
        "AWS_LAMBDA_FUNCTION_NAME": "measured",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_LOG_GROUP_NAME": "measured",
        "AWS_LAMBDA_LOG_STREAM_NAME": "measured",
        "AWS_ENDPOINT_URL": f"http://{address}",
        "AWS_REGION": "cn-northwest-1",
        "AWS_ACCESS_KEY_ID": "measured",
        "AWS_SECRET_ACCESS_KEY": "measured",
        **environment,
    }
    began = time.monotonic()
    process = subprocess.Popen([binary], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        if not cloud.asked.wait(20):
            process.kill()
            raise SystemExit(f"{binary} doesn't start: {process.stderr.read().decode(errors='replace')[-500:]}")
        memory = next(
            int(line.split()[1]) for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if line.startswith("VmHWM")
        )
        return (cloud.asked_at - began) * 1000, memory / 1024
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def zipped(binary):
    """MB of the binary as SAM uploads it."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.write(binary, "bootstrap")
    return memory.tell() / 1e6


def measure(functions, empty, rounds):
    """name > (zip in MB, starts in ms, most memory in MB); the empty function's under None."""
    cloud = Cloud()
    threading.Thread(target=cloud.serve_forever, daemon=True).start()
    known = variables(load("aws"))
    everything = {None: (empty, {})} | {name: (binary, known[logical_id(name)]) for name, binary in functions.items()}
    starts = {name: [] for name in everything}
    memory = dict.fromkeys(everything, 0.0)
    for binary, environment in everything.values():
        start(cloud, binary, environment)  # into the page cache
    for _ in range(rounds):
        for name, (binary, environment) in everything.items():
            milliseconds, megabytes = start(cloud, binary, environment)
            starts[name].append(milliseconds)
            memory[name] = max(memory[name], megabytes)
    cloud.shutdown()
    return {name: (zipped(binary), starts[name], memory[name]) for name, (binary, _) in everything.items()}


def missed(measured, http):
    """What is larger or slower than it may be, as sentences."""
    empty = statistics.median(measured[None][1])
    for name, (size, starts, memory) in measured.items():
        if name is None:
            continue
        times = statistics.median(starts) / empty
        if size > LARGEST_ZIP:
            yield f"{name}: {size:.1f} MB zipped"
        if name in http and times > SLOWEST_START:
            yield f"{name}: starts in {times:.1f} times the empty function's time"
        if name in http and memory > MOST_MEMORY:
            yield f"{name}: {memory:.1f} MB"


def document(measured, http, rounds, plot):
    empty = statistics.median(measured[None][1])
    lines = [
        "# Size and start of the functions",
        "",
        f"Release builds, as packaged. Start is exec to the first request for an event, the median of {rounds} runs of each, all taking",
        f"turns, on {os.cpu_count()} processors ({platform.machine()}); an empty `lambda_http` function started in {empty:.1f} ms in the same run and is",
        f"{measured[None][0]:.2f} MB. Memory is the most at that moment. Fetching the zip and starting the machine come on top in the cloud.",
        "`make measure-functions` writes this page anew, and fails where an HTTP function takes over "
        f"{SLOWEST_START:.0f} times the empty",
        f"one's time or {MOST_MEMORY:.0f} MB, or any zip is over {LARGEST_ZIP} MB.",
        "",
        f"![Start of every function]({plot})",
        "",
        "| function | zip, MB | start, ms | 90 % within, ms | × empty | memory, MB |",
        "|---|---|---|---|---|---|",
    ]
    named = sorted((name for name in measured if name is not None), key=lambda name: (name not in http, name))
    for name in [None, *named]:
        size, starts, memory = measured[name]
        median, most = statistics.median(starts), statistics.quantiles(starts, n=10)[-1]
        shown = "(empty)" if name is None else f"`{name}`"
        lines.append(f"| {shown} | {size:.2f} | {median:.1f} | {most:.1f} | {median / empty:.2f} | {memory:.1f} |")
    return "\n".join(lines) + "\n"


def drawn(measured):
    """Every start as a dot, a function a row, the slowest on top."""
    rows = sorted(measured, key=lambda name: -statistics.median(measured[name][1]))
    longest = max(statistics.quantiles(starts, n=20)[-1] for _, starts, _ in measured.values()) * 1.05
    left, width, row = 190, 640, 13
    height = row * len(rows) + 50
    at = lambda ms: left + min(ms, longest) / longest * width  # noqa: E731
    empty = statistics.median(measured[None][1])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 20} {height}" font-family="sans-serif" font-size="10">',
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    for times in (1, SLOWEST_START):
        x = at(empty * times)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="10" y2="{height - 32}" stroke="#999" stroke-dasharray="3 3"/>')
        parts.append(f'<text x="{x:.1f}" y="{height - 20}" text-anchor="middle" fill="#555">{times:.0f} × empty</text>')
    parts.append(f'<text x="{left + width}" y="{height - 6}" text-anchor="end" fill="#555">milliseconds from exec to the first poll, up to {longest:.0f}</text>')
    for number, name in enumerate(rows):
        y = 18 + number * row
        parts.append(f'<text x="{left - 8}" y="{y + 3}" text-anchor="end">{name or "(empty)"}</text>')
        for ms in measured[name][1]:
            parts.append(f'<circle cx="{at(ms):.1f}" cy="{y}" r="2" fill="#2a6f97" fill-opacity="0.25"/>')
        x = at(statistics.median(measured[name][1]))
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y - 5}" y2="{y + 5}" stroke="#bc4b51" stroke-width="2"/>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("lambda_dir", type=Path)
    parser.add_argument("empty", type=Path)
    parser.add_argument("document", type=Path)
    parser.add_argument("plot", type=Path)
    parser.add_argument("--rounds", type=int, default=40)
    given = parser.parse_args()
    names = sorted(path.parent.name for path in (REPOSITORY / "functions").glob("*/Cargo.toml"))
    functions = {name: given.lambda_dir / name / "bootstrap" for name in names}
    routes = load("aws").stacks["api"].source["Resources"]
    http = {name for name in names if logical_id(name) in routes}
    measured = measure(functions, given.empty, given.rounds)
    given.document.write_text(document(measured, http, given.rounds, given.plot.name), encoding="utf-8")
    given.plot.write_text(drawn(measured), encoding="utf-8")
    failures = list(missed(measured, http))
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
