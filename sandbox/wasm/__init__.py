"""The default wall: CPython compiled to WebAssembly, under wasmtime, in worker processes."""

from sandbox.wasm.wall import WasmSandbox

__all__ = ["WasmSandbox"]
