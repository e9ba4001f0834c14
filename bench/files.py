"""Measures files: how long a large presentation takes, and what messages feel of
uploads: `python -m bench.files`.

It starts Parley as `bin/run` does, with a folder of its own. The exit code is 1 where
uploads delay messages too much. See docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
import zipfile
from contextlib import contextmanager
from http import HTTPStatus
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
MAIN = "vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
SLIDES, PARAGRAPHS, PICTURES = 60, 400, 20
SIDE = 410  # pixels of a picture of noise, half a megabyte each
PATIENCE = 120  # seconds for a start
WARM_UP = 3.0  # seconds
AIM = 1.5  # p99 of messages with uploads, times that without
PAUSE = 0.02  # seconds between two messages
WORDS = ("parcel", "invoice", "2026", "12.50", "delivery", "order", "A-1044", "and")
SEED = 20261128


def presentation() -> bytes:
    """Return a presentation of ten megabytes: text on 60 slides, and pictures."""
    dice = random.Random(SEED)  # noqa: S311 - no secret
    made = BytesIO()
    types = f'<Types><Override ContentType="application/{MAIN}"/></Types>'
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        for number in range(SLIDES):
            words = "".join(_paragraph(dice) for _ in range(PARAGRAPHS))
            archive.writestr(f"ppt/slides/slide{number}.xml", f"<p:sld>{words}</p:sld>")
        for number in range(PICTURES):
            archive.writestr(f"ppt/media/image{number}.png", _noise(dice))
    return made.getvalue()


def _paragraph(dice: random.Random) -> str:
    words = " ".join(dice.choice(WORDS) for _ in range(12))
    return f'<a:p><a:r><a:rPr lang="en"/><a:t>{words}</a:t></a:r></a:p>'


def _noise(dice: random.Random) -> bytes:
    made = BytesIO()
    pixels = dice.randbytes(SIDE * SIDE * 3)
    Image.frombytes("RGB", (SIDE, SIDE), pixels).save(made, "PNG")
    return made.getvalue()


class Chat:
    """A customer's chat over REST and its socket."""

    def __init__(self, base: str) -> None:
        self._base = base
        body = {"entry_point": "acme-direct", "customer": {"name": "Dora"}}
        opened = _post(f"{base}/api/v1/chat/contacts/", body, {})
        self.id, self._token = opened["contact"]["id"], opened["token"]

    def upload(self, content: bytes, name: str) -> tuple[int, float]:
        """Send a file in; return the status and the seconds."""
        border = uuid.uuid4().hex
        head = f'--{border}\r\nContent-Disposition: form-data; name="file"; '
        head += f'filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        body = head.encode() + content + f"\r\n--{border}--\r\n".encode()
        url = f"{self._base}/api/v1/chat/contacts/{self.id}/attachments/"
        request = urllib.request.Request(url, data=body, method="POST")  # noqa: S310
        request.add_header("Authorization", f"Bearer {self._token}")
        kind = f"multipart/form-data; boundary={border}"
        request.add_header("Content-Type", kind)
        began = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
                rows = json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, time.monotonic() - began
        assert rows[0]["status"] == "staged", rows
        return 201, time.monotonic() - began

    def latencies(self, seconds: float) -> list[float]:
        """Say something again and again; return the seconds to each confirmation."""
        url = f"{self._base.replace('http', 'ws')}/ws/chat/{self.id}/"
        found = []
        with connect(url) as page:
            page.send(json.dumps({"type": "hello", "token": self._token}))
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                name, began = uuid.uuid4().hex, time.monotonic()
                said = {"type": "send", "client_id": name, "text": "Good morning"}
                page.send(json.dumps(said))
                while json.loads(page.recv()).get("client_id") != name:
                    pass
                found.append(time.monotonic() - began)
                time.sleep(PAUSE)
        return found


def _post(url: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    headers = {"Content-Type": "application/json", **headers}
    data = json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return json.load(answer)


@contextmanager
def parley() -> Iterator[str]:
    """Run Parley with a folder and a port of its own; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PORT": str(port), "PARLEY_DATA": folder}
        environment |= {
            "PARLEY_MESSAGES_PER_MINUTE": "0",
            "PARLEY_CONTACTS_PER_MINUTE": "0",
        }
        environment |= {"PARLEY_UPLOADS_PER_MINUTE": "0"}
        command = [sys.executable, str(ROOT / "manage.py"), "run"]
        running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            yield _until_well(f"http://127.0.0.1:{port}")
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(60)


def _until_well(base: str) -> str:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{base}/healthz/ready", timeout=5).close()  # noqa: S310
        except OSError:
            time.sleep(0.5)
        else:
            return base
    raise SystemExit("Parley did not start.")


def p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)] * 1000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.files", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="without, and with")
    parser.add_argument("--seconds", type=float, default=10, help="of each window")
    parser.add_argument("--uploads", type=int, default=4, help="under way at once")
    options = parser.parse_args()
    large = presentation()
    with parley() as base:
        took = sorted(Chat(base).upload(large, "a.pptx")[1] for _ in range(3))[1]
        _say(f"{len(large) / 1e6:.1f} MB presentation: {took:.2f} s")
        rounds = [_round(base, large, options) for _ in range(options.rounds)]
    quiet, busy = (p99([*chain(*found)]) for found in zip(*rounds, strict=True))
    _say(f"of all rounds: {quiet:.1f} ms; {busy:.1f} ms, {busy / quiet:.2f} x")
    return int(busy / quiet > AIM)


def _round(
    base: str, large: bytes, options: argparse.Namespace
) -> tuple[list[float], list[float]]:
    """Return the times of messages alone, and while others upload."""
    quiet = Chat(base).latencies(options.seconds)
    busy, done = _meanwhile(base, large, options)
    _say(
        f"messages, p99: {p99(quiet):.1f} ms; with {options.uploads} uploads at a time "
        f"({done} in {options.seconds + WARM_UP:.0f} s): {p99(busy):.1f} ms"
    )
    return quiet, busy


def _meanwhile(base: str, large: bytes, options: Any) -> tuple[list[float], int]:
    """Return the times of messages while others upload, and how many files passed.

    They upload from processes of their own, which the clock does not wait for.
    """
    with multiprocessing.get_context("spawn").Pool(options.uploads) as others:
        until = time.time() + options.seconds + WARM_UP
        passed = [
            others.apply_async(keep_uploading, (base, large, until))
            for _ in range(options.uploads)
        ]
        time.sleep(WARM_UP)
        found = Chat(base).latencies(options.seconds)
        return found, sum(each.get() for each in passed)


def keep_uploading(base: str, large: bytes, until: float) -> int:
    """Send the file in again and again; return how often it passed."""
    chat, passed = Chat(base), 0
    while time.time() < until:
        passed += chat.upload(large, "a.pptx")[0] == HTTPStatus.CREATED
    return passed


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
