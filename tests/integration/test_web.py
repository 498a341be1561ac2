"""Fetching pages, against a server on this machine that behaves well, badly and with malice."""

import gzip
import ipaddress
import os
import socket
import socketserver
import ssl
import threading
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import biasdetect
from biasdetect.errors import InputError
from biasdetect.reading import web
from biasdetect.reading.web import fetch

BODY = b"<p>The ferry to Ostrava Bay sails again on Monday.</p>"
PUBLIC = "93.184.215.14"


def answer(body=b"", status="200 OK", length=True, **headers):
    """An answer as bytes; keywords are headers, with ``_`` for ``-``."""
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def page(body=BODY, content_type="text/html; charset=utf-8", **headers):
    return answer(body, Content_Type=content_type, **headers)


def redirect(location, status="302 Found"):
    return answer(status=status, Location=location)


class Server(socketserver.ThreadingTCPServer):
    """Sends what ``routes`` hold for a path: bytes, or a callable that is given the connection."""

    daemon_threads = True
    block_on_close = False
    certificate = None

    def __init__(self):
        super().__init__(("127.0.0.1", 0), None)
        self.port = self.server_address[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.routes = {}
        self.requests = []

    def finish_request(self, request, client_address):
        try:
            if self.certificate:
                request = self.certificate.wrap_socket(request, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                data = request.recv(65536)
                if not data:
                    return
                head += data
            lines = head.decode("latin-1").splitlines()
            self.requests.append(lines)
            reply = self.routes[lines[0].split()[1]]
            if callable(reply):
                reply(request)
            else:
                request.sendall(reply)
            request.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the client has had enough
        finally:
            request.close()


@pytest.fixture
def server():
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield running
        running.shutdown()


@pytest.fixture
def internet(monkeypatch, server):
    """A small internet: ``hosts`` gives the answers to each look-up of a name; public addresses lead to the server."""
    ask, connect = socket.getaddrinfo, socket.create_connection
    hosts, connected = {}, []

    def getaddrinfo(host, port, *args, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        if name not in hosts:
            return ask(host, port, *args, **kwargs)
        addresses = hosts[name].pop(0)
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in addresses
        ]

    def create_connection(address, *args, **kwargs):
        connected.append(address[0])
        return connect(("127.0.0.1", server.port), *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "create_connection", create_connection)
    hosts["connected"] = connected
    return hosts


def refused(url, **options):
    """The message that an address is refused with."""
    with pytest.raises(InputError) as caught:
        fetch(url, **options)
    return str(caught.value)


def test_a_page_comes_with_its_address_type_and_encoding(server):
    server.routes["/ferry"] = page(content_type='Text/HTML; Charset="ISO-8859-2"')
    found = fetch(f"{server.address}/ferry", allow_private=True)
    assert found == web.Fetched(BODY, f"{server.address}/ferry", "text/html", "iso-8859-2")
    assert f"User-Agent: biasdetect/{biasdetect.__version__}" in server.requests[0]
    assert not any(line.lower().startswith(("cookie", "authorization", "referer")) for line in server.requests[0])


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("text/plain", ("text/plain", "")),
        ("text/markdown;charset=UTF-8", ("text/markdown", "utf-8")),
        ("application/xhtml+xml", ("application/xhtml+xml", "")),
        ("application/pdf", ("application/pdf", "")),
        ("", ("", "")),
    ],
)
def test_texts_and_documents_are_accepted(server, content_type, expected):
    server.routes["/"] = page(content_type=content_type)
    found = fetch(server.address, allow_private=True)
    assert (found.content_type, found.charset) == expected


@pytest.mark.parametrize("content_type", ["image/png", "video/mp4", "application/octet-stream", "application/json"])
def test_other_content_is_refused_before_it_is_read(server, content_type):
    server.routes["/"] = answer(Content_Type=content_type, Content_Length=4_000_000, length=False)
    assert content_type in refused(server.address, allow_private=True)


@given(st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"])))
def test_any_content_type_gives_strings_or_a_clear_refusal(value):
    try:
        media_type, charset = web._content_type(
            "news.test", web.httpx2.Headers([(b"content-type", b"text/html;" + value.encode("latin-1"))])
        )
    except InputError:
        return
    assert media_type == "text/html"
    assert charset == charset.lower()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://news.test/a", "gopher://news.test", "news.test/a", ""])
def test_other_schemes_are_refused(url):
    assert "Only http and https" in refused(url)


@pytest.mark.parametrize(
    "url", ["http://", "http:///a", "https://[::1", "http://news.test:99999/", "http://news.test:0/", "http://a\tb/"]
)
def test_what_is_no_address_is_refused(url):
    assert "https://host/path" in refused(url)


@pytest.mark.parametrize(
    "url", ["https://ada:hunter2@news.test/", "https://hunter2@news.test/", "http://ada:hunter2/@a"]
)
def test_a_password_is_neither_sent_nor_shown(url):
    assert "hunter2" not in refused(url)


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        ("401 Unauthorized", "login"), ("403 Forbidden", "score the file"), ("404 Not Found", "no such page"),
        ("410 Gone", "no such page"), ("429 Too Many Requests", "asks to wait"), ("503 Service Unavailable", "Try again later"),
        ("204 No Content", "other than a page"), ("304 Not Modified", "other than a page"),
    ],
)  # fmt: skip
def test_a_status_other_than_200_says_what_to_do(server, status, hint):
    server.routes["/"] = answer(status=status, length=False)
    message = refused(server.address, allow_private=True)
    assert hint in message
    assert status[:3] in message


def test_redirects_are_followed(server):
    server.routes |= {"/a": redirect("/b", "301 Moved"), "/b": redirect(f"{server.address}/c?x=1"), "/c?x=1": page()}
    assert fetch(f"{server.address}/a", allow_private=True).url == f"{server.address}/c?x=1"


def test_redirects_come_to_an_end(server):
    server.routes |= {"/a": redirect("b"), "/b": redirect("a")}
    server.routes |= {f"/{n}": redirect(f"/{n + 1}") for n in range(10)}
    assert "in a circle" in refused(f"{server.address}/a", allow_private=True)
    assert "more than 5 times" in refused(f"{server.address}/0", allow_private=True)
    assert len(server.requests) == 2 + 6


@pytest.mark.parametrize(
    ("location", "hint"),
    [
        ("file:///etc/passwd", "Only http and https"), ("javascript:alert(1)", "Only http and https"),
        ("http://ada:hunter2@news.test/", "user name or password"), ("http://[::1", "not valid"), ("http://news.test:99999/", "not valid"),
    ],
)  # fmt: skip
def test_redirects_to_where_no_page_can_be_are_refused(server, location, hint):
    server.routes["/"] = redirect(location)
    message = refused(server.address, allow_private=True)
    assert hint in message
    assert "hunter2" not in message


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "017700000001", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]
)  # fmt: skip
def test_this_machine_may_be_named_but_not_redirected_to_however_it_is_written(server, internet, host):
    server.routes |= {"/": redirect(f"http://{host}:{server.port}/b"), "/b": page()}
    internet["news.test"] = [[PUBLIC]]
    assert "no address of the public web" in refused("http://news.test/")
    assert internet["connected"] == [PUBLIC]
    assert fetch(f"http://{host}:{server.port}/b").data == BODY


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "100.100.100.200", "169.254.169.254", "168.63.129.16", "192.0.0.192",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "203.0.113.5", "::", "fe80::1", "fe80::1%1", "fc00::1",
        "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "::ffff:10.0.0.1", "::10.0.0.1", "2002:7f00:1::1", "64:ff9b::a00:1",
        "64:ff9b:1::a00:1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "100::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_not_redirected_to(server, internet, address):
    server.routes["/"] = redirect("http://inside.test/")
    internet |= {"news.test": [[PUBLIC]], "inside.test": [[address]]}
    message = refused("http://news.test/")
    assert "inside.test" in message
    assert address in message
    assert internet["connected"] == [PUBLIC]


@given(st.ip_addresses(v=4))
def test_an_address_is_as_public_as_the_one_inside_it(address):
    public = web._is_public(address)
    number = int(address)
    for outer in (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80 | 1):
        assert web._is_public(ipaddress.IPv6Address(outer)) == public


def test_a_public_address_is_connected_to_as_checked(server, internet):
    server.routes |= {"/": redirect("http://news.test/b"), "/b": page()}
    # A second look-up would find this machine; there is none.
    internet["start.test"] = [[PUBLIC]]
    internet["news.test"] = [["10.0.0.1", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", PUBLIC], ["127.0.0.1"]]
    assert fetch("http://start.test/").data == BODY
    assert internet["connected"] == [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]
    assert "Host: news.test" in server.requests[1]


@pytest.mark.parametrize("target", ["http://news.test/b", "/b", "http://127.0.0.1/b", "http://inside.test/b"])
def test_redirects_to_private_addresses_are_refused(server, internet, target):
    server.routes |= {"/a": redirect(target), "/b": page()}
    internet["news.test"] = [[PUBLIC], ["127.0.0.1"]]
    internet["inside.test"] = [["10.0.0.1"]]
    assert "no address of the public web" in refused("http://news.test/a")
    assert internet["connected"] == [PUBLIC]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "127.1", "[::1]", "[::ffff:10.0.0.1]", "inside.test"]
)
def test_where_others_may_have_chosen_the_address_it_has_to_be_public_from_the_first(server, internet, host):
    server.routes |= {"/a": redirect(f"http://{host}:{server.port}/b"), "/b": page()}
    internet |= {"news.test": [[PUBLIC]], "inside.test": [["10.0.0.1"], ["10.0.0.1"]]}
    assert internet["connected"] == []
    for address in (f"http://{host}:{server.port}/b", "http://news.test/a"):
        message = refused(address, public_only=True)
        assert "no address of the public web" in message
        assert host != "inside.test" or "10.0.0.1" not in message
    assert internet["connected"] == [PUBLIC]


def test_a_dead_address_among_others_is_passed_over(server, monkeypatch, internet):
    server.routes["/"] = page()
    internet["news.test"] = [["93.184.215.15", PUBLIC]]
    connect = socket.create_connection

    def create_connection(address, *args, **kwargs):
        if address[0] == "93.184.215.15":
            raise OSError("no route")
        return connect(address, *args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", create_connection)
    assert fetch("http://news.test/").content_type == "text/html"


def test_an_unknown_host_is_told(internet):
    internet["nowhere.test"] = [[]]
    assert "no such host" in refused("http://nowhere.test/")
    assert "no such host" in refused(f"http://{'a' * 70}.test/")


def test_a_closed_port_refuses(server):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert "refuses the connection" in refused(f"http://127.0.0.1:{port}/", allow_private=True)


def forever(head, piece, pause=0.0):
    def send(connection):
        connection.sendall(head)
        while True:
            connection.sendall(piece)
            time.sleep(pause)

    return send


HEAD = answer(length=False, Content_Type="text/html")


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (HEAD, b"x" * 65536),
        (
            answer(length=False, Content_Type="text/html", Transfer_Encoding="chunked"),
            b"10000\r\n" + b"x" * 65536 + b"\r\n",
        ),
    ],
    ids=["plain", "chunked"],
)
def test_a_page_without_end_is_cut_off(server, head, piece):
    server.routes["/"] = forever(head, piece)
    assert "larger than 5 MB" in refused(server.address, allow_private=True)


def test_a_page_that_announces_its_size_is_refused_at_once(server):
    server.routes["/"] = answer(length=False, Content_Type="text/html", Content_Length=5_000_001)
    assert "larger than 5 MB" in refused(server.address, allow_private=True)


def test_headers_without_end_are_cut_off(server):
    server.routes["/"] = forever(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 1000 + b"\r\n")
    assert "does not answer as a web server does" in refused(server.address, allow_private=True)


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (HEAD, b"x"),
        (answer(length=False, Content_Type="text/html", Transfer_Encoding="chunked"), b"1\r\nx\r\n"),
    ],
    ids=["silence", "slow headers", "always about to continue", "slow page", "slow chunks"],
)
def test_a_server_that_drips_is_left(server, monkeypatch, head, piece):
    monkeypatch.setattr(web, "MAX_SECONDS", 0.15)
    server.routes["/"] = forever(head, piece, pause=0.01)
    assert "within 0.15 seconds" in refused(server.address, allow_private=True)


def test_the_time_is_for_all_redirects_together(server, monkeypatch):
    monkeypatch.setattr(web, "MAX_SECONDS", 0.15)
    for n in range(5):
        server.routes[f"/{n}"] = lambda connection, n=n: (time.sleep(0.05), connection.sendall(redirect(f"/{n + 1}")))
    server.routes["/5"] = page()
    assert "within 0.15 seconds" in refused(f"{server.address}/0", allow_private=True)


def test_a_name_server_that_never_answers_is_left(monkeypatch):
    monkeypatch.setattr(web, "MAX_SECONDS", 0.1)
    done = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: done.wait(10) and [])
    assert "within 0.1 seconds" in refused("http://news.test/")
    done.set()


def test_a_packed_page_is_unpacked(server):
    packed = gzip.compress(BODY[:20], mtime=0) + gzip.compress(BODY[20:])
    server.routes["/"] = page(packed, Content_Encoding="gzip")
    assert fetch(server.address, allow_private=True).data == BODY


def bomb():
    """Two gigabytes of nothing in two megabytes."""
    packer = zlib.compressobj(9, wbits=31)
    block = packer.compress(bytes(1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block + again * 127


def test_a_bomb_is_not_unpacked(server):
    packed = bomb()
    assert len(packed) < web.MAX_BYTES
    for data in (packed, packed[: 1 << 16]):  # the second as if it broke off: too large comes first
        server.routes["/"] = page(data, Content_Encoding="gzip")
        tracemalloc.start()
        try:
            assert "larger than 5 MB" in refused(server.address, allow_private=True)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 10 * web.MAX_BYTES


@pytest.mark.parametrize(
    ("data", "encoding", "hint"),
    [
        (b"no gzip at all", "gzip", "damaged"),
        (gzip.compress(os.urandom(5000), mtime=0)[:2000], "gzip", "broke off"),
        (gzip.compress(BODY, mtime=0)[:-8] + b"\0" * 8, "gzip", "damaged"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\0" + b"\xff" * 20, "gzip", "damaged"),
        (b"", "br", "not asked for"),
    ],
)
def test_packing_that_cannot_be_undone_is_refused(server, data, encoding, hint):
    server.routes["/"] = page(data, Content_Encoding=encoding)
    assert hint in refused(server.address, allow_private=True)


@pytest.mark.parametrize(
    ("sent", "hint"),
    [
        (b"", "does not answer as a web server does"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "does not answer as a web server does"),
        (b"\x15\x03\x01\x00\x02\x02\x0a" * 50, "does not answer as a web server does"),
        (b"HTTP/1.1 200 OK\r\nContent-Len", "does not answer as a web server does"),
        (b"HTTP/1.1 200 OK\r\n\x1b[31m: x\r\n\r\n", "does not answer as a web server does"),
        (page()[:-10], "broke off in the middle"),
        (answer(b"5\r\nab", length=False, Content_Type="text/html", Transfer_Encoding="chunked"), "broke off in the middle"),
        (answer(b"zz\r\n", length=False, Content_Type="text/html", Transfer_Encoding="chunked"), "broke off in the middle"),
    ],
)  # fmt: skip
def test_broken_answers_are_explained(server, sent, hint):
    server.routes["/"] = sent
    message = refused(server.address, allow_private=True)
    assert hint in message
    assert "127.0.0.1" in message
    assert message.isprintable()


# Of a host that does not exist, and trusted by nobody but the test below.
CERTIFICATE = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgIH/NfrvVZws8rGi5
LeO2iisMTg82lsyHHg/71aw8oVihRANCAASEXCNsnJ3EYff4bCqMMsoFtXIEv12j
qDE+u91JrxOCdeZFjgcqxKxfOOrOpKilXpmqVoCwBNd+AY8ro0XsOFXz
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBtzCCAV2gAwIBAgIUWI77rZT47XN+urEmMkoYo4HZYxQwCgYIKoZIzj0EAwIw
HTEbMBkGA1UEAwwSVGVzdCBvZiBiaWFzZGV0ZWN0MCAXDTI2MTEyNDEyNDkyMFoY
DzIxMjYxMDMxMTI0OTIwWjAdMRswGQYDVQQDDBJUZXN0IG9mIGJpYXNkZXRlY3Qw
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASEXCNsnJ3EYff4bCqMMsoFtXIEv12j
qDE+u91JrxOCdeZFjgcqxKxfOOrOpKilXpmqVoCwBNd+AY8ro0XsOFXzo3kwdzAd
BgNVHQ4EFgQU0flJx3XUAqMeEypnOC4VDCd25wEwHwYDVR0jBBgwFoAU0flJx3XU
AqMeEypnOC4VDCd25wEwDwYDVR0TAQH/BAUwAwEB/zAUBgNVHREEDTALggluZXdz
LnRlc3QwDgYDVR0PAQH/BAQDAgKEMAoGCCqGSM49BAMCA0gAMEUCIDrwj4AvrDM8
mviTzUvNmSTvAqlzSzI/ppROfxSVjklFAiEA3zhL2mq98+Z+QlUAR5i0NVHdLijw
Kp9GhN8roS3yiwM=
-----END CERTIFICATE-----
"""


@pytest.fixture
def certificate(tmp_path, server):
    file = tmp_path / "certificate.pem"
    file.write_text(CERTIFICATE)
    server.certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.certificate.load_cert_chain(file)
    return str(file)


def test_the_certificate_is_checked_for_the_name_though_the_address_is_connected_to(
    server, internet, monkeypatch, certificate
):
    server.routes["/"] = page()
    internet |= {"news.test": [[PUBLIC], [PUBLIC]], "other.test": [[PUBLIC]]}
    assert "certificate is not valid" in refused("https://news.test/")
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    assert fetch("https://news.test/").data == BODY
    message = refused("https://other.test/")
    assert "certificate is not valid" in message
    assert "other.test" in message


def test_https_to_a_server_without_it_is_explained(server):
    def garbage(connection):
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    server.finish_request = lambda request, client: (request.recv(1000), garbage(request), request.close())
    assert "no secure connection" in refused(f"https://127.0.0.1:{server.port}/", allow_private=True)


def test_certificates_that_cannot_be_read_are_explained(monkeypatch, tmp_path):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    assert "SSL_CERT_FILE" in refused("https://news.test/")


def test_proxies_of_the_environment_are_not_used(server, monkeypatch):
    server.routes["/"] = page()
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch(server.address, allow_private=True).charset == "utf-8"
