#!/usr/bin/env python3
"""Measures what it costs to watch a relay: CPU seconds per 1,000 messages with everything switched off and with everything on.

    tests/everything-on.py RELAY_DLL [--rounds 10] [--seconds 6] [--warmup 80]

Two relays run side by side, each over the same three smtp-sinks, and are under load in turn, so that both have been compiled by the time that counts and
both see the same machine. One has no trail and nobody looks at it. The other has the trail, sends metrics and traces by OTLP, calls webhooks, is scraped once a
second, and a Chromium has its dashboard open. Only the CPU time of the relay under load counts, that of its own process.
Needs smtp-source and smtp-sink (Postfix), chromium, and a published build.
"""
import argparse
import http.server
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

TICKS = os.sysconf("SC_CLK_TCK")
BODY, SESSIONS = 4096, 20
BROWSER = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync", "--remote-debugging-port=0"]


class Collector(http.server.BaseHTTPRequestHandler):
    """Takes what OTLP and webhooks send, and forgets it."""

    received = 0

    def do_POST(self):
        Collector.received += len(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port):
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"nothing listens on {port}")


class Relay:
    def __init__(self, name, dll, folder, sinks, extra):
        self.name, self.port, self.admin = name, free_port(), free_port()
        path = os.path.join(folder, name)
        os.mkdir(path)
        upstreams = {f"s{n}": {"Address": f"127.0.0.1:{port}", "Connections": SESSIONS} for n, port in enumerate(sinks)}
        relay = {
            "HostName": "everything-on.test",
            "Listeners": {"smtp": {"Address": f"127.0.0.1:{self.port}"}},
            "Limits": {"ConnectionsPerClient": 1000},
            "Admin": {"Address": f"127.0.0.1:{self.admin}"},
            "Groups": {"default": {"Strategy": "RoundRobin", "Upstreams": upstreams}},
            **extra,
        }
        with open(os.path.join(path, "relay.json"), "w") as file:
            json.dump({"Relay": relay}, file)
        log = open(os.path.join(path, "log"), "w")
        command = ["dotnet", dll, "run", "--config", os.path.join(path, "relay.json")]
        self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=path)
        wait_for(self.port)

    def cpu(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def load(self, messages):
        """Sends so many, and returns the CPU seconds that a thousand of them cost, and the rate."""
        before, begun = self.cpu(), time.monotonic()
        subprocess.run(["smtp-source", "-s", str(SESSIONS), "-m", str(messages), "-l", str(BODY), "-d", "-f", "a@example.com", "-t", "b@example.net",
                        f"127.0.0.1:{self.port}"], check=True, stdout=subprocess.DEVNULL)
        took = time.monotonic() - begun
        return (self.cpu() - before) / messages * 1000, messages / took


def scrape_each_second(port, stop):
    while not stop.wait(1):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as reply:
            reply.read()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("dll")
    options.add_argument("--rounds", type=int, default=10)
    options.add_argument("--seconds", type=float, default=6)
    options.add_argument("--warmup", type=float, default=80, help="seconds of load on each relay before anything counts: what runs once a second is compiled late")
    options.add_argument("--without-browser", action="store_true")
    options = options.parse_args()

    folder = tempfile.mkdtemp(prefix="everything-on-")
    started = []
    stop = threading.Event()
    try:
        sinks = [free_port() for _ in range(3)]
        for port in sinks:
            started.append(subprocess.Popen(["smtp-sink", "-u", "nobody", f"127.0.0.1:{port}", "1000"], stdout=subprocess.DEVNULL))
            wait_for(port)
        collector = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{collector.server_port}"

        off = Relay("off", os.path.abspath(options.dll), folder, sinks, {"Trail": {"Messages": 0}})
        on = Relay("on", os.path.abspath(options.dll), folder, sinks, {
            "Telemetry": {"OtlpEndpoint": url, "OtlpProtocol": "HttpProtobuf", "MetricsInterval": "00:00:05"},
            "Webhooks": {"w": {"Url": url}},
        })
        started += [off.process, on.process]
        threading.Thread(target=scrape_each_second, args=(on.admin, stop), daemon=True).start()
        if not options.without_browser:
            started.append(subprocess.Popen([*BROWSER, f"--user-data-dir={folder}/browser", f"http://127.0.0.1:{on.admin}/"],
                                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            time.sleep(5)

        rate = off.load(3000)[1]
        for relay in (off, on):
            end = time.monotonic() + options.warmup
            while time.monotonic() < end:
                rate = relay.load(int(rate * options.seconds))[1]
        figures = {off: [], on: []}
        for _ in range(options.rounds):
            for relay in (off, on):
                cpu, rate_now = relay.load(int(rate * options.seconds))
                figures[relay].append(cpu)
                print(f"{relay.name:3} {cpu:.4f} CPU s per 1,000 at {rate_now:.0f}/s", flush=True)
        for relay in (off, on):
            print(f"{relay.name:3} median {statistics.median(figures[relay]):.4f} ({min(figures[relay]):.4f} to {max(figures[relay]):.4f})")
        ratios = [b / a for a, b in zip(figures[off], figures[on])]
        print(f"on / off, pair by pair: median {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f}); {Collector.received} bytes of telemetry")
    finally:
        stop.set()
        for process in reversed(started):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
