"""Servers that were left behind when their keeper was killed."""

import psutil


def stop_leftovers(*, name: str, argument: str) -> None:
    """End the processes called `name` that were started with `argument`."""
    found = [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == name and argument in (process.info["cmdline"] or [])
    ]
    for process in found:
        process.terminate()
    _, alive = psutil.wait_procs(found, timeout=20)
    for process in alive:
        process.kill()
