"""Times `charnn serve` against `charnn generate`: python3 scripts/bench-serve.py [CHARNN] [MODEL] [RUNS]

First character, one stream, 64 streams at a time; the best of three each, taken in turn.
"""

import json
import socket
import subprocess
import sys
import threading
import time

charnn = sys.argv[1] if len(sys.argv) > 1 else "target/release/charnn"
model = sys.argv[2] if len(sys.argv) > 2 else "builtin:tales"
runs = sys.argv[3] if len(sys.argv) > 3 else "runs"
LENGTH, CLIENTS = 20_000, 64

server = subprocess.Popen([charnn, "serve", runs, "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
about = json.loads(server.stdout.readline())
host, port = about["address"].rsplit(":", 1)


def ask(length, seed, stream=True, n=1):
    """Seconds to the first characters and to the end."""
    body = json.dumps({"model": model, "prompt": "Once upon a time there", "max_tokens": length, "seed": seed, "stream": stream, "n": n}).encode()
    began = time.perf_counter()
    connection = socket.create_connection((host, int(port)))
    connection.sendall(
        f"POST /v1/completions HTTP/1.1\r\nHost: {about['address']}\r\nAuthorization: Bearer {about['token']}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
    )
    first, last = None, b""
    while piece := connection.recv(1 << 16):
        last = (last + piece)[-100_000:]
        if first is None and b"data: {" in last:
            first = time.perf_counter() - began
    assert b"[DONE]" in last if stream else b'"usage"' in last, last[-500:]
    return first, time.perf_counter() - began


def generate(length, count):
    began = time.perf_counter()
    subprocess.run(
        [charnn, "generate", model, "--runs", runs, "--quiet", "--prompt", "Once upon a time there", "--length", str(length), "--count", str(count), "--seed", "1"],
        check=True, stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - began


def many(length):
    threads = [threading.Thread(target=ask, args=(length, seed)) for seed in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


try:
    ask(10, 1)  # loads the network
    first = sorted(ask(50, seed)[0] for seed in range(30))
    print(f"first characters: median {1e3 * first[15]:.1f} ms, worst of 30 {1e3 * first[-1]:.1f} ms")
    start = min(generate(1, 1) for _ in range(3))
    one = [(generate(LENGTH, 1) - start, ask(LENGTH, 1)[1]) for _ in range(3)]
    command, served = min(it[0] for it in one), min(it[1] for it in one)
    print(f"one text of {LENGTH} characters: generate {LENGTH / command:.0f}/s, a stream {LENGTH / served:.0f}/s ({command / served:.2f})")
    length = 3000
    all_ = [(generate(length, CLIENTS) - start, many(length)) for _ in range(3)]
    command, served = min(it[0] for it in all_), min(it[1] for it in all_)
    total = length * CLIENTS
    print(f"{CLIENTS} texts of {length} characters: generate {total / command:.0f}/s, {CLIENTS} streams {total / served:.0f}/s ({command / served:.2f})")
finally:
    server.terminate()
