"""The jailed-process wall: CPython at full speed behind what the Linux kernel can close."""

from sandbox.process.wall import ProcessSandbox

__all__ = ["ProcessSandbox"]
