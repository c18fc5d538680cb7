"""A Grafana that speaks its HTTP API as documented, and refuses what is not documented.

The real one ignores fields that it does not know, so a misspelt one would be lost there
in silence; this one answers 400. It keeps organisations apart by who asks, gives no
secret back, compares versions, and adds the defaults that the real one adds.
"""

from __future__ import annotations

import base64
import copy
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from grafana_bodies import check

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any
TOKEN = "glsa_test"
ADMIN = ("admin", "admin-password")
REDACTED = "[REDACTED]"
SECRET_SETTINGS = {
    "slack": {"url", "token"},
    "webhook": {"authorization_credentials", "password"},
    "email": set(),
}


class Answer(Exception):  # noqa: N818 - every answer that is no 200
    """An answer with another status."""

    def __init__(self, status: int, body: Json) -> None:
        """Say which."""
        super().__init__(str(body))
        self.status, self.body = status, body


@dataclass
class Organisation:
    """What one organisation holds."""

    id: int
    name: str
    folders: dict[str, Json] = field(default_factory=dict)
    sources: dict[str, Json] = field(default_factory=dict)
    secrets: dict[str, Json] = field(default_factory=dict)
    dashboards: dict[str, list[Json]] = field(default_factory=dict)
    rules: dict[str, Json] = field(default_factory=dict)
    intervals: dict[tuple[str, str], int] = field(default_factory=dict)
    points: dict[str, Json] = field(default_factory=dict)
    templates: dict[str, Json] = field(default_factory=dict)
    policies: Json = field(
        default_factory=lambda: {
            "receiver": "grafana-default-email",
            "group_by": ["grafana_folder", "alertname"],
        }
    )
    members: dict[str, str] = field(default_factory=dict)


class GrafanaServer:
    """The server; a context."""

    def __init__(self) -> None:
        """Begin with one organisation, an administrator and one more user."""
        self.organisations = {
            1: Organisation(1, "Main Org.", members={"admin": "Admin"})
        }
        self.users = {"admin": "admin@example.com", "ann": "ann@acme.example"}
        self.requests: list[tuple[str, str, int]] = []
        self.permitted: Callable[[str, str], bool] = lambda _method, _path: True
        self.unhealthy: set[str] = set()
        # Answers that are given before anything is looked at, by beginning of the path.
        self.broken: dict[str, tuple[int, str, dict[str, str]]] = {}
        self.before: Callable[[str, str], None] = lambda _method, _path: None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        """Serve."""
        threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.02},
            daemon=True,
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def main(self) -> Organisation:
        """The organisation that there always is."""
        return self.organisations[1]

    @property
    def writes(self) -> list[tuple[str, str, int]]:
        """Requests that were not only reading."""
        return [each for each in self.requests if each[0] != "GET"]

    def answer(
        self, method: str, url: str, headers: Any, body: bytes
    ) -> tuple[int, Json]:
        """Answer one request."""
        path = urlsplit(url).path
        query = {key: value[-1] for key, value in parse_qs(urlsplit(url).query).items()}
        self.before(method, path)
        try:
            given = json.loads(body) if body else None
            status, said = 200, self._route(method, path, query, headers, given)
            if isinstance(said, Answer):
                status, said = said.status, said.body
        except Answer as answer:
            status, said = answer.status, answer.body
        self.requests.append((method, path, status))
        return status, said

    def _caller(self, headers: Any) -> tuple[str, Organisation | None]:
        scheme, _, value = headers.get("Authorization", "").partition(" ")
        if scheme == "Bearer" and value == TOKEN:
            # A token is of one organisation, whatever the header says.
            return "token", self.main
        if scheme == "Basic":
            pair = tuple(base64.b64decode(value).decode().split(":", 1))
            if pair == ADMIN:
                number = int(headers.get("X-Grafana-Org-Id", "1"))
                organisation = self.organisations.get(number)
                if organisation is None or "admin" not in organisation.members:
                    return "admin", None
                return "admin", organisation
        raise Answer(401, {"message": "Invalid username or password"})

    def _route(
        self, method: str, path: str, query: dict[str, str], headers: Any, body: Json
    ) -> Json:
        caller, organisation = self._caller(headers)
        if not self.permitted(method, path):
            message = "You'll need additional permissions to perform this action."
            raise Answer(403, {"message": message, "title": "Access denied"})
        parts = [unquote(each) for each in path.strip("/").split("/")]
        if parts[:2] == ["api", "orgs"]:
            if caller != "admin":
                raise Answer(403, {"message": "Permission denied"})
            return _Orgs(self).answer(method, parts[2:], body)
        if organisation is None:
            raise Answer(401, {"message": "Unauthorized"})
        disabled = headers.get("X-Disable-Provenance") == "true"
        there = _There(self, organisation, "" if disabled else "api")
        key = "/".join(parts[1:4]) if parts[1] == "v1" else parts[1]
        name = "_" + key.replace("/", "_").replace("-", "_")
        known = getattr(there, name, None)
        if parts[0] != "api" or known is None:
            raise Answer(404, {"message": "Not found"})
        rest = parts[4:] if parts[1] == "v1" else parts[2:]
        return known(method, rest, body, query)


def _wrong(method: str, rest: list[str]) -> Answer:
    return Answer(405, {"message": f"Method not allowed: {method} {rest}"})


@dataclass
class _Orgs:
    """Organisations, which only the administrator of the server sees."""

    server: GrafanaServer

    def answer(  # noqa: C901 - as many branches as the interface has
        self, method: str, rest: list[str], body: Json
    ) -> Json:
        there = self.server.organisations
        match method, rest:
            case "POST", []:
                check("organisation", body)
                if body["name"] in {each.name for each in there.values()}:
                    raise Answer(409, {"message": "Organization name taken"})
                number = max(there) + 1
                members = {"admin": "Admin"}
                there[number] = Organisation(number, body["name"], members=members)
                return {"orgId": number, "message": "Organization created"}
            case "GET", ["name", name]:
                for each in there.values():
                    if each.name == name:
                        return {"id": each.id, "name": each.name, "address": {}}
                raise Answer(404, {"message": "Organization not found"})
            case "GET", [number, "users"]:
                return [
                    {
                        "orgId": int(number),
                        "userId": place,
                        "login": login,
                        "email": self.server.users[login],
                        "role": role,
                    }
                    for place, (login, role) in enumerate(
                        there[int(number)].members.items(), start=1
                    )
                ]
            case "POST", [number, "users"]:
                check("member", body)
                for login, email in self.server.users.items():
                    if body["loginOrEmail"] in {login, email}:
                        members = there[int(number)].members
                        if login in members:
                            message = "User is already member of this organization"
                            raise Answer(409, {"message": message})
                        members[login] = body["role"]
                        return {"message": "User added to organization", "userId": 9}
                raise Answer(404, {"message": "User not found"})
        raise _wrong(method, rest)


@dataclass
class _There:
    """What one organisation answers."""

    server: GrafanaServer
    org: Organisation
    provenance: str

    def _org(self, method: str, rest: list[str], _body: Json, _query: Json) -> Json:
        if (method, rest) != ("GET", []):
            raise _wrong(method, rest)
        return {"id": self.org.id, "name": self.org.name}

    def _folders(self, method: str, rest: list[str], body: Json, _query: Json) -> Json:
        match method, rest:
            case "GET", [uid]:
                if uid not in self.org.folders:
                    raise Answer(404, {"message": "folder not found"})
                return self.org.folders[uid]
            case "POST", []:
                check("folder", body)
                if body["uid"] in self.org.folders:
                    raise Answer(412, {"message": "a folder with this uid exists"})
                titles = {each["title"] for each in self.org.folders.values()}
                if body["title"] in titles:
                    raise Answer(409, {"message": "a folder with this name exists"})
                self.org.folders[body["uid"]] = {**body, "version": 1}
                return self.org.folders[body["uid"]]
        raise _wrong(method, rest)

    def _datasources(  # noqa: C901 - as many branches as the interface has
        self, method: str, rest: list[str], body: Json, _query: Json
    ) -> Json:
        sources = self.org.sources
        match method, rest:
            case "GET", []:
                return list(sources.values())
            case "GET", ["uid", uid]:
                if uid not in sources:
                    raise Answer(404, {"message": "Data source not found"})
                return sources[uid]
            case "GET", ["uid", uid, "health"]:
                if uid in self.server.unhealthy:
                    raise Answer(400, {"status": "ERROR", "message": "password wrong"})
                return {"status": "OK", "message": "Database Connection OK"}
            case "POST", []:
                check("source", body)
                names = {each["name"] for each in sources.values()}
                if body["uid"] in sources or body["name"] in names:
                    message = "data source with the same name already exists"
                    raise Answer(409, {"message": message})
                return self._keep_source(body, version=1)
            case "PUT", ["uid", uid]:
                check("source", body)
                if uid not in sources:
                    raise Answer(404, {"message": "Data source not found"})
                if sources[uid]["readOnly"]:
                    message = "Cannot update read-only data source"
                    raise Answer(403, {"message": message})
                return self._keep_source(body, version=sources[uid]["version"] + 1)
        raise _wrong(method, rest)

    def _keep_source(self, body: Json, version: int) -> Json:
        uid, secrets = body["uid"], body.get("secureJsonData", {})
        plain = {key: value for key, value in body.items() if key != "secureJsonData"}
        kept = self.org.secrets.setdefault(uid, {})
        kept.update(secrets)
        self.org.sources[uid] = {
            "id": 7,
            "orgId": self.org.id,
            "url": "",
            "user": "",
            "database": "",
            "basicAuth": False,
            "isDefault": False,
            "readOnly": False,
            **copy.deepcopy(plain),
            "secureJsonFields": dict.fromkeys(kept, True),
            "version": version,
        }
        return {"datasource": self.org.sources[uid], "message": "Datasource added"}

    def _search(self, method: str, rest: list[str], _body: Json, query: Json) -> Json:
        if (method, rest) != ("GET", []) or query["type"] != "dash-db":
            raise _wrong(method, rest)
        newest = [each[-1] for each in self.org.dashboards.values()]
        return [
            {
                "uid": each["dashboard"]["uid"],
                "title": each["dashboard"]["title"],
                "type": "dash-db",
                "tags": each["dashboard"].get("tags", []),
                "folderUid": each["folderUid"],
            }
            for each in newest
            if each["folderUid"] == query["folderUIDs"]
        ]

    def _dashboards(
        self, method: str, rest: list[str], body: Json, query: Json
    ) -> Json:
        there = self.org.dashboards
        match method, rest:
            case "GET", ["uid", uid]:
                if uid not in there:
                    raise Answer(404, {"message": "Dashboard not found"})
                newest = there[uid][-1]
                provisioned = newest.get("provisioned", False)
                return {
                    "dashboard": newest["dashboard"],
                    "meta": {
                        "folderUid": newest["folderUid"],
                        "provisioned": provisioned,
                        "version": newest["dashboard"]["version"],
                    },
                }
            case "GET", ["uid", uid, "versions"]:
                versions = [
                    {
                        "version": each["dashboard"]["version"],
                        "message": each["message"],
                    }
                    for each in reversed(there[uid])
                ][: int(query["limit"])]
                return {"continueToken": "", "versions": versions}
            case "DELETE", ["uid", uid]:
                del there[uid]
                return {"title": uid, "message": "Dashboard deleted"}
            case "POST", ["db"]:
                return self._save(body)
        raise _wrong(method, rest)

    def _save(self, body: Json) -> Json:
        check("dashboard", body)
        dashboard, there = copy.deepcopy(body["dashboard"]), self.org.dashboards
        uid = dashboard["uid"]
        if body["folderUid"] and body["folderUid"] not in self.org.folders:
            raise Answer(400, {"message": "folder not found"})
        if uid in there:
            newest = there[uid][-1]
            if newest.get("provisioned"):
                message = "Cannot save provisioned dashboard"
                raise Answer(400, {"message": message})
            if dashboard.get("version") != newest["dashboard"]["version"]:
                message = "The dashboard has been changed by someone else"
                raise Answer(412, {"message": message, "status": "version-mismatch"})
        version = len(there.get(uid, [])) + 1
        dashboard |= {"id": 40 + version, "version": version}
        there.setdefault(uid, []).append(
            {
                "dashboard": dashboard,
                "message": body["message"],
                "folderUid": body["folderUid"],
            }
        )
        return {"uid": uid, "status": "success", "version": version}

    # --- alerting ----------------------------------------------------------------

    def _v1_provisioning_alert_rules(
        self, method: str, rest: list[str], _body: Json, _query: Json
    ) -> Json:
        match method, rest:
            case "GET", []:
                return list(self.org.rules.values())
            case "DELETE", [uid]:
                self._may_change(self.org.rules[uid])
                del self.org.rules[uid]
                return Answer(204, None)
        raise _wrong(method, rest)

    def _v1_provisioning_folder(
        self, method: str, rest: list[str], body: Json, _query: Json
    ) -> Json:
        folder, kind, group = rest
        if kind != "rule-groups":
            raise _wrong(method, rest)
        inside = [
            each
            for each in self.org.rules.values()
            if (each["folderUID"], each["ruleGroup"]) == (folder, group)
        ]
        if method == "GET":
            if not inside:
                raise Answer(404, {"message": "rule group not found"})
            return {
                "title": group,
                "folderUid": folder,
                "interval": self.org.intervals[folder, group],
                "rules": inside,
            }
        if method != "PUT":
            raise _wrong(method, rest)
        self._refuse_group(folder, body)
        # What is not named is gone.
        for rule in inside:
            del self.org.rules[rule["uid"]]
        for rule in body["rules"]:
            self.org.rules[rule["uid"]] = self._with_defaults(rule)
        self.org.intervals[folder, group] = body["interval"]
        return body

    def _refuse_group(self, folder: str, body: Json) -> None:
        check("group", body)
        if folder not in self.org.folders:
            raise Answer(400, {"message": "folder does not exist"})
        titles = [each["title"] for each in body["rules"]]
        if len(set(titles)) < len(titles):
            raise Answer(400, {"message": "a title is used twice"})
        for rule in body["rules"]:
            if rule["orgID"] != self.org.id or rule["folderUID"] != folder:
                raise Answer(400, {"message": "another organisation or folder"})
            if rule["uid"] in self.org.rules:
                self._may_change(self.org.rules[rule["uid"]])

    def _with_defaults(self, rule: Json) -> Json:
        kept = copy.deepcopy(rule)
        for query in kept["data"]:
            query["model"].setdefault("intervalMs", 1000)
            query["model"].setdefault("maxDataPoints", 43200)
        kept |= {
            "id": 3,
            "updated": "2026-11-28T00:00:00Z",
            "notification_settings": None,
        }
        return kept | {"provenance": self.provenance}

    def _may_change(self, there: Json) -> None:
        allowed = {("", ""), ("", "api"), ("api", "api"), ("api", "")}
        if (there.get("provenance", ""), self.provenance) not in allowed:
            message = f"cannot change provenance from '{there['provenance']}'"
            raise Answer(409, {"message": message})

    def _v1_provisioning_contact_points(
        self, method: str, rest: list[str], body: Json, _query: Json
    ) -> Json:
        points = self.org.points
        match method, rest:
            case "GET", []:
                return [self._shown(each) for each in points.values()]
            case "POST", []:
                check("point", body)
                if body["uid"] in points:
                    raise Answer(400, {"message": "uid already exists"})
                points[body["uid"]] = {**body, "provenance": self.provenance}
                return Answer(202, body)
            case "PUT", [uid]:
                check("point", body)
                self._may_change(points[uid])
                points[uid] = {**body, "provenance": self.provenance}
                return Answer(202, {"message": "contactpoint updated"})
        raise _wrong(method, rest)

    @staticmethod
    def _shown(point: Json) -> Json:
        settings = {
            key: REDACTED if key in SECRET_SETTINGS[point["type"]] and value else value
            for key, value in point["settings"].items()
        }
        return {**point, "settings": settings}

    def _v1_provisioning_templates(
        self, method: str, rest: list[str], body: Json, _query: Json
    ) -> Json:
        (name,) = rest
        there = self.org.templates.get(name)
        if method == "GET":
            if there is None:
                raise Answer(404, {"message": "template not found"})
            return there
        if method != "PUT":
            raise _wrong(method, rest)
        check("template", body)
        if body["version"] != (there or {}).get("version", ""):
            raise Answer(409, {"message": "version conflict"})
        if there:
            self._may_change(there)
        self.org.templates[name] = {
            "name": name,
            "template": body["template"],
            "version": f"{hash(body['template']) & 0xFFFFFF:x}",
            "provenance": self.provenance,
        }
        return Answer(202, self.org.templates[name])

    def _v1_provisioning_policies(
        self, method: str, rest: list[str], body: Json, _query: Json
    ) -> Json:
        if rest:
            raise _wrong(method, rest)
        if method == "GET":
            return copy.deepcopy(self.org.policies)
        if method != "PUT":
            raise _wrong(method, rest)
        check("policy", body)
        self._may_change(self.org.policies)
        names = {each["name"] for each in self.org.points.values()}
        names.add("grafana-default-email")

        def receivers(route: Json) -> set[str]:
            below = (receivers(each) for each in route.get("routes", []))
            return {route["receiver"]}.union(*below)

        if not receivers(body) <= names:
            raise Answer(400, {"message": "receiver does not exist"})
        provenance = {"provenance": self.provenance} if self.provenance else {}
        self.org.policies = {**copy.deepcopy(body), **provenance}
        return Answer(202, {"message": "policies updated"})


def _handler(server: GrafanaServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Reads a request, writes an answer."""

        protocol_version = "HTTP/1.1"
        # Headers and body go out by themselves; the second would wait for the first.
        disable_nagle_algorithm = True

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            for beginning, (status, text, headers) in server.broken.items():
                if self.path.startswith(beginning):
                    return self._send(status, text.encode(), headers)
            status, said = server.answer(self.command, self.path, self.headers, body)
            text = b"" if said is None else json.dumps(said).encode()
            return self._send(status, text, {"Content-Type": "application/json"})

        def _send(self, status: int, text: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text if status != 204 else b"")

        do_GET = do_POST = do_PUT = do_DELETE = _do  # noqa: N815 - its names

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    return Handler
