"""The server for agents, by the Model Context Protocol (MCP). Needs the ``mcp`` extra."""
