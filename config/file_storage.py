"""Where files are kept: on this disk, or in a store that speaks S3 (`STORAGE_URL`)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ON_DISK: dict[str, Any] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    # Else they would be for everybody, whatever the umask.
    "OPTIONS": {"file_permissions_mode": 0o600},
}
HOW = "STORAGE_URL must read s3://KEY:SECRET@HOST/BUCKET, with ?region= where needed"


def stored_at(url: str) -> dict[str, Any]:
    """Return the storage for Django's settings; exit with a sentence where the address
    is none.

    `s3://key:secret@host[:port]/bucket[?region=…&insecure=1]`; without a host it is
    Amazon's, without key and secret those of the machine count.
    """
    if not url:
        return ON_DISK
    parts = urlsplit(url)
    bucket = parts.path.strip("/")
    if parts.scheme != "s3" or not bucket or "/" in bucket:
        raise SystemExit(f"{HOW}.")
    asked = parse_qs(parts.query, keep_blank_values=True)
    options: dict[str, Any] = {
        "bucket_name": bucket,
        "access_key": unquote(parts.username) if parts.username else None,
        "secret_key": unquote(parts.password) if parts.password else None,
        "region_name": asked.get("region", [None])[0],
        "default_acl": "private",
        "file_overwrite": False,
        "querystring_auth": True,
        "client_config": _client("path" if parts.hostname else None),
    }
    if parts.hostname:
        port = f":{parts.port}" if parts.port else ""
        scheme = "http" if "insecure" in asked else "https"
        options["endpoint_url"] = f"{scheme}://{parts.hostname}{port}"
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def _client(addressing_style: str | None) -> Any:
    """Return how to speak with a store: people wait for it, so not for minutes."""
    from botocore.config import Config

    return Config(
        connect_timeout=5,
        read_timeout=20,
        retries={"total_max_attempts": 2, "mode": "standard"},
        s3={"addressing_style": addressing_style},
    )
