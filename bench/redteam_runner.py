"""Runs attacks against the real application, in both worlds, and judges the replies."""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal

import anyio
from fastapi.testclient import TestClient
from mcp import Client
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
)
from pydantic_ai.models.function import AgentInfo, FunctionModel
from redteam_worlds import (
    CANARIES,
    OWN,
    fingerprint,
    leaks,
    make_world,
    masked,
    planted,
)

from chat.alerts.settings import AlertSettings
from chat.app import create_app
from chat.auth import issue_token
from chat.language import Language, open_language
from chat.limits import Limits
from chat.llm.settings import LlmSettings
from chat.mcp_server import make_server
from chat.service import make_service
from chat.settings import ChatSettings
from chat.stream import WENT_WRONG

PlannerName = Literal["deterministic", "llm-scripted"]
TODAY = date(2026, 11, 21)
SECRET = "a secret of the attacks, as long as the longest digest: 64 bytes and more"  # noqa: S105
SERVER_ERROR = 500
LONGEST_WORDS = 800
MANY = 1_000_000
# Who asks: role and customers of the token.
ASKERS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "acme": ("customer", (OWN,)),
    "acme's manager": ("account_manager", (OWN,)),
    "globex": ("customer", ("globex",)),
    "wide manager": ("account_manager", (OWN, "globex", "hooli")),
    "finance": ("finance", ()),
    "admin": ("admin", ()),
}
SEES_OTHERS = {"globex", "wide manager", "finance", "admin"}
ALERT = {
    "kind": "cost_above",
    "threshold": 1,
    "channel": "email",
    "destination": "a@example.com",
}
Call = tuple[str, dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Case:
    """An attack.

    Attributes:
        family: What kind it is.
        name: What it tries.
        body: Sent as JSON; `$context`, `$answer_id` and `$alert_id` in it, and in the
            path, are what `first` got.
        content: Sent as it is, instead of a body.
        method: Of HTTP.
        path: Where to.
        headers: Beside the token's.
        token: One of `ASKERS`, or a token as it is.
        subject: The user of the token; one's own by default.
        model: What the hostile model calls, in turn; empty for its usual attacks.
        words: What the hostile model words answers by.
        tool: Tool of MCP, called with the body instead.
        first: Whose request comes before, and its question.
        refused: Statuses one of which is the only safe reply; empty for any.
        times: How often it is sent.
        first_reads: Paths that whoever asks before reads as well.
        twin: A customer who exists, and a name that nobody has: with either of them
            the replies have to be the same.
    """

    family: str
    name: str
    body: Any = None
    content: bytes | None = None
    method: str = "POST"
    path: str = "/api/chat"
    headers: Mapping[str, str] = field(default_factory=dict)
    token: str = "acme"  # noqa: S105
    subject: str = ""
    model: Sequence[Call] = ()
    words: str = ""
    tool: str | None = None
    first: tuple[str, str] | None = None
    refused: frozenset[int] = frozenset()
    times: int = 1
    first_reads: tuple[str, ...] = ()
    twin: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of an attack.

    Attributes:
        case: The attack.
        leaked: What was told of other customers.
        crashes: Replies of 500 and above, and failures without a reply.
        let_in: A status that lets in who should have been refused.
    """

    case: Case
    leaked: tuple[str, ...] = ()
    crashes: tuple[str, ...] = ()
    let_in: tuple[str, ...] = ()


class HostileModel:
    """A language model that does what attackers would have it do."""

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self.calls: Sequence[Call] = ()
        self.words = ""
        self.told: list[str] = []

    def begin(self, calls: Sequence[Call], words: str) -> None:
        """Take the next attack's orders."""
        self.calls, self.words, self.told = calls, words, []

    def plan(self, messages: list[ModelMessage], _: AgentInfo) -> ModelResponse:
        """Call the next tool; the last one again and again."""
        turn = sum(isinstance(one, ModelResponse) for one in messages)
        self.told.append(_text_of(messages))
        if not self.calls:
            return ModelResponse(parts=[TextPart(content="no tool at all")])
        name, arguments = self.calls[min(turn, len(self.calls) - 1)]
        return ModelResponse(parts=[ToolCallPart(tool_name=name, args=arguments)])

    async def write(
        self, messages: list[ModelMessage], _: AgentInfo
    ) -> AsyncIterator[str]:
        """Say its own words, and all it was told."""
        told = _text_of(messages)
        self.told.append(told)
        for word in (self.words or told[:LONGEST_WORDS]).split(" "):
            yield f"{word} "


def _text_of(messages: list[ModelMessage]) -> str:
    return "\n".join(
        str(getattr(part, "content", ""))
        for message in messages
        if isinstance(message, ModelRequest)
        for part in message.parts
    )


class World:
    """One application over one world."""

    def __init__(self, serving: Path, stack: ExitStack) -> None:
        """Open it, with and without a language model."""
        self.folder = serving.parent
        self.model = HostileModel()
        self._settings = ChatSettings(
            serving=serving,
            secret=SECRET,
            log_questions=True,
            grafana_url="https://grafana.example",
            alerts=AlertSettings(email_domains=("example.com",)),
        )
        hostile = FunctionModel(self.model.plan, stream_function=self.model.write)
        script = LlmSettings(model="test:hostile", planner="llm", wording="llm")
        spoken = stack.enter_context(open_language(script, hostile))
        self._clients = {
            "deterministic": self._client(stack, Language()),
            "llm-scripted": self._client(stack, spoken),
        }

    def _client(self, stack: ExitStack, language: Language) -> TestClient:
        service = make_service(self._settings, today=lambda _: TODAY, language=language)
        # Each forged token has to be refused for itself, not for the many before it.
        limits = Limits(per_minute=MANY, refusals_per_minute=MANY)
        app = create_app(self._settings, service=replace(service, limits=limits))
        return stack.enter_context(TestClient(app, raise_server_exceptions=False))

    def run(self, case: Case, planner: PlannerName) -> tuple[str, list[int]]:
        """Attack, and give all that was told and the statuses."""
        client = self._clients["llm-scripted" if case.model else planner]
        self.model.begin(case.model or _usual_attack(case.name), case.words)
        got = self._first(client, case)
        if case.tool:
            return self._call(case, client, got)
        content = case.content
        if content is None and case.body is not None:
            content = _filled(json.dumps(case.body), got).encode()
        replies = [
            client.request(
                case.method,
                _filled(case.path, got),
                content=content,
                headers={
                    "Content-Type": "application/json",
                    **self._bearer(case),
                    **case.headers,
                },
            )
            for _ in range(case.times)
        ]
        told = [f"{one.status_code} {_readable(one.text)}" for one in replies]
        told += [value for one in replies for value in one.headers.values()]
        return "\n".join(told), [r.status_code for r in replies]

    def _first(self, client: TestClient, case: Case) -> dict[str, Any]:
        if case.first is None:
            return {}
        who, question = case.first
        headers = {"Authorization": f"Bearer {self.token(who)}"}
        asked = {"question": question}
        answer = client.post("/api/chat", json=asked, headers=headers).json()
        got = {"context": answer["context"], "answer_id": answer["answer_id"]}
        for path in case.first_reads:
            client.get(path, headers=headers)
        if "$alert_id" in case.path:
            made = client.post("/api/alerts", json=ALERT, headers=headers)
            got["alert_id"] = made.json()["id"]
        self.model.told = []
        return got

    def _bearer(self, case: Case) -> dict[str, bytes]:
        token = case.token
        if token in ASKERS:
            token = self.token(token, case.subject)
        return {"Authorization": f"Bearer {token}".encode("latin-1")} if token else {}

    def token(self, who: str, subject: str = "") -> str:
        """Sign a token."""
        role, customers = ASKERS[who]
        return issue_token(
            self._settings,
            subject=subject or who,
            role=role,
            customers=customers,
            now=datetime.now(UTC).replace(microsecond=0),
            lifetime=timedelta(hours=1),
        )

    def _call(
        self, case: Case, client: TestClient, got: dict[str, Any]
    ) -> tuple[str, list[int]]:
        service = client.app.state.service  # type: ignore[attr-defined]
        token = self.token(case.token, case.subject)
        server = make_server(service, partial(service.tokens.read, token))
        arguments = json.loads(_filled(json.dumps(case.body), got))

        async def work() -> str:
            async with Client(server) as opened:
                answer = await opened.call_tool(case.tool or "", arguments)
                return answer.model_dump_json()

        return _readable(anyio.run(work)), []


def _readable(text: str) -> str:
    """Give a reply with its escapes undone, beside the reply as it came."""
    return text + text.encode("latin-1", "replace").decode("unicode_escape", "replace")


def _filled(text: str, got: dict[str, Any]) -> str:
    text = text.replace('"$context"', json.dumps(got.get("context")))
    for name in ("answer_id", "alert_id"):
        text = text.replace(f"${name}", str(got.get(name)))
    return text


BY_CUSTOMER: dict[str, Any] = {
    "metrics": ["total_cost"],
    "dimensions": ["customer"],
    "time": {"first": "2026-10-01", "last": "2026-11-20"},
}


def _of(value: str, operator: str = "in") -> Call:
    one = {"dimension": "customer", "operator": operator, "values": [value]}
    return "query", {"query": {**BY_CUSTOMER, "filters": [one]}}


USUAL: tuple[tuple[Call, ...], ...] = (
    (("query", {"query": BY_CUSTOMER}),),
    (_of("globex"), _of("globex", "matches")),
    (_of("e", "matches"), ("query", {"query": BY_CUSTOMER})),
    (_of(OWN, "not_in"),),
    (("report", {"topic": "invoice_variance"}), _of("hooli")),
    (
        (
            "explanation",
            {
                "topic": "change_drivers",
                "dimensions": ["customer"],
                "time": {"name": "last_week"},
            },
        ),
    ),
    (),
)


def _usual_attack(name: str) -> Sequence[Call]:
    return USUAL[sum(name.encode("utf-8", "replace")) % len(USUAL)]


@contextmanager
def open_worlds(source: Path, folder: Path) -> Iterator[list[World]]:
    """Make both worlds out of a serving file, and serve them.

    Args:
        source: Serving file of the sample company.
        folder: Where the copies go.
    """
    with ExitStack() as stack:
        worlds = []
        for canary in CANARIES:
            place = folder / canary.word
            place.mkdir()
            make_world(source, place / "serving.duckdb", canary)
            worlds.append(World(place / "serving.duckdb", stack))
        yield worlds


def run_cases(
    cases: Sequence[Case],
    worlds: Sequence[World],
    planner: PlannerName,
    tell: Callable[[Verdict], None] = lambda _: None,
) -> tuple[list[Verdict], list[str]]:
    """Run attacks.

    Args:
        cases: The attacks.
        worlds: Both worlds.
        planner: Who reads questions for which an attack has no model's plan.
        tell: Takes each verdict as it comes.

    Returns:
        The verdicts, and the files that were written.
    """
    before = [fingerprint(world.folder) for world in worlds]
    verdicts = []
    for case in cases:
        verdict = judge(case, worlds, planner)
        tell(verdict)
        verdicts.append(verdict)
    after = [fingerprint(world.folder) for world in worlds]
    written = [
        name
        for old, new in zip(before, after, strict=True)
        for name in {*old, *new}
        if old.get(name) != new.get(name)
    ]
    return verdicts, written


def judge(case: Case, worlds: Sequence[World], planner: PlannerName) -> Verdict:
    """Attack in both worlds, and say what went wrong.

    Args:
        case: The attack.
        worlds: Both worlds.
        planner: Who reads the question.
    """
    told: list[str] = []
    prompts: list[str] = []
    statuses: list[int] = []
    crashes: list[str] = []
    for world in worlds:
        try:
            text, found = world.run(case, planner)
        except Exception as error:  # noqa: BLE001 - whatever escapes is a crash
            crashes.append(f"{type(error).__name__}: {error}"[:200])
            continue
        told.append(text)
        prompts.append("\n".join(world.model.told))
        statuses += found
    leaked = _told_apart(case, worlds[0], planner, told) if case.twin else []
    crashes += [WENT_WRONG for text in told if WENT_WRONG in text]
    crashes += [f"status {one}" for one in statuses if one >= SERVER_ERROR]
    if case.token not in SEES_OTHERS:
        asked = _asked(case, planner)
        leaked += [one for text in told for one in leaks(text, asked)]
        # The rules of the prompt name customers in their examples.
        leaked += [one for text in prompts for one in planted(text)]
        if len({masked(text) for text in told}) > 1 or len(set(prompts)) > 1:
            leaked.append("answered differently for what others hold")
    let_in = [str(one) for one in statuses if case.refused and one not in case.refused]
    return Verdict(
        case=case,
        leaked=tuple(dict.fromkeys(leaked)),
        crashes=tuple(dict.fromkeys(crashes)),
        let_in=tuple(dict.fromkeys(let_in)),
    )


def _told_apart(
    case: Case, world: World, planner: PlannerName, told: Sequence[str]
) -> list[str]:
    """Attack with a name that nobody has, and say where it is told apart."""
    real, invented = case.twin or ("", "")
    written = json.dumps([case.body, list(case.model)]).replace(real, invented)
    body, model = json.loads(written)
    other = replace(case, body=body, model=[(name, call) for name, call in model])
    text, _ = world.run(other, planner)
    if not told:
        return []
    replies = {
        re.sub(f"{real}|{invented}", "<name>", masked(one), flags=re.IGNORECASE)
        for one in (told[0], text)
    }
    return ["who exists is told apart from who does not"] if len(replies) > 1 else []


def _asked(case: Case, planner: PlannerName) -> str:
    sent = [case.path, case.words, repr(case.body), repr(case.content)]
    sent += [repr(case.first), repr(dict(case.headers)), repr(list(case.model))]
    sent += [json.dumps(case.body), json.dumps(case.body, ensure_ascii=False)]
    if planner == "llm-scripted":
        sent.append(repr(_usual_attack(case.name)))
    return " ".join(sent)
