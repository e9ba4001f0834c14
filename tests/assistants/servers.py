"""Servers that are asked by assistants: they say what a test wants them to say."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 60  # seconds
SECRET = "a secret between two servers, long enough"


class Bot:
    """A server of Acme's own; what it answers, and what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.body = b"{}"
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[dict[str, str], bytes]] = []
        self.address = ""
        # Not set: it hangs.
        self.answers = Event()
        self.answers.set()

    def says(self, *lines: Any, action: str = "reply", **more: Any) -> None:
        self.status = 200
        self.body = json.dumps(
            {"messages": list(lines), "action": action, **more}
        ).encode()

    def hear(self, headers: dict[str, str], body: bytes) -> None:
        """Take note of a question, and wait where it hangs."""
        self.asked.append((headers, body))
        self.answers.wait(PATIENCE)


@contextmanager
def serving(bot: Bot) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            bot.hear({k.lower(): v for k, v in self.headers.items()}, body)
            self.send_response(bot.status)
            for name, value in bot.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(bot.body)))
            self.end_headers()
            self.wfile.write(bot.body)

        def log_message(self, *args: Any) -> None:
            """Keep the tests' output quiet."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *args: Any) -> None:
            """Whoever asked has hung up."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    bot.address = f"http://127.0.0.1:{server.server_port}/bot"
    try:
        yield
    finally:
        bot.answers.set()
        server.shutdown()
        thread.join()
        server.server_close()
