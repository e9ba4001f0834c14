from __future__ import annotations

import os
import sys

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = get_asgi_application()

# Only after Django is set up may anything touch the models.
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.sessions import CookieMiddleware  # noqa: E402

from config.urls import sockets  # noqa: E402
from core import files, garbage  # noqa: E402
from core.bodies import BoundedBodies  # noqa: E402
from core.proxies import TrustedProxies  # noqa: E402

files.raise_limit()
# Threads hand the interpreter over after that many seconds. A message is stored in many
# small steps, and at each of them it may have to wait that long for an upload.
sys.setswitchinterval(0.0005)
application = TrustedProxies(
    ProtocolTypeRouter(
        {
            "http": BoundedBodies(pages),
            "websocket": CookieMiddleware(URLRouter(sockets)),
        }
    )
)
garbage.look_seldom()
