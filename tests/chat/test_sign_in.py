"""Signing in: keys of an address and their rotation, scopes, limits, the audit log."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi.testclient import TestClient
from serving import serving

from chat import keys
from chat.app import create_app
from chat.audit import NAME, log, note, start_audit
from chat.auth import NotSignedIn, Person, TokenReader, issue_token
from chat.keys import KeysUnreachable
from chat.limits import Limits
from chat.protection import HEADERS
from chat.scope import Scope
from chat.settings import ChatSettings, SettingsError, read_chat_settings
from chat.store.owners import kept_customers, kept_scope

SECRET = "a secret of the tests that is long enough"
ORIGIN = "https://app.example.com"


class Issuer:
    """Serves public keys, and signs by them."""

    def __init__(self) -> None:
        """Begin with one key."""
        self.keys: dict[str, rsa.RSAPrivateKey] = {}
        self.asked = 0
        self.status = 200
        self.rotate("first")

    def rotate(self, *names: str) -> None:
        """Have these keys, and no others."""
        made = rsa.generate_private_key
        self.keys = {
            name: self.keys.get(name) or made(public_exponent=65537, key_size=2048)
            for name in names
        }

    def published(self) -> bytes:
        """Give the keys as an address does."""
        found = []
        for name, key in self.keys.items():
            read = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
            found.append({**read, "kid": name, "use": "sig", "alg": "RS256"})
        return json.dumps({"keys": found}).encode()

    def sign(self, name: str, **changed: Any) -> str:
        """Sign a token by a key."""
        claims = {
            "sub": "u",
            "iss": "llm-costs",
            "aud": "llm-costs",
            "exp": datetime.now(UTC) + timedelta(minutes=5),
            "role": "customer",
            "customer_id": "acme",
            **changed,
        }
        key = self.keys[name]
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": name})


@pytest.fixture
def issuer() -> Iterator[tuple[Issuer, str]]:
    """An issuer, and the address of its keys."""
    made = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked += 1
            self.send_response(made.status)
            self.end_headers()
            self.wfile.write(made.published())

        def log_message(self, *_: object) -> None:
            pass

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        yield made, f"{address}/jwks"


def _reader(url: str) -> TokenReader:
    return TokenReader(ChatSettings(serving=Path("none"), jwks_url=url))


def test_a_rotated_key_is_fetched_and_a_withdrawn_one_is_not_trusted(
    issuer: tuple[Issuer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a rotation nobody could sign in, or everybody with the stolen key."""
    made, url = issuer
    reader = _reader(url)
    old = made.sign("first")
    assert reader.read(old).scope == Scope.only(["acme"])
    made.rotate("second")
    new = made.sign("second")

    with pytest.raises(NotSignedIn):
        reader.read(new)
    # Half a minute later.
    client = reader._keys._client  # type: ignore[union-attr]
    monkeypatch.setattr(client, "cooldown_duration", 0)

    assert reader.read(new).scope == Scope.only(["acme"])
    with pytest.raises(NotSignedIn):
        reader.read(old)


def test_invented_keys_do_not_call_the_issuer_each_time(
    issuer: tuple[Issuer, str],
) -> None:
    """Anyone could have this service flood whoever signs its tokens."""
    made, url = issuer
    reader = _reader(url)
    reader.read(made.sign("first"))
    made.rotate("first", *(f"invented-{n}" for n in range(3)))

    for n in range(3):
        with pytest.raises(NotSignedIn):
            reader.read(made.sign(f"invented-{n}"))

    assert made.asked == 1


@pytest.mark.parametrize("status", [500, 302])
def test_an_issuer_that_does_not_answer_is_asked_once_in_a_while(
    issuer: tuple[Issuer, str], monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """Each request would wait for it, until none is left that could be answered."""
    made, url = issuer
    made.status = status
    settings = ChatSettings(serving=Path("none"), jwks_url=url)
    headers = {"Authorization": f"Bearer {made.sign('first')}"}

    with TestClient(create_app(settings)) as client:
        answers = [client.get("/api/suggestions", headers=headers) for _ in range(3)]
        asked = made.asked
        made.status = 200
        monkeypatch.setattr(keys, "PAUSE_SECONDS", 0)
        after = client.get("/api/suggestions", headers=headers)

    assert [one.status_code for one in answers] == [503, 503, 503]
    assert "cannot be reached" in answers[0].json()["detail"]
    assert url not in answers[0].text
    assert asked == 1
    assert after.status_code == 200


@pytest.mark.parametrize("claim", ["aud", "iss"])
def test_a_key_of_the_address_signs_for_this_service_only(
    issuer: tuple[Issuer, str], claim: str
) -> None:
    """An identity provider signs for many services by the same key."""
    made, url = issuer
    reader = _reader(url)

    with pytest.raises(NotSignedIn):
        reader.read(made.sign("first", **{claim: "another"}))
    with pytest.raises(NotSignedIn):
        reader.read(made.sign("first", exp=datetime.now(UTC) - timedelta(minutes=1)))
    with pytest.raises(KeysUnreachable):
        _reader("http://127.0.0.1:1/jwks").read(made.sign("first"))


def _signed(**claims: Any) -> str:
    return jwt.encode(
        {
            "sub": "u",
            "iss": "llm-costs",
            "aud": "llm-costs",
            "exp": datetime.now(UTC) + timedelta(minutes=5),
            **claims,
        },
        SECRET,
        algorithm="HS256",
    )


@pytest.fixture
def settings(built_warehouse: Path) -> ChatSettings:
    """Settings over the sample company's marts."""
    return ChatSettings(serving=built_warehouse, secret=SECRET, origins=(ORIGIN,))


def test_a_list_of_customers_narrows_every_role() -> None:
    """A list that is ignored shows all customers to who should see two."""
    reader = TokenReader(ChatSettings(serving=Path("none"), secret=SECRET))

    for role in ("finance", "admin", "account_manager"):
        person = reader.read(_signed(role=role, customers=["acme", "globex"]))
        assert person.scope == Scope.only(["acme", "globex"])
        # As it is kept with an alert, and read again by the daily job.
        assert kept_scope(role, kept_customers(person.scope)) == person.scope
    assert reader.read(_signed(role="admin")).scope == Scope.everything()
    for customers in ([], "*", [None], {"a": 1}, ["a"] * 1_001):
        with pytest.raises(NotSignedIn):
            reader.read(_signed(role="finance", customers=customers))


def test_an_admin_of_a_customer_is_no_admin_of_all() -> None:
    """Many applications call so whoever administers one customer's account."""
    reader = TokenReader(ChatSettings(serving=Path("none"), secret=SECRET))

    for role in ("admin", "finance"):
        with pytest.raises(NotSignedIn):
            reader.read(_signed(role=role, customer_id="acme"))


def test_an_admin_of_some_customers_is_not_told_what_others_asked(
    settings: ChatSettings,
) -> None:
    """Comments and questions of all customers are in the usage report."""
    with TestClient(create_app(settings)) as client:
        answers = [
            client.get(
                "/api/admin/usage",
                headers={"Authorization": f"Bearer {_signed(role='admin', **more)}"},
            ).status_code
            for more in ({}, {"customers": ["acme"]})
        ]

    assert answers == [200, 403]


def test_people_are_counted_apart_though_their_issuer_calls_them_alike() -> None:
    """One customer's user in a loop would keep another customer's from asking."""
    limits = Limits(per_minute=1)

    def person(*customers: str, role: Any = "customer") -> Person:
        return Person(subject="admin", role=role, scope=Scope.only(customers))

    assert limits.allows(person("acme"))
    assert not limits.allows(person("acme"))
    assert limits.allows(person("globex"))
    assert limits.allows(person("acme", role="account_manager"))
    assert limits.allows(
        Person(subject="admin", role="admin", scope=Scope.everything())
    )


def test_who_has_no_token_is_put_off_and_who_has_one_is_not(
    settings: ChatSettings,
) -> None:
    """Guessing must cost something, but not whoever shares the guesser's address."""
    app = create_app(settings)
    most = app.state.service.limits.refusals_per_minute
    good = {"Authorization": f"Bearer {_signed(role='finance')}"}
    with TestClient(app) as client:
        codes = [
            client.get(
                "/api/suggestions", headers={"Authorization": f"Bearer {n}"}
            ).status_code
            for n in range(most + 2)
        ]
        answer = client.get("/api/suggestions", headers=good)

    assert codes == [401] * most + [429] * 2
    assert answer.status_code == 200


def test_addresses_of_one_network_are_counted_as_one() -> None:
    """Whoever has one of the newer addresses has more than can be counted."""
    limits = Limits(per_minute=1, refusals_per_minute=1)

    assert limits.allows_refusal("2001:db8::1")
    assert not limits.allows_refusal("2001:db8::2")
    assert limits.allows_refusal("2001:db8:0:1::1")
    assert limits.allows_refusal("192.0.2.1")
    assert limits.allows_refusal("192.0.2.2")
    assert limits.allows_refusal("testclient")


@pytest.fixture
def audit_file(tmp_path: Path) -> Iterator[Path]:
    """The audit log, in a file."""
    path = tmp_path / "logs" / "audit.jsonl"
    start_audit(path)
    start_audit(path)
    yield path
    for handler in [one for one in log.handlers if one.name == NAME]:
        log.removeHandler(handler)
        handler.close()
    log.setLevel(logging.NOTSET)
    log.propagate = True


def _lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_the_audit_log_says_who_saw_whose_figures(
    settings: ChatSettings, audit_file: Path
) -> None:
    """After a stolen token somebody has to be able to say what it showed."""
    name = 'u\n{"event": "forged"}'
    token = issue_token(settings, subject=name, role="customer", customers=["acme"])
    with TestClient(create_app(settings)) as client:
        client.get("/api/quick-stats", headers={"Authorization": "Bearer forged"})
        answer = client.post(
            "/api/chat",
            json={"question": "my secret question"},
            headers={"Authorization": f"Bearer {token}"},
        ).json()

    refused, request, answered = _lines(audit_file)
    assert refused["event"] == "refused"
    assert refused["address"] == "testclient"
    assert (request["method"], request["path"]) == ("POST", "/api/chat")
    assert answered["event"] == "answer"
    assert answered["answer_id"] == answer["answer_id"]
    assert (answered["subject"], answered["customers"]) == (name, ["acme"])
    told = audit_file.read_text("utf-8")
    assert "secret question" not in told
    assert token not in told


def test_words_of_questions_are_in_the_audit_log_where_that_is_set(
    built_warehouse: Path, audit_file: Path
) -> None:
    """Some have to keep them, and must not find out later that they did not."""
    settings = ChatSettings(serving=built_warehouse, secret=SECRET, log_questions=True)
    token = issue_token(settings, subject="u", role="finance")
    with TestClient(create_app(settings)) as client:
        client.post(
            "/api/chat",
            json={"question": "cost last month"},
            headers={"Authorization": f"Bearer {token}"},
        )

    assert _lines(audit_file)[-1]["question"] == "cost last month"
    assert _lines(audit_file)[-1]["customers"] == "all"


def test_an_audit_log_without_a_file_goes_where_containers_look(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log that is written nowhere is missed on the day that it is needed."""
    monkeypatch.setattr(log, "handlers", [])
    monkeypatch.setattr(log, "level", logging.NOTSET)
    monkeypatch.setattr(log, "propagate", True)
    start_audit()

    note("refused", reason="no token")

    assert json.loads(capsys.readouterr().err)["reason"] == "no token"


def test_what_went_wrong_is_told_under_the_same_headers(
    settings: ChatSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of another origin would take it for a lost line, and try again."""

    def fail(*_: object) -> None:
        raise RuntimeError("secret_table of globex")

    monkeypatch.setattr("chat.routes.read_quick_stats", fail)
    headers = {
        "Authorization": f"Bearer {_signed(role='finance')}",
        "Origin": ORIGIN,
    }
    with TestClient(create_app(settings)) as client:
        answer = client.get("/api/quick-stats", headers=headers)

    assert answer.status_code == 500
    assert answer.json() == {"detail": "That went wrong here."}
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


def test_a_page_of_another_origin_may_read_how_long_to_wait(
    settings: ChatSettings,
) -> None:
    """Without it the widget waits a minute, whatever the service says."""
    with TestClient(create_app(settings)) as client:
        answer = client.get("/healthz", headers={"Origin": ORIGIN})

    assert answer.headers["access-control-expose-headers"] == "Retry-After"


@pytest.mark.parametrize(
    "origin",
    ["https://app.example.com/", "app.example.com", "https://App.example.com", "null"],
)
def test_an_origin_that_no_browser_sends_is_told_of(origin: str) -> None:
    """The page would be kept out, and nobody would know why."""
    environment = {
        "LLM_COSTS_CHAT_SECRET": SECRET,
        "LLM_COSTS_CHAT_ORIGINS": f"{ORIGIN}, {origin}",
    }

    with pytest.raises(SettingsError, match="is no origin"):
        read_chat_settings(environment)


def test_where_files_are_on_the_machine_is_not_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A path names users and folders to whoever asks at the wrong moment."""
    settings = ChatSettings(serving=tmp_path / "none.duckdb", secret=SECRET)
    headers = {"Authorization": f"Bearer {_signed(role='finance')}"}
    with TestClient(create_app(settings)) as client:
        answers = [
            client.get("/readyz"),
            client.get("/api/quick-stats", headers=headers),
            client.post("/api/chat", json={"question": "cost"}, headers=headers),
        ]

    assert all(str(tmp_path) not in one.text for one in answers)
    assert str(tmp_path) in caplog.text
