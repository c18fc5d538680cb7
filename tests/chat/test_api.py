"""The API: who is let in, what he sees, and what it does with the rest."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from chat.app import create_app
from chat.auth import NotSignedIn, TokenReader, issue_token
from chat.cache import CachedReader
from chat.protection import HEADERS, LARGEST_BODY
from chat.settings import ChatSettings, SettingsError, read_chat_settings
from chat.warehouse import DuckDBReader
from orchestrate.cli import app as command

SATURDAY = date(2026, 11, 21)
SECRET = "a secret of the tests that is long enough"
ORIGIN = "https://app.example.com"


@pytest.fixture(scope="module")
def settings(built_warehouse: Path) -> ChatSettings:
    """Settings over the sample company's marts."""
    return ChatSettings(
        serving=built_warehouse,
        secret=SECRET,
        origins=(ORIGIN,),
        questions_per_minute=1_000,
    )


@pytest.fixture(scope="module")
def client(settings: ChatSettings) -> Iterator[TestClient]:
    """A client of the API."""
    with TestClient(create_app(settings, today=lambda _: SATURDAY)) as made:
        yield made


@pytest.fixture(scope="module")
def headers(settings: ChatSettings) -> Callable[..., dict[str, str]]:
    """Gives the headers of a signed-in user."""

    def make(role: Any = "finance", *customers: str, **more: Any) -> dict[str, str]:
        token = issue_token(
            settings, subject=f"{role}-user", role=role, customers=customers, **more
        )
        return {"Authorization": f"Bearer {token}"}

    return make


def _ask(
    client: TestClient, headers: dict[str, str], question: str, **more: Any
) -> Any:
    answer = client.post(
        "/api/chat", json={"question": question, **more}, headers=headers
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_question_is_answered_with_its_figures(
    client: TestClient, headers: Callable[..., dict[str, str]], built_warehouse: Path
) -> None:
    """What the widget shows has to be what the mart says."""
    answer = _ask(client, headers(), "cost by provider in October 2026")

    with duckdb.connect(str(built_warehouse), read_only=True) as connection:
        truth = connection.execute(
            "select cloud_provider, sum(cost_usd) from multi_cloud_costs.unified_costs"
            " where date between '2026-10-01' and '2026-10-31' group by 1"
        ).fetchall()
    assert {row[0]: row[1] for row in answer["rows"]} == {
        name: str(cost) for name, cost in truth
    }
    assert answer["columns"][1]["unit"] == "usd"
    assert answer["chart"]["kind"] == "bar"


def test_a_follow_up_sends_its_context_back(
    client: TestClient, headers: Callable[..., dict[str, str]]
) -> None:
    """Without a conversation kept, two replicas answer alike."""
    first = _ask(client, headers(), "Azure cost by model in October 2026")
    second = _ask(client, headers(), "only AWS", context=first["context"])

    assert second["context"]["dimensions"] == ["model"]
    assert second["context"]["filters"][0]["values"] == ["AWS"]


@pytest.mark.parametrize(
    "question",
    ["cost by customer this month", "what did Globex spend in October 2026?"],
)
def test_a_customer_sees_itself_only(
    client: TestClient, headers: Callable[..., dict[str, str]], question: str
) -> None:
    """The promise of the whole."""
    answer = _ask(client, headers("customer", "acme"), question)

    assert {row[0] for row in answer["rows"]} <= {"acme"}


def test_an_account_manager_sees_the_customers_of_the_token(
    client: TestClient, headers: Callable[..., dict[str, str]]
) -> None:
    """Two customers are not all of them."""
    answer = _ask(
        client,
        headers("account_manager", "acme", "globex"),
        "cost by customer in October 2026",
    )

    assert {row[0] for row in answer["rows"]} == {"acme", "globex"}


def test_a_context_cannot_widen_what_is_seen(
    client: TestClient, headers: Callable[..., dict[str, str]]
) -> None:
    """The context comes from the asker, so it may hold anything."""
    hostile = {
        "metrics": ["total_cost"],
        "dimensions": ["customer"],
        "filters": [
            {"dimension": "customer", "operator": "in", "values": ["globex", "hooli"]}
        ],
        "time": {"name": "last_month"},
    }

    answer = _ask(
        client, headers("customer", "acme"), "and this month", context=hostile
    )

    assert answer["rows"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"question": "cost", "customer_id": "globex"},
        {"question": "cost", "scope": None},
        {"question": ""},
        {"question": "x" * 2_001},
        {"question": ["cost"]},
        {"question": "cost", "time_zone": "../../etc/passwd"},
        {"question": "cost", "context": {"metrics": ["total_cost; drop table x"]}},
        {"question": "cost", "context": {"sql": "select 1"}},
        {},
    ],
)
def test_what_is_no_question_is_refused(
    client: TestClient, headers: Callable[..., dict[str, str]], body: dict[str, Any]
) -> None:
    """A field that is ignored today may be trusted tomorrow."""
    answer = client.post("/api/chat", json=body, headers=headers())

    assert answer.status_code == 422


def _forge(claims: dict[str, Any], key: str, algorithm: str) -> str:
    return jwt.encode(claims, key, algorithm=algorithm)


def _claims(**changed: Any) -> dict[str, Any]:
    claims = {
        "sub": "u",
        "iss": "llm-costs",
        "aud": "llm-costs",
        "exp": datetime.now(UTC) + timedelta(hours=1),
        "role": "admin",
        **changed,
    }
    return {name: value for name, value in claims.items() if value is not None}


def _unsigned() -> str:
    def part(value: dict[str, Any]) -> str:
        text = json.dumps(value, default=lambda one: one.timestamp()).encode()
        return base64.urlsafe_b64encode(text).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(_claims())}."


FORGED = {
    "unsigned": _unsigned(),
    "other key": _forge(_claims(), "another secret that is also long enough", "HS256"),
    "other algorithm": _forge(_claims(), SECRET * 2, "HS512"),
    "expired": _forge(
        _claims(exp=datetime.now(UTC) - timedelta(minutes=1)), SECRET, "HS256"
    ),
    "without end": _forge(_claims(exp=None), SECRET, "HS256"),
    "other audience": _forge(_claims(aud="billing"), SECRET, "HS256"),
    "without audience": _forge(_claims(aud=None), SECRET, "HS256"),
    "other issuer": _forge(_claims(iss="somebody"), SECRET, "HS256"),
    "no role": _forge(_claims(role=None), SECRET, "HS256"),
    "invented role": _forge(_claims(role="root"), SECRET, "HS256"),
    "customer of none": _forge(_claims(role="customer"), SECRET, "HS256"),
    "customer list as one": _forge(
        _claims(role="customer", customer_id=["acme", "globex"]), SECRET, "HS256"
    ),
    "manager of none": _forge(
        _claims(role="account_manager", customers=[]), SECRET, "HS256"
    ),
    "manager of all": _forge(
        _claims(role="account_manager", customers="*"), SECRET, "HS256"
    ),
    "no token": "",
    "nonsense": "a.b.c",
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED)
@pytest.mark.parametrize("path", ["/api/quick-stats", "/api/suggestions"])
def test_nobody_is_let_in_on_a_token_that_is_not_right(
    client: TestClient, token: str, path: str
) -> None:
    """One forged claim is all costs of all customers."""
    answer = client.get(path, headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401
    assert answer.json()["detail"].startswith("Sign in again")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_keys_of_an_address_take_no_secret_for_their_own(
    monkeypatch: pytest.MonkeyPatch, built_warehouse: Path
) -> None:
    """A public key used as an HMAC secret lets everyone sign."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    settings = ChatSettings(
        serving=built_warehouse, jwks_url="https://keys.example/jwks"
    )
    reader = TokenReader(settings)
    key = jwt.PyJWK.from_dict(
        {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key()))},
        algorithm="RS256",
    )
    monkeypatch.setattr(jwt.PyJWKClient, "get_signing_key_from_jwt", lambda *_: key)

    signed = jwt.encode(_claims(), private, algorithm="RS256")
    assert reader.read(signed).role == "admin"
    head, body, _ = jwt.encode(_claims(), "x" * 64, algorithm="HS256").split(".")
    mac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    forged = mac.sign(f"{head}.{body}".encode(), public)
    tail = base64.urlsafe_b64encode(forged).rstrip(b"=").decode()
    with pytest.raises(NotSignedIn):
        reader.read(f"{head}.{body}.{tail}")


def test_a_large_body_is_not_read(
    client: TestClient, headers: Callable[..., dict[str, str]]
) -> None:
    """A body without end fills the memory, whatever its length says."""

    def chunks() -> Iterator[bytes]:
        for _ in range(LARGEST_BODY // 1_024 + 2):
            yield b" " * 1_024

    answer = client.post(
        "/api/chat",
        content=chunks(),
        headers={**headers(), "Content-Type": "application/json"},
    )

    assert answer.status_code == 413


def test_too_many_questions_are_put_off(settings: ChatSettings) -> None:
    """One token in a loop must not keep the others waiting."""
    few = ChatSettings(serving=settings.serving, secret=SECRET, questions_per_minute=2)
    with TestClient(create_app(few)) as client:
        signed = {
            name: {
                "Authorization": "Bearer "
                + issue_token(few, subject=name, role="finance")
            }
            for name in ("first", "second")
        }
        codes = [
            client.get("/api/suggestions", headers=signed["first"]).status_code
            for _ in range(4)
        ]
        other = client.get("/api/suggestions", headers=signed["second"])

    assert codes == [200, 200, 429, 429]
    assert other.status_code == 200


def test_only_pages_of_the_list_may_ask(
    client: TestClient, headers: Callable[..., dict[str, str]]
) -> None:
    """A page of somebody else must not read answers with a user's token."""
    own = client.get("/api/suggestions", headers={**headers(), "Origin": ORIGIN})
    other = client.get(
        "/api/suggestions", headers={**headers(), "Origin": "https://evil.example"}
    )

    assert own.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-origin" not in other.headers


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    """Also a refusal can be framed, sniffed or cached."""
    for path in ("/healthz", "/api/quick-stats", "/nowhere"):
        answer = client.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value


def test_quick_stats_are_those_of_the_asker(
    client: TestClient, headers: Callable[..., dict[str, str]], built_warehouse: Path
) -> None:
    """The badge is on every page: the first place to show another's cost."""
    with duckdb.connect(str(built_warehouse), read_only=True) as connection:
        row = connection.execute(
            "select sum(cost_usd) from multi_cloud_costs.unified_costs where"
            " customer_id = 'acme' and date between '2026-11-01' and '2026-11-21'"
        ).fetchone()
    assert row

    own = client.get("/api/quick-stats", headers=headers("customer", "acme")).json()
    all_of_them = client.get("/api/quick-stats", headers=headers()).json()

    stats = {one["name"]: one for one in own["stats"]}
    assert stats["month_to_date"]["value"] == str(row[0])
    assert stats["budget_used"]["text"].endswith(" %")
    assert own["complete_until"] == "2026-11-20"
    total = {one["name"]: one for one in all_of_them["stats"]}
    assert float(total["month_to_date"]["value"]) > float(row[0])


def test_a_new_copy_is_answered_from_at_once(
    warehouse_copy: Path, headers: Callable[..., dict[str, str]]
) -> None:
    """An answer of yesterday's data, after the load, is wrong."""
    reader = CachedReader(DuckDBReader(path=warehouse_copy))
    sql = "select sum(cost_usd) from multi_cloud_costs.unified_costs"
    before = reader.read(sql, ())
    assert reader.read(sql, ()) is before

    draft = warehouse_copy.with_suffix(".draft")
    draft.write_bytes(warehouse_copy.read_bytes())
    with duckdb.connect(str(draft)) as connection:
        connection.execute("update multi_cloud_costs.unified_costs set cost_usd = 0")
    draft.replace(warehouse_copy)

    assert reader.read(sql, ()) == [(0,)]


def test_without_figures_the_service_is_not_ready(tmp_path: Path) -> None:
    """A replica without data must not be sent questions."""
    settings = ChatSettings(serving=tmp_path / "none.duckdb", secret=SECRET)
    with TestClient(create_app(settings)) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "publishes them" in answer.json()["detail"]


def test_an_unexpected_error_tells_nothing_of_the_inside(
    settings: ChatSettings,
    headers: Callable[..., dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A trace names files, tables and values."""

    def fail(*_: object) -> None:
        raise RuntimeError("secret_table of globex")

    monkeypatch.setattr("chat.routes.answer_in_steps", fail)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        answer = client.post("/api/chat", json={"question": "cost"}, headers=headers())

    assert answer.status_code == 500
    assert answer.json() == {"detail": "That went wrong here."}


def test_the_specification_names_every_answer(client: TestClient) -> None:
    """Client types are generated from it."""
    paths = client.get("/openapi.json").json()["paths"]

    assert set(paths) == {
        "/api/admin/usage",
        "/api/alerts",
        "/api/alerts/{alert_id}",
        "/api/chat",
        "/api/feedback",
        "/api/quick-stats",
        "/api/suggestions",
        "/healthz",
        "/readyz",
    }
    assert set(paths["/api/chat"]["post"]["responses"]) >= {
        "200", "401", "413", "422", "429", "503",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "set either LLM_COSTS_CHAT_SECRET"),
        ({"SECRET": "short"}, "fewer than 32 characters"),
        ({"SECRET": SECRET, "JWKS_URL": "https://k.example"}, "by one key"),
        ({"JWKS_URL": "http://k.example"}, "https://"),
        ({"SECRET": SECRET, "ORIGINS": "*"}, "any page"),
        ({"SECRET": SECRET, "QUESTIONS_PER_MINUTE": "0"}, "no number above 0"),
    ],
)
def test_a_wrong_setting_is_named(given: dict[str, str], told: str) -> None:
    """A chat that starts without a key would let everyone in, or nobody."""
    environment = {f"LLM_COSTS_CHAT_{name}": value for name, value in given.items()}

    with pytest.raises(SettingsError, match=told):
        read_chat_settings(environment)


def test_the_command_gives_tokens_that_the_api_takes(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first request of whoever tries the API."""
    monkeypatch.setenv("LLM_COSTS_CHAT_SECRET", SECRET)
    runner = CliRunner()

    given = runner.invoke(command, ["token", "--customer", "acme"])
    wrong = runner.invoke(command, ["token", "--role", "customer"])
    both = runner.invoke(command, ["token", "--role", "admin", "--customer", "acme"])

    headers = {"Authorization": f"Bearer {given.output.strip()}"}
    answer = _ask(client, headers, "cost by customer in October 2026")
    assert [row[0] for row in answer["rows"]] == ["acme"]
    assert wrong.exit_code == both.exit_code == 2
    assert "names one --customer" in wrong.output
