"""A network whose only way out is a proxy: it opens tunnels to stand-ins for Discord and Spotify, and notes to whom."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import ssl
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from yarl import URL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

USER, PASSWORD = "mixtape", "tunnel/secret"


@dataclass
class Proxy:
    """tunnels: to whom, in order. refused: how many came without the password."""

    certificate: Path
    port: int = 0
    tunnels: list[str] = field(default_factory=list)
    refused: int = 0

    def url(self, password: str = PASSWORD) -> str:
        return str(URL.build(scheme="http", host="127.0.0.1", port=self.port, user=USER, password=password))


@asynccontextmanager
async def proxy_to(folder: Path, behind: Mapping[str, str]) -> AsyncIterator[Proxy]:
    """behind: which unencrypted loopback address answers for a host. The proxy speaks TLS in the host's name."""
    proxy = Proxy(folder / "authority.pem")
    context = _certified(folder, proxy.certificate, list(behind))
    async with AsyncExitStack() as stack:
        ports: dict[str, int] = {}
        for host, address in behind.items():
            target = URL(address)
            ports[host] = await _listen(stack, _Forward(target.host or "", target.port or 0), context)
        proxy.port = await _listen(stack, _Tunnels(proxy, ports))
        yield proxy


async def _listen(
    stack: AsyncExitStack, serve: _Forward | _Tunnels, tls: ssl.SSLContext | None = None
) -> int:
    server = await asyncio.start_server(serve.connected, "127.0.0.1", 0, ssl=tls)
    stack.callback(server.close)
    port: int = server.sockets[0].getsockname()[1]
    return port


@dataclass
class _Forward:
    host: str
    port: int

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _join(reader, writer, *await asyncio.open_connection(self.host, self.port))


@dataclass
class _Tunnels:
    proxy: Proxy
    ports: Mapping[str, int]

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except asyncio.IncompleteReadError:
            writer.close()
            return
        method, target, *_ = head.split()
        basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if f"proxy-authorization: basic {basic}".lower() not in head.lower():
            self.proxy.refused += 1
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        host, _, port = target.partition(":")
        assert (method, port) == ("CONNECT", "443")
        self.proxy.tunnels.append(host)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await _join(reader, writer, *await asyncio.open_connection("127.0.0.1", self.ports[host]))


async def _join(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    far_reader: asyncio.StreamReader,
    far_writer: asyncio.StreamWriter,
) -> None:
    async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65_536):
                target.write(data)
                await target.drain()
        except (OSError, ssl.SSLError):
            pass
        finally:
            target.close()

    await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))


def _certified(folder: Path, certificate: Path, hosts: list[str]) -> ssl.SSLContext:
    """For all the hosts, signed by itself, and written where a client can be told to trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "the proxy of a test")])
    began = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + dt.timedelta(days=10))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = folder / "private.pem"
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    return context
