"""GoogleSQL's analyser and evaluator, started fast.

PyPI's ``zetasql`` compiles 28 MB of WebAssembly at every start, half a minute, and
copies memory byte by byte in Python. Here the compiled module is kept in a cache folder
and memory is copied in one go.
"""

import ctypes
import hashlib
import importlib.metadata
import os
from pathlib import Path
from typing import TypeVar

from google._upb import _message
from google.protobuf.message import Message
from wasmtime import Config, Engine, Linker, Module, Store, WasiConfig
from zetasql.core.wasm_client import WasmClient, get_tzinfo_dir
from zetasql.wasi import get_wasm_path

CACHE_VARIABLE = "LLM_COSTS_TEST_CACHE"
Answer = TypeVar("Answer", bound=Message)
# A concatenation of many columns is a tree deeper than the 100 levels usually read.
_message.SetAllowOversizeProtos(True)  # noqa: FBT003


class GoogleSqlService(WasmClient):
    """GoogleSQL's local service in this process; one call at a time."""

    def __init__(self) -> None:
        """Start it; the first time on a machine this takes half a minute."""
        wasi = WasiConfig()
        wasi.inherit_stderr()
        zones = get_tzinfo_dir()
        assert zones, "The package tzdata is missing: pip install tzdata"
        wasi.preopen_dir(zones, "/usr/share/zoneinfo")
        config = Config()
        config.shared_memory = True
        engine = Engine(config)
        self.store = Store(engine)
        self.store.set_wasi(wasi)
        self.module = compiled_module(engine, Path(get_wasm_path()))
        linker = Linker(engine)
        linker.define_wasi()
        self.instance = linker.instantiate(self.store, self.module)
        self.exports = self.instance.exports(self.store)
        self.exports["_initialize"](self.store)
        self.memory = self.exports["memory"]

    def call(self, name: str, request: Message, answer: type[Answer]) -> Answer:
        """Call one of the service's methods."""
        return self.call_grpc_func(f"ZetaSqlLocalService_{name}", request, answer)

    def write_bytes(self, ptr: int, data: bytes) -> None:
        """Copy into the module's memory."""
        ctypes.memmove(self._address() + ptr, data, len(data))

    def read_bytes(self, ptr: int, size: int) -> bytes:
        """Copy out of the module's memory."""
        return ctypes.string_at(self._address() + ptr, size)

    def _address(self) -> int:
        # Asked each time: the memory moves when it grows.
        return ctypes.addressof(self.memory.data_ptr().contents)


def cache_folder() -> Path:
    """Where compiled modules are kept: never in the repository."""
    chosen = os.environ.get(CACHE_VARIABLE)
    if chosen:
        return Path(chosen)
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "llm-costs-tests"


def compiled_module(engine: Engine, wasm: Path) -> Module:
    """Give the compiled module, from the cache where it has been compiled before."""
    key = hashlib.sha256(wasm.read_bytes())
    key.update(importlib.metadata.version("wasmtime").encode())
    cached = cache_folder() / f"zetasql-{key.hexdigest()[:20]}.cwasm"
    if cached.exists():
        return Module.deserialize_file(engine, str(cached))
    module = Module.from_file(engine, str(wasm))
    cached.parent.mkdir(parents=True, exist_ok=True)
    # Renamed into place, so that another worker never reads half of it.
    unfinished = cached.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(module.serialize())
    unfinished.replace(cached)
    return module
