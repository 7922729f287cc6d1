"""Name servers of a test's own: Debian's dnsmasq, and one that changes its mind."""

import shutil
import socket
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import dns.rrset
import pytest

ZONE = "example"  # what is not there in it is known not to be there


class NameServer:
    """A dnsmasq that knows what it was last told, and asks nobody else."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder, self.port = program, folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def knows(self, *records: str) -> None:
        """Serve these lines of a configuration, such as `host-record=acme.example,192.0.2.7`."""
        self.stop()
        file = self.folder / "dnsmasq.conf"
        file.write_text("\n".join((f"local=/{ZONE}/", *records, "")))
        self._process = subprocess.Popen(
            [
                self.program, "--keep-in-foreground", f"--conf-file={file}", "--no-resolv",
                "--no-hosts", f"--port={self.port}", "--listen-address=127.0.0.1",
                "--bind-interfaces", "--pid-file", "--user=", "--log-facility=-",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._wait()

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _wait(self) -> None:
        question = dns.message.make_query(f"there.{ZONE}.", "A")
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with suppress(dns.exception.Timeout, OSError):
                dns.query.udp(question, "127.0.0.1", port=self.port, timeout=0.1)
                return
        raise AssertionError("dnsmasq does not answer")


@contextmanager
def running(folder: Path) -> Iterator[NameServer]:
    """Hand over a dnsmasq, until the block ends."""
    program = shutil.which("dnsmasq", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if not program:
        pytest.skip("there is no dnsmasq on this machine")
    server = NameServer(program, folder)
    try:
        server.knows()
        yield server
    finally:
        server.stop()


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def changing_its_mind(addresses: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Serve each address once, the last one for ever; hand over the port, and what was asked."""
    asked: list[str] = []

    class Answering(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, sock = self.request
            question = dns.message.from_wire(data)
            answer = dns.message.make_response(question)
            one = question.question[0]
            if one.rdtype == dns.rdatatype.A:
                address = addresses[min(len(asked), len(addresses) - 1)]
                asked.append(address)
                answer.answer.append(dns.rrset.from_text(one.name, 0, "IN", "A", address))
            sock.sendto(answer.to_wire(), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        try:
            yield server.server_address[1], asked
        finally:
            server.shutdown()
