from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Static files under hashed names, module imports included."""

    support_js_module_import_aggregation = True
    # Development and tests run before anything was collected.
    manifest_strict = False
