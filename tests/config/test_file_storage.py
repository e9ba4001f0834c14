"""`STORAGE_URL`: where files are kept."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from django.core.files import File
from django.utils.module_loading import import_string

from config.file_storage import ON_DISK, stored_at

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_without_it_files_are_on_this_disk() -> None:
    assert stored_at("") == ON_DISK


def test_an_address_of_a_store_is_understood() -> None:
    options = stored_at("s3://key:se%2Fcret@files.example:9000/parley?region=eu")[
        "OPTIONS"
    ]

    assert options["endpoint_url"] == "https://files.example:9000"
    assert options["bucket_name"] == "parley"
    assert (options["access_key"], options["secret_key"]) == ("key", "se/cret")
    assert options["region_name"] == "eu"
    assert options["default_acl"] == "private"


@pytest.mark.parametrize(
    "url", ["ftp://a/b", "s3://key:secret@host", "s3://host/a/b", "parley"]
)
def test_anything_else_is_one_clear_sentence(url: str) -> None:
    with pytest.raises(SystemExit, match="STORAGE_URL must read s3://"):
        stored_at(url)


class _Store(BaseHTTPRequestHandler):
    """A store that speaks as much of S3 as files need."""

    kept: dict[str, bytes]

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            size = int(body.partition(b";")[0].partition(b"\r\n")[0], 16)
            body = body.partition(b"\r\n")[2][:size]
        self.kept[self._name] = body
        self._answer(200, b"")

    def do_HEAD(self) -> None:
        self._answer(200 if self._name in self.kept else 404, b"")

    def do_GET(self) -> None:
        found = self.kept.get(self._name)
        self._answer(404 if found is None else 200, found or b"")

    def do_DELETE(self) -> None:
        self.kept.pop(self._name, None)
        self._answer(204, b"")

    @property
    def _name(self) -> str:
        return self.path.partition("?")[0]

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", "Sat, 28 Nov 2026 10:00:00 GMT")
        self.send_header("ETag", '"1"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def store() -> Iterator[tuple[str, dict[str, bytes]]]:
    class Store(_Store):
        kept: dict[str, bytes] = {}

    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        address = f"127.0.0.1:{server.server_port}"
        yield f"s3://key:secret@{address}/parley?region=eu&insecure", Store.kept
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


def test_a_store_keeps_gives_and_forgets_files() -> None:
    with store() as (url, kept):
        made = stored_at(url)
        storage = import_string(made["BACKEND"])(**made["OPTIONS"])

        name = storage.save("attachments/ab/cd", File(BytesIO(b"Hello")))
        assert kept == {"/parley/attachments/ab/cd": b"Hello"}
        with storage.open(name, "rb") as file:
            assert file.read() == b"Hello"
        storage.delete(name)
        assert kept == {}
