"""The project as a whole: nothing missing, nothing left over, nothing unsafe."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import django.forms
import pytest
from django.conf import settings
from django.core.management import call_command
from django.template.utils import get_app_template_dirs

from config.beat import SCHEDULE
from config.celery import app

ROOT: Path = settings.BASE_DIR
TEMPLATES = ROOT / "templates"
MADE_BY_TOOLS = {".git", ".venv", ".data", "node_modules", "kit", "__pycache__", "static"}
ERROR_PAGES = {"400.html", "403.html", "404.html", "500.html"}

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "handoff.example.org",
    "SITE_URL": "https://handoff.example.org",
    "DATABASE_URL": "postgresql://handoff@localhost/handoff",
    "REDIS_URL": "redis://localhost:6379/0",
}


def files(*suffixes: str) -> Iterator[Path]:
    """The project's own files."""
    for folder, folders, names in os.walk(ROOT):
        hidden = [name for name in folders if name.startswith(".") and name != ".ci"]
        folders[:] = [name for name in folders if name not in MADE_BY_TOOLS | set(hidden)]
        yield from (Path(folder, name) for name in names if name.endswith(suffixes or ("",)))


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_template_is_used() -> None:
    sources = "\n".join(path.read_text() for path in files(".py", ".html", ".txt"))
    unused = [name for name in template_names() if not is_used(name, sources)]
    assert unused == []


def template_names() -> list[str]:
    return sorted(str(path.relative_to(TEMPLATES)) for path in files() if TEMPLATES in path.parents)


def is_used(name: str, sources: str) -> bool:
    """Named somewhere, or of a kind of mail in the code, or asked for by Django or a library."""
    if name in ERROR_PAGES or f'"{name}"' in sources or f"'{name}'" in sources:
        return True
    mail = re.fullmatch(r"emails/(\w+)/(subject\.txt|body\.txt|body\.html)", name)
    if mail:
        return f'"{mail[1]}"' in sources
    return is_put_together(name, sources) or belongs_to_a_library(name)


def is_put_together(name: str, sources: str) -> bool:
    """Whether the code makes its name from a folder and a word that stands somewhere."""
    folder, _, file = name.rpartition("/")
    stem = file.removesuffix(".html")
    return f'f"{folder}/{{' in sources and f'"{stem}"' in sources


def belongs_to_a_library(name: str) -> bool:
    """Whether it replaces a template of the same name."""
    folders = [
        *get_app_template_dirs("templates"),
        Path(django.forms.__file__).parent / "templates",
    ]
    return any((Path(folder) / name).exists() for folder in folders)


def test_no_file_names_a_place_that_only_its_author_has() -> None:
    places = re.compile(r"/(work|root|home|Users|opt)/\w|https?://[\w.-]*(registry|mirror|pypi)")
    named = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in files(
            ".py", ".html", ".md", ".txt", ".json", ".lock", ".in", ".toml", "file", "run"
        )
        if path != Path(__file__)
        for match in places.finditer(path.read_text())
    ]
    assert named == []


def test_every_package_is_pinned() -> None:
    pins = re.compile(r"(?m)^[a-z0-9-]+==[\w.]+( ; .+)?$")
    lines = [
        line
        for line in (ROOT / "requirements.lock").read_text().splitlines()
        if line and not line.strip().startswith("#")
    ]
    assert [line for line in lines if not pins.match(line)] == []


def test_every_wanted_package_is_in_the_lock() -> None:
    wanted = re.findall(r"(?m)^([A-Za-z][\w-]*)", (ROOT / "requirements.in").read_text())
    pinned = (ROOT / "requirements.lock").read_text()
    assert [name for name in wanted if f"\n{name.lower()}==" not in f"\n{pinned}"] == []


def test_the_apps_depend_on_each_other_in_one_direction() -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert linted.returncode == 0, linted.stdout


def test_every_scheduled_task_exists_and_expires() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(app.tasks)
    assert all(entry["options"]["expires"] > 0 for entry in SCHEDULE.values())


def in_production(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """What a command says with the settings of a real server."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        check=False,
        env={"PATH": os.environ["PATH"]} | PRODUCTION | changes,
        capture_output=True,
        text=True,
    )


def test_the_deployment_checks_have_nothing_to_say() -> None:
    checked = in_production("check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": ""}, "Set SECRET_KEY to a random text of at least 50 characters."),
        ({"SECRET_KEY": "short"}, "Set SECRET_KEY to a random text of at least 50 characters."),
        ({"DEBUG": "1"}, "Leave DEBUG unset: "),
        ({"ALLOWED_HOSTS": ""}, "Set ALLOWED_HOSTS to the names of this site"),
        ({"ALLOWED_HOSTS": "*"}, "Set ALLOWED_HOSTS to the names of this site"),
        ({"ALLOWED_HOSTS": "other.example"}, "Add the host of SITE_URL to ALLOWED_HOSTS"),
        ({"DATABASE_URL": ""}, "Set DATABASE_URL, for example "),
        ({"REDIS_URL": ""}, "Set REDIS_URL, for example "),
        ({"SITE_URL": "http://handoff.example.org"}, "it must begin with https://."),
        ({"POLICY_RESPOND_DAYS": "two"}, '"POLICY_RESPOND_DAYS" invalid'),
        ({"POLICY_RESPOND_DAYS": "9"}, "requeue_days (5) must be more than respond_days (9)"),
        ({"POLICY_RESPOND_WEEKS": "1"}, "There is no number POLICY_RESPOND_WEEKS."),
    ],
)
def test_production_refuses_an_unsafe_value_in_a_sentence(
    changes: dict[str, str], sentence: str
) -> None:
    refused = in_production("check", **changes)
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr
