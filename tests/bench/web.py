"""A real web server on measured data, and a browser that is signed in there."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from time import perf_counter, sleep
from urllib.parse import urlencode

from config.management.commands.serve import _web
from config.processes import LONGEST_STOP, _die_with_parent
from tests.bench.databases import HOST, Data
from tests.bench.results import ROOT

LONGEST_START = 60.0  # seconds
LONGEST_ANSWER = 120.0


@dataclass(frozen=True)
class Answer:
    """One page, as it came. Times in seconds."""

    status: int
    text: str
    elapsed: float
    """From the first byte sent to the last one received."""
    database: float
    application: float
    queries: int

    @property
    def python(self) -> float:
        """What our code took outside the database."""
        return self.application - self.database


@dataclass
class Browser:
    """Keeps cookies; opens a connection for each request, as a proxy in front does."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str, headers: dict[str, str] | None = None) -> Answer:
        """Read a page; redirects are not followed."""
        return self._ask("GET", address, None, headers or {})

    def post(self, address: str, data: dict[str, str]) -> Answer:
        """Send a form, with the token that the last page left in the cookies."""
        token = {"X-CSRFToken": self.cookies.get("csrftoken", "")}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, urlencode(data), token | form)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in through the page for it. Raises SystemExit if that fails."""
        page = self.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        data = {"login": email, "password": password}
        data["csrfmiddlewaretoken"] = token[1] if token else ""
        if self.post("/accounts/login/", data).status != 302 or "sessionid" not in self.cookies:
            raise SystemExit(f"{email} cannot sign in: was this database made by seed_national?")

    def _ask(self, method: str, address: str, body: str | None, more: dict[str, str]) -> Answer:
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        proxied = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
        headers = proxied | {"Cookie": jar, "Referer": f"https://{HOST}/"} | more
        line = HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_ANSWER)
        started = perf_counter()
        try:
            line.request(method, address, body, headers)
            response = line.getresponse()
            text = response.read().decode(errors="replace")
        finally:
            line.close()
        elapsed = perf_counter() - started
        self._keep_cookies(response)
        return _answer(response, text, elapsed)

    def _keep_cookies(self, response: HTTPResponse) -> None:
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value


def _answer(response: HTTPResponse, text: str, elapsed: float) -> Answer:
    said = dict(re.findall(r"(\w+);dur=([\d.]+)", response.headers.get("Server-Timing", "")))
    spent = {name: float(value) for name, value in said.items()}
    return Answer(
        status=response.status,
        text=text,
        elapsed=elapsed,
        database=spent.get("db", 0) / 1000,
        application=spent.get("app", 0) / 1000,
        queries=int(spent.get("queries", 0)),
    )


@contextmanager
def serving(data: Data) -> Iterator[int]:
    """The site on this data, started as `serve` does it but with production settings; its port."""
    environment = data.production()
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, env=environment, cwd=ROOT, check=True)
    port = _free_port()
    served = _web("127.0.0.1", port)
    command = ["tests.bench.site.wsgi" if word == "config.wsgi" else word for word in served]
    dies = _die_with_parent if sys.platform == "linux" else None  # even if we are killed
    server = subprocess.Popen(command, env=environment, cwd=ROOT, preexec_fn=dies)  # noqa: PLW1509
    try:
        _wait(server, port)
        yield port
    finally:
        server.terminate()
        server.wait(LONGEST_STOP)


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = perf_counter() + LONGEST_START
    while server.poll() is None and perf_counter() < deadline:
        with suppress(OSError):
            Browser(port).get("/health/")
            return
        sleep(0.1)
    raise SystemExit("The web server did not start.")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port
