"""Settings come from the environment, and production refuses to start without its secrets."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.secret import secret_key_in

ROOT = Path(__file__).resolve().parents[2]
KEY = "k" * 20 + "0123456789abcdefghijklmnopqrstuvwxyz"


def manage(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # Nothing of the test run itself: settings of the suite, switches that browser tests set.
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ARCHIVE_", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**clean, "ARCHIVE_VAR": str(tmp_path / "elsewhere"), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_deployment_check_is_clean_under_production_settings(tmp_path: Path) -> None:
    result = manage(
        tmp_path,
        "check",
        "--deploy",
        "--fail-level=WARNING",
        ARCHIVE_PRODUCTION="1",
        ARCHIVE_SECRET_KEY=KEY,
        ARCHIVE_HOSTS="archive.example",
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_production_refuses_to_start_without_a_secret(tmp_path: Path) -> None:
    result = manage(tmp_path, "check", ARCHIVE_PRODUCTION="1", ARCHIVE_HOSTS="archive.example")
    assert result.returncode != 0
    assert "ARCHIVE_SECRET_KEY" in result.stderr


def test_everything_written_goes_to_the_named_folder(tmp_path: Path) -> None:
    result = manage(tmp_path, "diffsettings", "--all")
    assert f"'NAME': '{tmp_path}/elsewhere/archive.sqlite3'" in result.stdout
    assert f"{tmp_path}/elsewhere/index" in result.stdout


def test_secret_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(secret_key_in, [tmp_path] * 32))
    assert len(keys) == 1
    assert len(keys.pop()) >= 64
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.django_db
def test_sqlite_is_tuned() -> None:
    from django.db import connection

    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    with connection.cursor() as cursor:
        answers = {}
        for pragma in ("synchronous", "foreign_keys", "temp_store"):
            cursor.execute(f"PRAGMA {pragma}")
            answers[pragma] = cursor.fetchone()[0]
    assert answers == {"synchronous": 1, "foreign_keys": 1, "temp_store": 2}


def test_a_reader_that_has_seen_enough_gets_no_traceback(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        result = subprocess.run(
            [sys.executable, "manage.py", "help"],
            cwd=ROOT,
            env={**os.environ, "ARCHIVE_VAR": str(tmp_path)},
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            timeout=300,
            check=False,
        )
    assert (result.returncode, result.stderr) == (141, "")


@pytest.mark.parametrize(
    "command",
    [
        ["import_articles", "README.md"],
        ["load_seeds"],
        ["search_articles", "truce"],
        ["search_index", "status"],
    ],
    ids=lambda command: str(command[0]),
)
def test_commands_ask_for_the_database_to_be_set_up(tmp_path: Path, command: list[str]) -> None:
    result = manage(tmp_path, *command)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("CommandError: The database is not set up")
    assert "manage.py migrate" in result.stderr
