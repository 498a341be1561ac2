"""Fetches a page from the web: limited in size, in time and in redirects, which lead to public addresses only.

It is loaded for an address that a user asks for, and for nothing else: everything else in biasdetect works offline. Addresses and TLS are settled where the connection is made (a network backend of httpcore2, the engine of
httpx2), because there alone can a host be resolved once, checked, and connected to at the checked address, and there
alone does a time limit hold against a server that drips its headers.

Proxies, cookies and ``.netrc`` are not used; a proxy would connect to addresses that nobody checked here. Certificates
are those of the system, or those that ``SSL_CERT_FILE`` or ``SSL_CERT_DIR`` name.
"""

from __future__ import annotations

import gzip
import io
import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpcore2
import httpx2

from biasdetect.errors import InputError
from biasdetect.reading.formats import MEDIA_TYPES
from biasdetect.version import __version__

MAX_BYTES = 5_000_000
"""Of the page, packed and unpacked."""
MAX_SECONDS = 20.0
"""For all of it: names, connections, redirects, the page."""
MAX_REDIRECTS = 5
CONNECT_SECONDS = 5.0
"""For one address, so that a host with a dead address among others is still reached."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SAVE = "Save the page in a browser and score the file."
_LOGIN = f"asks for a login or lets no programs in. {_SAVE}"
_GONE = "has no such page. Check the address."
_STATUS = {401: _LOGIN, 402: _LOGIN, 403: _LOGIN, 404: _GONE, 410: _GONE, 429: "asks to wait. Try again later."}

_GLOBAL_IPV6 = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
# The library's table leaves these two open: the first is reserved whole (one cloud's metadata lies in it), the second
# is public by number alone, since inside another cloud it answers as the machine's host.
_ALSO_PRIVATE = (ip_network("192.0.0.0/24"), ip_network("168.63.129.16/32"))


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as the server sent it.

    Attributes:
        data: the page, unpacked where it came compressed; at most ``MAX_BYTES``.
        url: where it was found, after redirects.
        content_type: the media type without parameters, in lower case; empty where the server named none.
        charset: the encoding that the server named, in lower case and unchecked; empty where it named none.
    """

    data: bytes
    url: str
    content_type: str
    charset: str


def fetch(url: str, *, allow_private: bool = False, public_only: bool = False) -> Fetched:
    """Fetch a page.

    Args:
        url: an ``http`` or ``https`` address; it may lie on this machine or in the local network, since who asks
            for it knows.
        allow_private: whether the page may redirect to such addresses too, which its author chose and not the user.
        public_only: whether ``url`` itself has to be public too, since others than the user may have chosen it.

    Raises:
        InputError: where the address or one that it redirects to is not valid or not reached, or where the latter is
            not public; where the answer is no page, or none that can be read; where it is too large or takes too long.
    """
    target = _parsed(url)
    deadline = time.monotonic() + MAX_SECONDS
    seen: list[httpx2.URL] = []
    while len(seen) <= MAX_REDIRECTS:
        if target in seen:
            raise InputError(f"{_site(target)}: redirects in a circle, as sites do that insist on cookies. {_SAVE}")
        seen.append(target)
        reach_private = allow_private or (len(seen) == 1 and not public_only)
        answer = _get(target, _CheckedBackend(deadline, reach_private, public_only))
        if isinstance(answer, Fetched):
            return answer
        target = answer
    raise InputError(f"{_site(target)}: redirects more than {MAX_REDIRECTS} times. {_SAVE}")


def _parsed(url: str, base: httpx2.URL | None = None) -> httpx2.URL:
    """The address, checked; the messages do not repeat it, since a password may stand in it."""
    where = "The address" if base is None else f"{_site(base)}: redirects to an address that"
    try:
        parsed = httpx2.URL(url.strip()) if base is None else base.join(url.strip())
    except (httpx2.InvalidURL, ValueError):
        raise InputError(f"{where} is not valid. Write it as https://host/path.") from None
    if parsed.scheme not in ("http", "https"):
        scheme = f"begins with {parsed.scheme + ':'!r}" if parsed.scheme else "names no scheme"
        raise InputError(f"{where} {scheme}. Only http and https are fetched.")
    if parsed.userinfo:
        raise InputError(f"{where} holds a user name or password. Leave it out, or save the page and score the file.")
    if not parsed.raw_host or (parsed.port is not None and not 0 < parsed.port < 65536):
        raise InputError(f"{where} is not valid. Write it as https://host/path.")
    return parsed


def _site(url: httpx2.URL) -> str:
    return url.netloc.decode("ascii")


def _certificates() -> ssl.SSLContext:
    try:
        return httpx2.create_ssl_context()
    except OSError as error:
        raise InputError(
            f"The certificates that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read ({error})."
        ) from None


def _get(url: httpx2.URL, backend: _CheckedBackend) -> Fetched | httpx2.URL:
    """One request, over a connection of its own: the page, or where the server redirects to."""
    site = _site(url)
    request = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    asked = [
        ("Host", site),
        ("User-Agent", f"biasdetect/{__version__}"),
        ("Accept", "text/html, application/xhtml+xml, text/plain, text/markdown, application/pdf, */*;q=0.5"),
        ("Accept-Encoding", "gzip"),
    ]
    certificates = _certificates() if url.scheme == "https" else None
    try:
        with (
            httpcore2.ConnectionPool(certificates, network_backend=backend) as pool,
            pool.stream("GET", request, headers=asked) as response,
        ):
            headers = httpx2.Headers(response.headers)
            if response.status in _REDIRECTS and "location" in headers:
                return _parsed(headers["location"], url)
            _check_status(site, response.status)
            content_type, charset = _content_type(site, headers)
            return Fetched(_body(site, response, headers), str(url), content_type, charset)
    except httpcore2.TimeoutException:
        raise InputError(
            f"{site}: did not send the page within {MAX_SECONDS:g} seconds. Try again later, or save the page in a "
            "browser and score the file."
        ) from None
    except httpcore2.NetworkError:
        raise InputError(f"{site}: broke off the connection. Try again later.") from None
    except httpcore2.ProtocolError:
        raise InputError(f"{site}: does not answer as a web server does. Check the address and the port.") from None


def _check_status(site: str, status: int) -> None:
    if status == 200:
        return
    if status >= 500:
        what = "has a fault or is overloaded. Try again later."
    else:
        what = _STATUS.get(status, f"answers with something other than a page. {_SAVE}")
    raise InputError(f"{site}: {what} (HTTP status {status})")


def _content_type(site: str, headers: httpx2.Headers) -> tuple[str, str]:
    value = headers.get("content-type", "")[:1000]
    media_type = value.partition(";")[0].strip().lower()
    if media_type and media_type not in MEDIA_TYPES:
        raise InputError(
            f"{site}: sends {media_type[:80]!r}, which is no article. Give the address of a web page, a text, a PDF or a "
            "Word document."
        )
    message = Message()
    message["content-type"] = value
    return media_type, message.get_content_charset("")


def _body(site: str, response: httpcore2.Response, headers: httpx2.Headers) -> bytes:
    """The page, unpacked; neither the packed nor the unpacked form is ever held beyond the size limit."""
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise InputError(f"{site}: packs the page in a way that was not asked for ({encoding[:80]!r}). {_SAVE}")
    if int(headers.get("content-length", 0)) > MAX_BYTES:
        raise _too_large(site)
    data = bytearray()
    try:
        for chunk in response.iter_stream():
            data += chunk
            if len(data) > MAX_BYTES:
                raise _too_large(site)
        if encoding == "identity":
            return bytes(data)
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            unpacked = stream.read(MAX_BYTES + 1)
    except (httpcore2.NetworkError, httpcore2.RemoteProtocolError, EOFError):
        raise InputError(f"{site}: broke off in the middle of the page. Try again later.") from None
    except (gzip.BadGzipFile, zlib.error):
        raise InputError(f"{site}: the page is damaged, it cannot be unpacked. {_SAVE}") from None
    if len(unpacked) > MAX_BYTES:
        raise _too_large(site)
    return unpacked


def _too_large(site: str) -> InputError:
    return InputError(f"{site}: the page is larger than {MAX_BYTES // 1_000_000} MB. {_SAVE}")


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = IPv4Address(address.packed[-4:])
        if inner is not None:
            return _is_public(inner)
        if address not in _GLOBAL_IPV6:
            return False
    if any(address in network for network in _ALSO_PRIVATE):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _not_connected(host: str, error: httpcore2.ConnectError) -> InputError:
    cause = error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        why = f"its certificate is not valid ({cause.verify_message}). Check the address."
    elif isinstance(cause, ssl.SSLError):
        why = "no secure connection can be made. Check the address and the port; some servers speak http:// alone."
    elif isinstance(cause, ConnectionRefusedError):
        why = "refuses the connection. Check the address and the port."
    else:
        why = "cannot be reached. Check the address and the network connection."
    return InputError(f"{host}: {why}")


class _CheckedBackend(httpcore2.NetworkBackend):
    """Connects to addresses that have been checked, until the deadline."""

    def __init__(self, deadline: float, allow_private: bool, public_only: bool) -> None:
        self._deadline = deadline
        self._public_only = public_only
        self._allow_private = allow_private
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Resolve the host and connect to the first of its public addresses that answers."""
        addresses = self._resolve(host, port)
        allowed = [address for address in addresses if self._allow_private or _is_public(ip_address(address))]
        if not allowed and self._public_only:  # what names of the local network stand for is nobody else's business
            raise InputError(
                f"{host}: is no address of the public web, and others are not fetched here. Give the text itself."
            )
        if not allowed:
            raise InputError(
                f"{host}: the page redirects to {addresses[0]}, which is no address of the public web. Name that "
                "address itself if you trust it, or save the page and score the file."
            )
        for address in allowed:
            seconds = min(_seconds_left(self._deadline, httpcore2.ConnectTimeout), CONNECT_SECONDS)
            try:
                stream = self._sockets.connect_tcp(address, port, seconds, local_address, socket_options)
            except httpcore2.ConnectTimeout:
                failure = InputError(f"{host}: does not answer. Check the address and the network connection.")
            except httpcore2.ConnectError as error:
                failure = _not_connected(host, error)
            else:
                return _TimedStream(stream, host, self._deadline)
        raise failure

    def _resolve(self, host: str, port: int) -> list[str]:
        """Ask the system for addresses, in a thread, because that question has no time limit of its own."""
        answers: queue.SimpleQueue[list[str] | None] = queue.SimpleQueue()

        def ask() -> None:
            try:
                found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError):  # UnicodeError: a label that is empty or too long
                answers.put(None)
            else:
                answers.put([str(address[0]) for *_, address in found])

        threading.Thread(target=ask, daemon=True).start()
        try:
            addresses = answers.get(timeout=_seconds_left(self._deadline, httpcore2.ConnectTimeout))
        except queue.Empty:
            raise httpcore2.ConnectTimeout from None
        if not addresses:
            raise InputError(f"{host}: no such host is found. Check the address and the network connection.")
        return addresses


class _TimedStream(httpcore2.NetworkStream):
    """A connection that ends at the deadline, however often the other side sends a little."""

    def __init__(self, stream: httpcore2.NetworkStream, host: str, deadline: float) -> None:
        self._stream = stream
        self._host = host
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _seconds_left(self._deadline, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _seconds_left(self._deadline, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        seconds = _seconds_left(self._deadline, httpcore2.ConnectTimeout)
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, seconds)
        except httpcore2.ConnectError as error:
            raise _not_connected(self._host, error) from None
        return _TimedStream(stream, self._host, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _seconds_left(deadline: float, expired: type[httpcore2.TimeoutException]) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise expired
    return left
