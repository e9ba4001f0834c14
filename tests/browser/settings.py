"""The settings of the server that the browser meets: the tests' own database."""

from __future__ import annotations

from config.settings import *  # noqa: F403
from config.settings import DATABASES, env

DATABASES["default"]["NAME"] = env.str("PARLEY_TEST_DATABASE")
# As in tests/conftest.py, which makes the passwords.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
