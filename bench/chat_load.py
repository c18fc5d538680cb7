"""How long the chat keeps people waiting, with three years of bills.

    python bench/chat_load.py [--clients 1 8 32] [--seconds N] [--warehouse FILE]

The sample company's serving file (`make demo` makes it) is copied, and its marts' rows
repeated over three years. A server of its own process answers on this machine: the
badge (quick-stats) and ten typical questions, by the planner without a key. *Cold*
statements have never been run: the copy is published anew before each round. CPU
seconds per request are told as well, because a busy machine stretches latencies.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Self

import duckdb
import httpx2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from chat.auth import issue_token
from chat.settings import DEFAULT_SERVING, ChatSettings

ROOT = Path(__file__).resolve().parent.parent
SECRET = "a secret of the bench that is long enough"  # noqa: S105
COPIES = 27  # of 40 days each: three years
# Marts with a row per day, and their column of days.
DAILY = {"unified_costs": 40, "daily_costs": 40, "customer_costs": 40,
         "model_costs": 40, "customer_anomalies": 40, "cost_anomalies": 40}  # fmt: skip
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


def main() -> int:
    """Measure, and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--warehouse", type=Path, default=Path(DEFAULT_SERVING))
    options = parser.parse_args()
    if not options.warehouse.is_file():
        parser.error(f"{options.warehouse} is missing: `make demo` makes it.")
    with tempfile.TemporaryDirectory(prefix="chat_load_") as name:
        serving = Path(name) / "serving.duckdb"
        rows = grow(options.warehouse, serving)
        print(f"unified_costs: {rows:,} rows, {serving.stat().st_size / 1e6:.0f} MB")
        print(f"load average: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
        print("what         cache  clients  requests   p50 ms   p95 ms   /s  CPU ms")
        with Server(serving) as server:
            for clients in options.clients:
                for what in ("quick-stats", "questions"):
                    for is_warm in (False, True):
                        show(server, what, clients, options.seconds, is_warm=is_warm)
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

    def __init__(self, serving: Path) -> None:
        """Choose a port."""
        self.serving = serving
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def __enter__(self) -> Self:
        """Start it and wait until it answers."""
        code = (
            "import sys, uvicorn; from pathlib import Path;"
            "from chat.app import create_app; from chat.settings import ChatSettings;"
            "uvicorn.run(create_app(ChatSettings(serving=Path(sys.argv[1]),"
            " secret=sys.argv[2], questions_per_minute=10**6)),"
            " host='127.0.0.1', port=int(sys.argv[3]), log_level='warning')"
        )
        arguments = [str(self.serving), SECRET, str(self.port)]
        self.process = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-c", code, *arguments], cwd=ROOT
        )
        for _ in range(300):
            try:
                httpx2.get(self.url("/healthz"))
            except httpx2.TransportError:
                time.sleep(0.2)
            else:
                return self
        raise RuntimeError("the server did not start")

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.process.terminate()
        self.process.wait()

    def url(self, path: str) -> str:
        """Give the address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def cpu_seconds(self) -> float:
        """Give the processor time that the server has used."""
        text = Path(f"/proc/{self.process.pid}/stat").read_text("ascii")
        fields = text.rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def publish(self) -> None:
        """Publish the copy anew: no statement on it has been run yet."""
        os.utime(self.serving)


def show(
    server: Server, what: str, clients: int, seconds: float, *, is_warm: bool
) -> None:
    """Measure one way of use, and print its line."""
    settings = ChatSettings(serving=server.serving, secret=SECRET)
    token = issue_token(settings, subject="bench", role="finance")
    headers = {"Authorization": f"Bearer {token}"}
    if is_warm:
        with httpx2.Client(headers=headers, timeout=60) as client:
            for turn in range(len(QUESTIONS)):
                ask(client, server, what, turn)
    taken: list[float] = []
    ends = time.monotonic() + seconds
    before = server.cpu_seconds()

    def work(first: int) -> None:
        turn = first
        with httpx2.Client(headers=headers, timeout=60) as client:
            while time.monotonic() < ends:
                if not is_warm:
                    server.publish()
                started = time.monotonic()
                ask(client, server, what, turn)
                taken.append(time.monotonic() - started)
                turn += 1

    threads = [threading.Thread(target=work, args=(n,)) for n in range(clients)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lasted = time.monotonic() - began
    cpu = (server.cpu_seconds() - before) / len(taken)
    ms = sorted(one * 1_000 for one in taken)
    print(
        f"{what:<12} {'warm' if is_warm else 'cold':<6} {clients:>7} {len(ms):>9}"
        f" {statistics.median(ms):>8.0f} {ms[int(len(ms) * 0.95)]:>8.0f}"
        f" {len(ms) / lasted:>4.0f} {cpu * 1_000:>7.1f}",
        flush=True,
    )


def ask(client: httpx2.Client, server: Server, what: str, turn: int) -> None:
    """Send one request."""
    if what == "quick-stats":
        answer = client.get(server.url("/api/quick-stats"))
    else:
        question = QUESTIONS[turn % len(QUESTIONS)]
        answer = client.post(server.url("/api/chat"), json={"question": question})
    answer.raise_for_status()


if __name__ == "__main__":
    sys.exit(main())
