"""The MCP server: which tools, resources and prompts there are, and what becomes of a call.

The SDK's server is used at its lower level, where arguments arrive as they were sent: unknown ones and those of a wrong
type are refused by the same rules as over HTTP, and what a failure says of a text reaches neither client nor log.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.shared.exceptions import MCPError
from pydantic import ValidationError

from biasdetect.detector import Detector
from biasdetect.english.language import language_name
from biasdetect.errors import BiasDetectError
from biasdetect.mcp import resources
from biasdetect.mcp.tools import ToolSettings, offered_tools
from biasdetect.serve.answers import RequestError
from biasdetect.serve.guard import unexpected, where_it_failed
from biasdetect.serve.metrics import Metrics
from biasdetect.serve.pool import ScoringPool
from biasdetect.serve.settings import ServerSettings
from biasdetect.version import __version__

log = logging.getLogger("biasdetect.mcp")

Context = ServerRequestContext[ScoringPool, Any]
_INSTRUCTIONS = """\
biasdetect finds loaded wording in {language}news prose. Its scores are calibrated probabilities that trained annotators would
mark a phrase; it judges wording, not facts. Offsets count characters of the text as it was given, end exclusive. The outlet
answers for words of which voice is "outlet" or "scare-quote"; "quote" and "attributed" are the words of others, which a
writer must not change."""


@dataclass(frozen=True, slots=True)
class McpSettings:
    """What a server allows.

    Attributes:
        limits: how many texts are scored at once, how many may wait, how large they are; who may use it over HTTP.
        tools: what the tools may do.
        style_file: gives the file of the house style in force, None where there is none.
    """

    limits: ServerSettings
    tools: ToolSettings
    style_file: Callable[[], Path | None]


def _instructions(language: str) -> str:
    return _INSTRUCTIONS.format(language=f"{language_name(language)} " if language else "")


def create_server(detector: Detector, settings: McpSettings, metrics: Metrics | None = None) -> Server[ScoringPool]:
    """The server for one model, whatever it is served over.

    Args:
        detector: that scores; threads share it.
        settings: what is allowed.
        metrics: where it is counted.
    """
    metrics = metrics or Metrics()
    tools = offered_tools(detector, settings.tools)

    @asynccontextmanager
    async def lifespan(_: Server[ScoringPool]) -> AsyncIterator[ScoringPool]:
        pool = ScoringPool(settings.limits.workers, settings.limits.queue, metrics)
        yield pool
        pool.close()

    async def list_tools(_: Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[tool.about for tool in tools.values()])

    async def call_tool(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = tools.get(params.name)
        if tool is None:
            raise MCPError(types.INVALID_PARAMS, f"There is no tool of that name. Tools: {', '.join(tools)}.")
        try:
            arguments = tool.arguments.model_validate(params.arguments or {})
            result = await context.lifespan_context.run(None, lambda job: tool.work(arguments, job))
        except ValidationError as error:
            return _failure(_told(error, params.name))
        except (RequestError, BiasDetectError) as error:
            return _failure(str(error))
        except Exception as error:
            log.error("%s failed: %s\n%s", params.name, type(error).__name__, where_it_failed(error))
            return _failure(unexpected().message)
        text = json.dumps(result, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return types.CallToolResult(content=[types.TextContent(type="text", text=text)], structured_content=result)

    async def list_resources(_: Context, __: types.PaginatedRequestParams | None) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=list(resources.RESOURCES))

    async def read_resource(_: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        uri = str(params.uri)
        try:
            if uri == resources.CATEGORIES:
                text = resources.categories(detector.folder)
            elif uri == resources.HOUSE_STYLE:
                text = resources.house_style(settings.style_file)
            else:
                known = ", ".join(resource.uri for resource in resources.RESOURCES)
                raise MCPError(types.INVALID_PARAMS, f"There is no resource of that address. Resources: {known}.")
        except (BiasDetectError, OSError) as error:
            raise MCPError(types.INTERNAL_ERROR, str(error)) from None
        return types.ReadResourceResult(contents=[resources.contents(uri, text)])

    async def list_prompts(_: Context, __: types.PaginatedRequestParams | None) -> types.ListPromptsResult:
        return types.ListPromptsResult(prompts=[resources.EDIT])

    async def get_prompt(_: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        if params.name != resources.EDIT.name:
            raise MCPError(types.INVALID_PARAMS, f"There is no prompt of that name. Prompts: {resources.EDIT.name}.")
        return resources.edit_prompt()

    server = Server(
        "biasdetect",
        version=__version__,
        title="biasdetect",
        instructions=_instructions(detector.folder.config.language),
        lifespan=lifespan,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_read_resource=read_resource,
        on_list_prompts=list_prompts,
        on_get_prompt=get_prompt,
    )
    server.middleware.clear()  # a tracer's spans would carry what goes wrong to another machine
    return server


def _failure(message: str) -> types.CallToolResult:
    """A result that says what went wrong: the agent reads it, and may do better."""
    return types.CallToolResult(content=[types.TextContent(type="text", text=message)], is_error=True)


def _told(error: ValidationError, tool: str) -> str:
    """What is wrong with arguments, without what was sent: that may be an article."""
    problems = [f"{'.'.join(map(str, found['loc'])) or 'arguments'}: {found['msg']}" for found in error.errors()[:10]]
    return f"{'; '.join(problems)}. See the input schema of {tool}."
