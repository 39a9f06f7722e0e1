"""The default wall: CPython compiled to WebAssembly, under wasmtime, in worker processes."""

from sandbox.wasm.wall import SHARING, WasmSandbox

__all__ = ["SHARING", "WasmSandbox"]
