"""How long the chat keeps people waiting, with three years of bills.

    python bench/chat_load.py [--clients 1 8 32] [--seconds N] [--warehouse FILE]

The sample company's serving file (`make demo` makes it) is copied, and its marts' rows
repeated over three years. A server of its own process answers on this machine: the
badge (quick-stats) and ten typical questions, by the planner without a key.

`warm` is as served: what was asked of the same data before is remembered. `cold`
remembers no rows, only the names that questions are read against, so each question is
asked for the first time. `published` has the copy replaced before each request: it is
opened and all is read anew. `by hand` is what the chat is held against:
the statements of the same answers, ready-made, run by as many threads on an open
DuckDB, without a web, sign-in, words or check. CPU milliseconds per request are told
as well, because a busy machine stretches latencies.
"""

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from chat.ask import answer_question
from chat.asker import Asker
from chat.auth import issue_token
from chat.cache import CachedReader
from chat.parameters import Parameter
from chat.quick_stats import read_quick_stats
from chat.scope import Scope
from chat.settings import ChatSettings
from chat.warehouse import DuckDBReader, Reader
from chat.warehouse_settings import DEFAULT_SERVING

ROOT = Path(__file__).resolve().parent.parent
SECRET = "a secret of the bench that is long enough"  # noqa: S105
OK = 200
COPIES = 27  # of 40 days each: three years
# Marts with a row per day, and their column of days.
DAILY = {"unified_costs": 40, "daily_costs": 40, "customer_costs": 40,
         "model_costs": 40, "customer_anomalies": 40, "cost_anomalies": 40}  # fmt: skip
STATS = "quick-stats"
QUESTIONS = (
    "What did we spend yesterday?",
    "Cost by model this month",
    "Cost by customer last month",
    "Top 5 teams by cost in the last 30 days",
    "Azure cost by service this year",
    "Daily cost in the last 90 days",
    "Cost by model last month against the month before",
    "Why did costs change last week?",
    "Which customers are over budget?",
    "Cache hit share by model last month",
)
SERVER = """
import sys
from dataclasses import replace
from pathlib import Path

import uvicorn

from chat.app import create_app
from chat.cache import CachedReader
from chat.service import make_service
from chat.settings import ChatSettings
from chat.warehouse import DuckDBReader


class Forgetful(CachedReader):
    def read(self, sql, parameters):
        return self.reader.read(sql, parameters)


path, secret, port, remembers = sys.argv[1:]
settings = ChatSettings(
    serving=Path(path),
    secret=secret,
    questions_per_minute=10**6,
    store_url=f"sqlite:///{path}.{port}.db",
)
service = make_service(settings)
if remembers == "no":
    service = replace(service, reader=Forgetful(DuckDBReader(path=Path(path))))
app = create_app(settings, service=service)
uvicorn.run(
    app, host="127.0.0.1", port=int(port), log_level="warning", access_log=False
)
"""


def main() -> int:
    """Measure, and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--warehouse", type=Path, default=Path(DEFAULT_SERVING))
    options = parser.parse_args()
    if not options.warehouse.is_file():
        parser.error(f"{options.warehouse} is missing: `make demo` makes it.")
    with tempfile.TemporaryDirectory(prefix="chat_load_") as name:
        serving = Path(name) / "serving.duckdb"
        rows = grow(options.warehouse, serving)
        print(f"unified_costs: {rows:,} rows, {serving.stat().st_size / 1e6:.0f} MB")
        print(f"load average: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
        print(
            "what         cache      clients  requests   p50 ms   p95 ms    /s  CPU ms"
            "  p95 / by hand"
        )
        with Server(serving) as server, Server(serving, remembers=False) as forgetful:
            for clients in options.clients:
                for what in (STATS, "questions"):
                    measure(what, clients, options.seconds, server, forgetful)
        print(f"load average: {os.getloadavg()[0]:.1f}")
    return 0


def grow(source: Path, target: Path) -> int:
    """Copy a serving file with its days repeated into the past."""
    target.write_bytes(source.read_bytes())
    with duckdb.connect(str(target)) as connection:
        for table, days in DAILY.items():
            connection.execute(
                f"create table multi_cloud_costs.grown as"  # noqa: S608 - names of here
                f" select t.* replace (t.date - cast(n * {days} as integer) as date)"
                f" from multi_cloud_costs.{table} as t, range({COPIES}) as r(n)"
                " order by date"
            )
            connection.execute(f"drop table multi_cloud_costs.{table}")
            connection.execute(f"alter table multi_cloud_costs.grown rename to {table}")
        found = connection.execute(
            "select count(*) from multi_cloud_costs.unified_costs"
        ).fetchone()
    return int(found[0]) if found else 0


class Server:
    """The chat in a process of its own."""

    def __init__(self, serving: Path, *, remembers: bool = True) -> None:
        """Choose a port."""
        self.serving = serving
        self.remembers = remembers
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        settings = ChatSettings(serving=serving, secret=SECRET)
        token = issue_token(settings, subject="bench", role="finance")
        self.headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
        }

    def __enter__(self) -> Self:
        """Start it and wait until it answers."""
        remembers = "yes" if self.remembers else "no"
        arguments = [str(self.serving), SECRET, str(self.port), remembers]
        self.process = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-c", SERVER, *arguments], cwd=ROOT
        )
        for _ in range(300):
            try:
                self.send(self.connect(), "GET", "/healthz")
            except OSError:
                time.sleep(0.2)
            else:
                return self
        raise RuntimeError("the server did not start")

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.process.terminate()
        self.process.wait()

    def connect(self) -> http.client.HTTPConnection:
        """Give a connection, which is kept; the cheapest client there is."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def send(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: Any = None,
    ) -> None:
        """Send one request and read its answer."""
        content = None if body is None else json.dumps(body)
        connection.request(method, path, body=content, headers=self.headers)
        answer = connection.getresponse()
        told = answer.read()
        if answer.status != OK:
            raise RuntimeError(f"{path}: {answer.status} {told[:200]!r}")

    def worker(self, what: str, *, publishes: bool = False) -> Callable[[int], None]:
        """Give what sends the n-th request, over a connection of its own."""
        connection = self.connect()

        def work(turn: int) -> None:
            if publishes:
                # Its time is all that tells one copy from the next.
                os.utime(self.serving)
            if what == STATS:
                self.send(connection, "GET", "/api/quick-stats")
            else:
                question = {"question": QUESTIONS[turn % len(QUESTIONS)]}
                self.send(connection, "POST", "/api/chat", question)

        return work

    def cpu_seconds(self) -> float:
        """Give the processor time that the server has used."""
        text = Path(f"/proc/{self.process.pid}/stat").read_text("ascii")
        fields = text.rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Recorder(CachedReader):
    """Remembers names and no rows, as `cold` does, and notes the statements."""

    def __init__(self, reader: Reader) -> None:
        """Stand before a reader."""
        super().__init__(reader)
        self.noted: list[tuple[str, list[Any]]] = []

    def read(self, sql: str, parameters: Sequence[Parameter]) -> list[tuple[Any, ...]]:
        """Note a statement, and run it."""
        self.noted.append((sql, list(parameters)))
        return self.reader.read(sql, parameters)


def by_hand(what: str, serving: Path) -> Callable[[], Callable[[int], None]]:
    """Give workers that run the statements of the same answers, and nothing else."""
    reader = Recorder(DuckDBReader(path=serving))
    today = datetime.now(UTC).date()
    asker = Asker(reader=reader, scope=Scope.everything(), today=today)
    answer_question(QUESTIONS[0], asker)
    statements = []
    for question in QUESTIONS if what != STATS else ("",):
        reader.noted = []
        if question:
            answer_question(question, asker)
        else:
            read_quick_stats(asker)
        statements.append(reader.noted)
    connection = duckdb.connect(":memory:")
    connection.execute(f"attach '{serving}' as copy (read_only)")

    def worker() -> Callable[[int], None]:
        cursor = connection.cursor()
        cursor.execute("use copy")

        def work(turn: int) -> None:
            for sql, values in statements[turn % len(statements)]:
                cursor.execute(sql, values).fetchall()

        return work

    return worker


@dataclass(frozen=True)
class Measured:
    """Times of requests, in milliseconds."""

    p50: float
    p95: float
    requests: int
    per_second: float
    cpu: float


def measure(
    what: str, clients: int, seconds: float, server: Server, forgetful: Server
) -> None:
    """Measure one use in all states, and print a line for each."""
    plain = by_hand(what, server.serving)
    ground = run(plain, clients, seconds, time.process_time)
    show(what, "by hand", clients, ground, ground)
    for state, asked in (
        ("published", server),
        ("cold", forgetful),
        ("warm", server),
    ):
        publishes = state == "published"

        def worker(
            asked: Server = asked, *, publishes: bool = publishes
        ) -> Callable[[int], None]:
            return asked.worker(what, publishes=publishes)

        first = worker()
        for turn in range(len(QUESTIONS)):
            first(turn)
        found = run(worker, clients, seconds, asked.cpu_seconds)
        show(what, state, clients, found, ground)


def run(
    worker: Callable[[], Callable[[int], None]],
    clients: int,
    seconds: float,
    cpu_seconds: Callable[[], float],
) -> Measured:
    """Let some clients send one request after the other for some seconds."""
    taken: list[float] = []
    failures: list[BaseException] = []
    works = [worker() for _ in range(clients)]
    ends = time.monotonic() + seconds
    before = cpu_seconds()

    def send(turn: int) -> None:
        work = works[turn]
        try:
            while time.monotonic() < ends:
                started = time.monotonic()
                work(turn)
                taken.append(time.monotonic() - started)
                turn += 1
        except Exception as error:  # noqa: BLE001 - told below, by the main thread
            failures.append(error)

    threads = [threading.Thread(target=send, args=(n,)) for n in range(clients)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lasted = time.monotonic() - began
    if failures:
        raise failures[0]
    ms = sorted(one * 1_000 for one in taken)
    return Measured(
        p50=statistics.median(ms),
        p95=ms[int(len(ms) * 0.95)],
        requests=len(ms),
        per_second=len(ms) / lasted,
        cpu=(cpu_seconds() - before) / len(ms) * 1_000,
    )


def show(
    what: str, state: str, clients: int, found: Measured, ground: Measured
) -> None:
    """Print a line."""
    print(
        f"{what:<12} {state:<10} {clients:>7} {found.requests:>9} {found.p50:>8.0f}"
        f" {found.p95:>8.0f} {found.per_second:>5.0f} {found.cpu:>7.1f}"
        f" {found.p95 / ground.p95:>14.2f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
