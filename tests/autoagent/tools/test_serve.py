"""The server of tools, as the official client finds it."""

import json
import subprocess
import sys

import anyio
import pytest

pytest.importorskip("mcp")

import httpx2
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from autoagent.mcp import Servers
from autoagent.skills import SkillContext
from autoagent.tools import Offer
from tests.conftest import free_port
from tests.served import Call, asked, given
from tests.waiting import soon

__all__ = ["given"]

TOOLS = {
    *("run_python", "write_file", "read_file", "interrupt", "reset", "fork", "score", "translate"),
}


def test_python_is_run_and_files_are_kept(given: Offer) -> None:
    async def talk(client: Client, call: Call) -> None:
        assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
        assert (await call("run_python", code="x = 41\nx + 1"))["value"] == "42"
        assert "main" in str(await call("fork", session="main", new="other"))
        assert (await call("run_python", code="x", session="other"))["value"] == "41"
        await call("write_file", name="a.bin", base64="AP8=")
        assert (await call("run_python", code="open('a.bin', 'rb').read()"))["value"] == (
            r"b'\x00\xff'"
        )
        assert await call("read_file", name="a.bin") == {"base64": "AP8="}
        assert "there is no file 'b'" in await call("read_file", name="b")
        assert "base64 is none" in await call("write_file", name="b", base64="?")
        long = await call("run_python", code="print('x' * 100_000)")
        assert long["stdout"].endswith("[... 50001 characters more]")
        await call("reset")
        assert "NameError" in (await call("run_python", code="x"))["error"]

    asked(given, talk)


def test_a_client_that_is_gone_stops_its_call(given: Offer) -> None:
    async def talk(client: Client, call: Call) -> None:
        await call("run_python", code="x = 1")
        with anyio.move_on_after(0.5):
            await call("run_python", code="while True: pass")
        while "busy" in str(ran := await call("run_python", code="x")):
            await anyio.sleep(0.05)
        assert ran["value"] == "1"

    asked(given, talk)


def test_over_standard_streams_whatever_is_sent() -> None:
    async def talk() -> None:
        command = StdioServerParameters(command=sys.executable, args=["-m", "autoagent", "mcp"])
        async with Client(command) as client:
            result = await client.call_tool("run_python", {"code": "6 * 7"})
            assert result.structured_content is not None
            assert result.structured_content["value"] == "42"

    anyio.run(talk)
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    sent = b"x" * (20 << 20) + b"\n" + json.dumps(hello).encode() + b"\n"
    done = subprocess.run(
        [sys.executable, "-m", "autoagent", "mcp"], input=sent, capture_output=True, timeout=240
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["result"]["serverInfo"]["name"] for each in said if each.get("id") == 1] == [
        "autoagent"
    ]
    assert b"Traceback" not in done.stderr


def test_over_http_with_the_token_and_from_an_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOAGENT_MCP_TOKEN", "secret")
    port = free_port()
    url = f"http://127.0.0.1:{port}/mcp"
    command = [sys.executable, "-m", "autoagent", "mcp", "--http", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            assert soon(lambda: _reached(url) or process.poll() is not None, 240)
            for headers in ({}, {"Authorization": "Bearer other"}):
                refused = httpx2.post(url, json={}, headers=headers, trust_env=False)
                assert refused.status_code == 401
            bearing = {"Authorization": "Bearer secret"}
            large = httpx2.post(url, content=b"x" * (9 << 20), headers=bearing, trust_env=False)
            assert large.status_code == 413
            servers = Servers([url.replace("//", "//secret@")], (), lambda line: None)
            (run,) = (tool for tool in servers.tools if tool.name == "run_python")
            context = SkillContext(now=0.0, born=0.0, steps=0, seed=0, history=())
            assert run.call({"code": "6 * 7"}, context)["value"] == "42"
            servers.close()
        finally:
            process.terminate()


def _reached(url: str) -> bool:
    try:
        httpx2.post(url, json={}, trust_env=False)
    except httpx2.TransportError:
        return False
    return True
