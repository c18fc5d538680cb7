"""A server that speaks Anthropic's Messages API, as far as the chat needs it.

Requests are checked for what the API requires of them (key, version, model, messages,
tools) and kept; replies are scripted by the test: a tool call, a text, an error with
its documented type, a stream of events. Nothing leaves the machine.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}
KEY = "test-key-of-nobody"


@dataclass
class Reply:
    """What the server answers.

    Attributes:
        status: HTTP status.
        content: Content blocks of the message.
        stop_reason: Why it ended.
        headers: More headers.
        raw: The body, as it is, instead of a message.
        seconds: How long it takes until then.
        breaks_after: For a stream, after how many events it fails as overloaded.
        usage: Tokens in and out.
    """

    status: int = 200
    content: list[dict[str, Any]] = field(default_factory=list)
    stop_reason: str = "end_turn"
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    seconds: float = 0
    breaks_after: int | None = None
    usage: tuple[int, int] = (1_200, 80)


def tool_call(name: str, arguments: dict[str, Any]) -> Reply:
    """Give a call of a tool."""
    block = {"type": "tool_use", "id": "toolu_1", "name": name, "input": arguments}
    return Reply(content=[block], stop_reason="tool_use")


def text(words: str, **more: Any) -> Reply:
    """Give words."""
    return Reply(content=[{"type": "text", "text": words}], **more)


def error(status: int, **headers: str) -> Reply:
    """Give one of the documented errors."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, headers=named)


@dataclass
class AnthropicServer:
    """The running server.

    Attributes:
        url: Where it listens.
        replies: What it answers next; a function gets the request.
        requests: What it was sent.
    """

    url: str
    replies: list[Reply | Callable[[dict[str, Any]], Reply]] = field(
        default_factory=list
    )
    requests: list[dict[str, Any]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def next_reply(self, request: dict[str, Any]) -> Reply:
        """Give the next reply; the last one is given for all that follow."""
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return reply(request) if callable(reply) else reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    state: AnthropicServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body go out by themselves; the second would wait for the first.
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        request = json.loads(self.rfile.read(size))
        problem = _problem(self.path, dict(self.headers), request)
        if problem:
            self._send_error(*problem, {})
            return
        state = self.server.state
        state.requests.append(request)
        reply = state.next_reply(request)
        state.ended.wait(reply.seconds)
        if reply.raw is not None:
            self._send(reply.status, reply.raw, reply.headers)
        elif reply.status != 200:
            self._send_error(reply.status, "As scripted.", reply.headers)
        elif request.get("stream"):
            self._stream(request, reply)
        else:
            body = json.dumps(_message(request, reply)).encode()
            self._send(200, body, reply.headers)

    def _stream(self, request: dict[str, Any], reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        events = list(_events(request, reply))
        if reply.breaks_after is not None:
            events = [*events[: reply.breaks_after], _error_body(529, "Overloaded")]
        for event in events:
            line = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
            self.wfile.write(line.encode())
            self.wfile.flush()

    def _send_error(self, status: int, message: str, headers: dict[str, str]) -> None:
        body = json.dumps(_error_body(status, message)).encode()
        self._send(status, body, headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("request-id", "req_test")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep the test's output clean."""


@contextmanager
def run_anthropic_server() -> Iterator[AnthropicServer]:
    """Run a server on a free port."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.state = AnthropicServer(url=f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.state
    finally:
        server.state.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _problem(
    path: str, headers: dict[str, str], request: dict[str, Any]
) -> tuple[int, str] | None:
    """Say what the API would refuse first."""
    lower = {name.lower(): value for name, value in headers.items()}
    tools = request.get("tools", [])
    # The SDK has sent the key by either header.
    bearer = lower.get("authorization", "").removeprefix("Bearer ")
    keys = {lower.get("x-api-key"), bearer}
    names = [tool["name"] for tool in tools]
    schemas = [tool["input_schema"].get("type") for tool in tools]
    choice = request.get("tool_choice", {}).get("type")
    fields = ("model", "max_tokens", "messages")
    missing = [name for name in fields if name not in request]
    messages = request.get("messages") or [{}]
    rules = (
        (path.split("?", maxsplit=1)[0] != "/v1/messages", 404, f"Not found: {path}"),
        (KEY not in keys, 401, "invalid x-api-key"),
        ("anthropic-version" not in lower, 400, "anthropic-version: is required"),
        (bool(missing), 400, f"{missing}: Field required"),
        (len(names) != len(set(names)), 400, "tools: Tool names must be unique."),
        (any(one != "object" for one in schemas), 400, "input_schema.type: Required"),
        (choice not in {None, "auto", "any", "tool", "none"}, 400, "tool_choice"),
        (messages[0].get("role") != "user", 400, "messages: first must be user"),
    )
    return next(((code, said) for broken, code, said in rules if broken), None)


def _error_body(status: int, message: str) -> dict[str, Any]:
    return {
        "type": "error",
        "error": {"type": ERROR_TYPES[status], "message": message},
        "request_id": "req_test",
    }


def _message(request: dict[str, Any], reply: Reply) -> dict[str, Any]:
    read, written = reply.usage
    return {
        "id": "msg_test",
        "type": "message",
        "role": "assistant",
        "model": request["model"],
        "content": reply.content,
        "stop_reason": reply.stop_reason,
        "stop_sequence": None,
        "usage": {"input_tokens": read, "output_tokens": written},
    }


def _events(request: dict[str, Any], reply: Reply) -> Iterator[dict[str, Any]]:
    message = _message(request, reply)
    begun = {**message, "content": [], "stop_reason": None}
    yield {"type": "message_start", "message": begun}
    yield {"type": "ping"}
    for index, block in enumerate(reply.content):
        is_text = block["type"] == "text"
        empty = {**block, **({"text": ""} if is_text else {"input": {}})}
        yield {"type": "content_block_start", "index": index, "content_block": empty}
        whole = block["text"] if is_text else json.dumps(block["input"])
        for at in range(0, len(whole), 7):
            piece = whole[at : at + 7]
            delta = (
                {"type": "text_delta", "text": piece}
                if is_text
                else {"type": "input_json_delta", "partial_json": piece}
            )
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": reply.stop_reason, "stop_sequence": None},
        "usage": {"output_tokens": reply.usage[1]},
    }
    yield {"type": "message_stop"}
