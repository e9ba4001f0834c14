"""Servers that are asked by assistants: they say what a test wants them to say."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.steps import Json

PATIENCE = 60  # seconds
KEY = "sk-a-key-that-nobody-reads"
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

    def hear(self, headers: dict[str, str], body: bytes) -> bytes:
        """Take note of a question, and wait where it hangs; return the answer."""
        self.asked.append((headers, body))
        self.answers.wait(PATIENCE)
        return self.answer_to(body)

    def answer_to(self, body: bytes) -> bytes:
        return self.body


class Model(Bot):
    """A server that speaks as OpenAI's does: what its model says, which may depend on
    what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.thinks: Callable[[Json], Json | str] = lambda told: ""
        self.is_raw = False  # the body is answered as it is

    def says(self, answer: str = "", *sources: int, **more: Any) -> None:
        said = {"answer": answer, "sources": list(sources), "action": "reply"}
        self.thinks = lambda told: {**said, **more}

    def answer_to(self, body: bytes) -> bytes:
        if self.is_raw or self.status != HTTPStatus.OK:
            return self.body
        said = self.thinks(json.loads(json.loads(body)["messages"][1]["content"]))
        content = said if isinstance(said, str) else json.dumps(said)
        return in_shape({"role": "assistant", "content": content})

    @property
    def questions(self) -> list[Json]:
        return [json.loads(body) for _, body in self.asked]

    @property
    def told(self) -> list[Json]:
        """What the model was told besides the rules: articles and conversation."""
        return [json.loads(each["messages"][1]["content"]) for each in self.questions]


def in_shape(message: Json, **more: Any) -> bytes:
    choice = {"index": 0, "message": message, "finish_reason": "stop", **more}
    return json.dumps({"object": "chat.completion", "choices": [choice]}).encode()


@contextmanager
def serving(bot: Bot) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard = {k.lower(): v for k, v in self.headers.items()}
            answer = bot.hear(heard, body)
            self.send_response(bot.status)
            for name, value in bot.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

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
