"""The product as it is served, but for the limit on the frames of a socket, and with
`bench.slow` as one socket more.

A load is what that limit is there to keep out.
"""

from __future__ import annotations

from django.urls import path

from bench import slow
from config import asgi, urls  # in this order: asgi sets Django up
from core import consumers
from core.threads import in_thread

application = asgi.application
consumers.FRAMES_PER_MINUTE = consumers.FRAMES_UNTIL_CLOSED = 10**9
urls.sockets[:0] = [path(slow.PATH, slow.consumer(in_thread).as_asgi())]
