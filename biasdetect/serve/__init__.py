"""The HTTP server: scoring over HTTP, and a page in the browser. Needs the ``serve`` extra."""
