"""The health check of the container asks the server that runs, wherever it listens."""

import http.server
import threading

import pytest

from biasdetect.serve.health import address_of, main

STARTED = ["python", "-m", "biasdetect", "serve", "--host", "0.0.0.0", "--allow-host", "localhost"]


@pytest.mark.parametrize(
    ("further", "address"),
    [
        ([], "http://127.0.0.1:8000/health"),
        (["--port", "9000"], "http://127.0.0.1:9000/health"),
        (["--port=9000", "--workers", "2"], "http://127.0.0.1:9000/health"),
        (["--port", "1", "--port", "2"], "http://127.0.0.1:2/health"),
        (["--host", "::", "--port", "9000"], "http://[::1]:9000/health"),
        (["--host", "10.0.0.7"], "http://10.0.0.7:8000/health"),
        ([""], "http://127.0.0.1:8000/health"),
    ],
)
def test_the_address_is_that_of_the_command_line(further, address):
    assert address_of([*STARTED, *further]) == address
    assert address_of(["/sbin/docker-init", "--", *STARTED, *further]) == address


def test_a_server_is_up_where_it_answers_well(tmp_path, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # which is not asked

    class Health(http.server.BaseHTTPRequestHandler):
        status = 200

        def do_GET(self):
            self.send_response(self.status if self.path == "/health" else 404)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    first = tmp_path / "cmdline"
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        first.write_bytes("\0".join([*STARTED, "--port", str(server.server_port), ""]).encode())
        assert main(first) == 0
        Health.status = 503
        assert main(first) == 1
        server.shutdown()
    assert main(first) == 1
