import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("inspect_ai")

from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import Model, ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import includes
from inspect_ai.solver import generate, use_tools
from inspect_ai.tool import bash, python
from inspect_ai.util import (
    OutputLimitExceededError,
    SandboxEnvironmentSpec,
    SandboxUserUnsupportedError,
)
from inspect_ai.util._sandbox.limits import override_max_exec_output_size

from autoagent.integrations.inspect_sandbox import JailConfig, JailEnvironment
from sandbox.session import SandboxError
from tests.walls import missing


@pytest.fixture(scope="module")
def jail() -> Iterator[JailEnvironment]:
    try:
        asyncio.run(JailEnvironment.task_init("test", None))
    except SandboxError as error:
        missing("process", error)
    made = JailEnvironment(JailConfig())
    yield made
    made.close()


def answered(*outputs: ModelOutput) -> Model:
    """Return a model that says these; what they cost is said, since it would be looked up."""
    for each in outputs:
        each.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
    return get_model("mockllm/model", custom_outputs=list(outputs), memoize=False)


def called(tool: str, **arguments: str) -> ModelOutput:
    return ModelOutput.for_tool_call("mockllm/model", tool, arguments)


def test_an_evaluation_runs_its_tools_behind_the_wall(
    jail: JailEnvironment, tmp_path: Path
) -> None:
    code = "print(sum(map(int, open('numbers.txt'))))\nopen('out', 'w').write('7')"
    model = answered(
        called("python", code=code),
        called("bash", command="cat out; ls /etc"),
        ModelOutput.from_content("mockllm/model", "It is 6."),
    )
    task = Task(
        dataset=[Sample(input="Add.", target="6", files={"numbers.txt": "1\n2\n3\n"})],
        solver=[use_tools(python(timeout=60), bash(timeout=60)), generate()],
        scorer=includes(),
        sandbox="autoagent",
    )
    (log,) = eval(task, model=model, log_dir=str(tmp_path), display="none")
    assert log.status == "success", log.error
    assert log.samples is not None
    added, listed = [each for each in log.samples[0].messages if each.role == "tool"]
    assert added.text == "6\n"
    assert "7" in listed.text
    assert "cannot access '/etc'" in listed.text


def test_a_configuration_is_written_down_and_read_again() -> None:
    spec = SandboxEnvironmentSpec("autoagent", JailConfig(memory_mb=100))
    assert SandboxEnvironmentSpec.model_validate_json(spec.model_dump_json()).config == spec.config


def test_a_configuration_is_in_a_file(tmp_path: Path) -> None:
    async def made(text: str) -> Any:
        (file := tmp_path / "jail.json").write_text(text)
        (environment,) = (await JailEnvironment.sample_init("test", str(file), {})).values()
        environment.as_type(JailEnvironment).close()
        return environment

    assert asyncio.run(made('{"seconds": 5}'))._config.seconds == 5
    for wrong, told in (("{", "JSON|Expecting"), ('{"cpu": 1}', "cpu"), ('{"memory_mb": 1}', "48")):
        with pytest.raises(ValueError, match=told):
            asyncio.run(made(wrong))
    with pytest.raises(ValueError, match="cannot be read"):
        asyncio.run(JailEnvironment.sample_init("test", str(tmp_path / "none.json"), {}))


def test_what_it_cannot_do_is_refused_in_words(jail: JailEnvironment) -> None:
    with pytest.raises(SandboxUserUnsupportedError, match="root"):
        asyncio.run(jail.exec(["true"], user="root"))
    with pytest.raises(NotImplementedError, match="keeps no process"):
        asyncio.run(jail.exec_remote(["true"]))
    with pytest.raises(PermissionError):
        asyncio.run(jail.exec(["/scratch/home"]))
    with pytest.raises(TimeoutError, match="sleep took longer than 1 s"):
        asyncio.run(jail.exec(["sleep", "1000"], timeout=1))


def test_much_output_is_told_as_inspect_has_it(jail: JailEnvironment) -> None:
    with override_max_exec_output_size(10), pytest.raises(OutputLimitExceededError) as told:
        asyncio.run(jail.exec(["seq", "1000"]))
    assert told.value.truncated_output == "1\n2\n3\n4\n5\n"


def test_who_cancels_a_command_does_not_wait_for_it(jail: JailEnvironment) -> None:
    async def cancelled() -> None:
        own = JailEnvironment(JailConfig())
        waiting = asyncio.create_task(own.exec(["sleep", "1000"]))
        await own.exec(["true"])
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await JailEnvironment.sample_cleanup("test", None, {"default": own}, True)

    asyncio.run(cancelled())


def test_text_comes_back_as_it_was(jail: JailEnvironment) -> None:
    async def through() -> tuple[str, bytes]:
        await jail.write_file("a/b", "é\r\n")
        return await jail.read_file("a/b"), await jail.read_file("a/b", text=False)

    assert asyncio.run(through()) == ("é\r\n", "é\r\n".encode())
    assert json.loads(JailConfig().model_dump_json())["packages"] == []
