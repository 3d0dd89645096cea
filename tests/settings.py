"""Settings of the test suite: those of the site, writing to a folder of its own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_var = tempfile.mkdtemp(prefix="archive-tests-")
atexit.register(shutil.rmtree, _var, ignore_errors=True)
os.environ["ARCHIVE_VAR"] = _var

from config.settings import *  # noqa: E402, F403

# A file, since a database in memory is one connection, which the browser tests' site would share
# between its threads: answers then fail at random.
DATABASES["default"]["TEST"] = {"NAME": f"{_var}/test.sqlite3"}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
