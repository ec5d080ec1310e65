"""A small mail server for tests: takes messages, or refuses them in the way it is told."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Sink:
    """``refuse``: answer to RCPT in place of 250. ``breaks``: the connection ends in the middle of a message."""

    port: int = 0
    refuse: str = ""
    breaks: bool = False
    #: Envelope address and raw bytes of each message that was taken.
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    tried: int = 0


class _Talk(socketserver.StreamRequestHandler):
    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        sink: Sink = self.server.sink  # type: ignore[attr-defined]
        sink.tried += 1
        self.say("220 sink")
        address = ""
        while line := self.rfile.readline().decode("latin-1").strip():
            verb = line[:4].upper()
            if verb == "RCPT":
                address = line.partition("<")[2].partition(">")[0]
                self.say(sink.refuse or "250 taken")
            elif verb == "DATA":
                self.say("354 go on")
                if sink.breaks:
                    return
                sink.taken.append((address, self.message()))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                # No extension is offered: neither 8BITMIME nor SMTPUTF8.
                self.say("250 sink")

    def message(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return b"".join(lines)


@contextmanager
def running() -> Iterator[Sink]:
    sink = Sink()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.daemon_threads = True
        server.sink = sink  # type: ignore[attr-defined]
        sink.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield sink
        server.shutdown()
        thread.join(5)
