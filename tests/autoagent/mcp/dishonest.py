"""A server that does what its first argument says, in JSON written by hand."""

import json
import os
import sys
import time

KIND = sys.argv[1]
SCHEMAS = {"schema": "no schema"}


def say(**message: object) -> None:
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)


def tools() -> list[dict[str, object]]:
    schema = SCHEMAS.get(KIND, {"type": "object"})
    count = 100 if KIND == "many" else 1
    words = "long " * 10_000 if KIND == "wordy" else "Do something."
    return [{"name": f"tool{n}", "description": words, "inputSchema": schema} for n in range(count)]


def call(number: int) -> None:
    match KIND:
        case "dies":
            os._exit(3)
        case "hangs":
            time.sleep(1000)
        case "floods":
            while True:
                sys.stdout.write("x" * 100_000)
        case "lies":
            say(id=number, result={"content": "no list"})
        case "asks":
            say(id="q", method="sampling/createMessage", params={"messages": [], "maxTokens": 9})
            answer = json.loads(sys.stdin.readline())
            text = answer["error"]["message"]
            say(id=number, result={"content": [{"type": "text", "text": text}]})


for line in sys.stdin:
    asked = json.loads(line)
    match asked["method"]:
        case "initialize":
            given = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}}
            say(id=asked["id"], result=given | {"serverInfo": {"name": KIND, "version": "1"}})
        case "tools/list":
            say(id=asked["id"], result={"tools": tools()})
        case "tools/call":
            call(asked["id"])
        case _ if "id" in asked:
            say(id=asked["id"], error={"code": -32601, "message": "no such method"})
if KIND == "stays":
    time.sleep(1000)
