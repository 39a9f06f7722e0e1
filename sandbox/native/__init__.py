"""Guests in a real CPython process: what the jailed-process and the container wall share."""

from sandbox.native.native_session import Channel, NativeSession
from sandbox.native.tree import lay_out

__all__ = ["Channel", "NativeSession", "lay_out"]
