"""Calls go to the public internet and to what the operator opened, and nowhere else, however it is written."""

from __future__ import annotations

import socket
import threading
import time
from ipaddress import ip_network

import pytest

from core import addresses
from core.addresses import UnreachableError, normal, refuse_private
from core.errors import Invalid
from core.outgoing import Line
from tests.feedback.webhooks.receiver import listening

LITERALS = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",  # one number
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",  # octal
    "http://017700000001/",
    "http://0.0.0.0/",
    "http://0/",
    "http://10.1.2.3/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",  # the cloud's metadata
    "http://100.64.0.1/",  # carrier-grade NAT
    "http://100.100.100.200/",  # another cloud's metadata
    "http://192.0.0.192/",  # metadata again
    "http://168.63.129.16/",  # and again
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",  # IPv4 in IPv6
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",  # NAT64 of 127.0.0.1
    "http://[64:ff9b::10.0.0.1]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",  # 6to4 of 127.0.0.1
    "http://[2001::1]/",  # Teredo
    "http://[fe80::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://１２７.0.0.1/",  # full-width digits
    "http://127.0.0.1./",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://some.localhost/",
]
RESOLVED = [
    "127.0.0.1",
    "10.0.0.3",
    "169.254.169.254",
    "100.64.7.7",
    "::1",
    "::ffff:10.0.0.3",
    "fe80::1%eth0",
    "fd00::1",
]


@pytest.fixture
def closed(settings):
    """As an installation is when nobody opened anything."""
    settings.OUTGOING_ALLOW = []


@pytest.fixture
def resolves(monkeypatch):
    """Says what a name resolves to; and remembers how often it was asked, and to whom connections were made."""

    class Resolver:
        asked = 0
        connected: list[str] = []

        def to(self, *answers):
            self.connected.clear()

            def getaddrinfo(host, port, *args, **kwargs):
                if host.replace(".", "").isdecimal() or ":" in host:
                    return real(host, port, *args, **kwargs)
                self.asked += 1
                return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answer, port)) for answer in answers]

            def connect(address, *args, **kwargs):
                self.connected.append(address[0])
                return really_connect(address, *args, **kwargs)

            monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
            monkeypatch.setattr(socket, "create_connection", connect)
            return self

    real, really_connect = socket.getaddrinfo, socket.create_connection
    return Resolver()


def call(url, *, seconds=5.0, body=b"{}"):
    with Line() as line:
        return line.post(url, body, {}, seconds=seconds)


@pytest.mark.parametrize("url", LITERALS)
def test_a_private_address_is_refused_however_it_is_written(closed, url):
    with pytest.raises(Invalid, match="is a private address"):
        refuse_private(normal(url))


@pytest.mark.parametrize("url", [url for url in LITERALS if "localhost" not in url.lower()])
def test_a_private_address_is_not_called_even_if_it_was_kept(closed, url):
    with pytest.raises(UnreachableError, match="private address and not called"):
        call(normal(url))


@pytest.mark.parametrize("address", RESOLVED)
def test_a_name_that_leads_to_a_private_address_is_not_called(closed, resolves, address):
    resolver = resolves.to(address)
    with pytest.raises(UnreachableError, match=r"hook\.example is .* private address"):
        call("http://hook.example/")
    assert resolver.connected == []


@pytest.mark.parametrize(
    "url", ["http://93.184.216.34/", "http://[2606:4700::1111]/", "http://hook.example/"]
)
def test_public_addresses_are_fine(closed, url):
    refuse_private(normal(url))


def test_a_name_is_looked_up_once_and_the_call_goes_to_what_was_looked_at(settings, resolves):
    settings.OUTGOING_ALLOW = [ip_network("127.0.0.1")]
    with listening() as receiver:
        resolver = resolves.to("127.0.0.1")
        port = receiver.url.split(":")[2]
        assert call(f"http://hook.example:{port}").status == 200
        assert receiver.received[0].headers["host"] == f"hook.example:{port.partition('/')[0]}"
        assert (resolver.asked, resolver.connected) == (1, ["127.0.0.1"])


def test_of_a_names_addresses_only_those_that_may_be_called_are_tried(settings, resolves):
    settings.OUTGOING_ALLOW = [ip_network("127.0.0.1")]
    with listening() as receiver:
        resolver = resolves.to("10.0.0.3", "127.0.0.1")
        assert call(receiver.url.replace("127.0.0.1", "hook.example")).is_success
        assert resolver.connected == ["127.0.0.1"]


def test_what_the_operator_opened_is_called_and_its_neighbors_are_not(settings):
    settings.OUTGOING_ALLOW = [ip_network("10.1.0.0/16")]
    refuse_private("http://10.1.2.3/")
    with pytest.raises(Invalid):
        refuse_private("http://10.2.0.1/")


def test_a_redirect_is_an_answer_and_not_followed(closed, settings):
    settings.OUTGOING_ALLOW = [ip_network("127.0.0.1")]
    with listening() as receiver:
        receiver.answers, receiver.location = [307], "http://169.254.169.254/latest/"
        answer = call(receiver.url)
        assert (answer.status, answer.is_success) == (307, False)
        assert len(receiver.received) == 1


def test_what_is_read_of_an_answer_has_an_end():
    with listening() as receiver:
        receiver.says = b"x" * 1_000_000 + b"\0"
        assert len(call(receiver.url).text) == 2000
        receiver.says = b"a\0b\xff"
        assert call(receiver.url).text == "a�b�"


@pytest.mark.parametrize("drips", [b"HTTP/1.1 200 OK\r\nx: " + b"y" * 1000, b""], ids=["dripping", "silent"])
def test_all_of_a_call_ends_in_time(drips):
    """A limit for each step would let a receiver that sends a letter a second go on for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip():
            found, _ = server.accept()
            with found:
                try:
                    for letter in drips:
                        found.send(bytes([letter]))
                        time.sleep(0.05)
                    time.sleep(3)
                except OSError:
                    return

        threading.Thread(target=drip, daemon=True).start()
        began = time.monotonic()
        with pytest.raises(UnreachableError, match=r"no answer within 0\.5 seconds"):
            call(f"http://127.0.0.1:{server.getsockname()[1]}/", seconds=0.5)
        assert time.monotonic() - began < 1.5


def test_why_nobody_was_reached_is_said_in_words(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(UnreachableError, match="refused: nothing listens there"):
        call(f"http://127.0.0.1:{port}/")
    with listening() as receiver, pytest.raises(UnreachableError, match="Is it https that is spoken there"):
        call(receiver.url.replace("http:", "https:"))

    def unknown(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(addresses.socket, "getaddrinfo", unknown)
    with pytest.raises(UnreachableError, match=r"no host named nowhere\.example"):
        call("http://nowhere.example/")


@pytest.mark.parametrize(
    "url",
    ["", "hook", "ftp://example.com/", "file:///etc/passwd", "http://", "http://a b/", "http://x:99999/",
     "http://ana:secret@example.com/", "http://example.com/" + "a" * 2000],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_sentence(url):
    with pytest.raises(Invalid, match=r"\.$"):
        normal(url)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("HTTPS://Example.COM", "https://example.com/"),
        (" https://example.com:443/Hook?A=b ", "https://example.com/Hook?A=b"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://example.com:8080", "http://example.com:8080/"),
    ],
)
def test_an_address_is_kept_in_one_form(written, kept):
    assert normal(written) == kept
