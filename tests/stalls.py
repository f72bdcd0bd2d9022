#!/usr/bin/env python3
"""Looks for message sizes at which a relay stalls (Nagle and delayed acknowledgements show as 40 ms and more).

    tests/stalls.py RELAY DIRECT [MESSAGES]

RELAY and DIRECT are host:port: a running relay, and the server behind it. One session each, kept open, in lockstep; for every size the
median time of a message from MAIL to the reply to its final dot, through the relay and directly, and their ratio.
Exit code 1 when a ratio is above 3.
"""
import socket
import statistics
import sys
import time

SIZES_KIB = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 63, 64, 65, 80, 100, 128, 160, 200]
LINE = b"x" * 76 + b"\r\n"
WORST_RATIO = 3.0


class Session:
    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.replies = self.socket.makefile("rb")
        self.expect(b"220")
        self.say(b"EHLO stalls.test", b"250")

    def expect(self, code):
        while True:
            line = self.replies.readline()
            if line[:3] != code:
                sys.exit(f"expected {code.decode()}, got {line.decode().strip()!r}")
            if line[3:4] != b"-":
                return

    def say(self, command, code):
        self.socket.sendall(command + b"\r\n")
        self.expect(code)

    def milliseconds(self, body):
        start = time.perf_counter()
        self.say(b"MAIL FROM:<stalls@example.com>", b"250")
        self.say(b"RCPT TO:<stalls@example.com>", b"250")
        self.say(b"DATA", b"354")
        self.socket.sendall(body)
        self.expect(b"250")
        return (time.perf_counter() - start) * 1000


def message(kib):
    lines = kib * 1024 // len(LINE)
    return b"Subject: stalls\r\n\r\n" + LINE * lines + b".\r\n"


def median(session, body, messages):
    return statistics.median(session.milliseconds(body) for _ in range(messages))


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    relay, direct = Session(sys.argv[1]), Session(sys.argv[2])
    messages = int(sys.argv[3]) if len(sys.argv) == 4 else 300
    median(relay, message(4), 12000)  # the just-in-time compiler optimises what has run often
    worst = 0.0
    print("| KiB | direct ms | relay ms | ratio |\n|---|---|---|---|")
    for kib in SIZES_KIB:
        body = message(kib)
        by_direct, by_relay = median(direct, body, messages), median(relay, body, messages)
        worst = max(worst, by_relay / by_direct)
        print(f"| {kib} | {by_direct:.2f} | {by_relay:.2f} | {by_relay / by_direct:.2f} |", flush=True)
    sys.exit(1 if worst > WORST_RATIO else 0)


main()
