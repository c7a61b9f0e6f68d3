from ipaddress import ip_address, ip_network

import pytest

from app.http.clients import Proxies, client, proxies, site_of
from domain.errors import SettingsError

TRUSTED = "10.0.0.0/8, 192.168.1.7, fd00::/8, ::1"


def scope(peer, *forwarded):
    return {
        "client": None if peer is None else (peer, 4711),
        "headers": [(b"host", b"x"), *((b"x-forwarded-for", value.encode("latin-1")) for value in forwarded)],
    }


CASES = [
    ("a stranger is himself", "203.0.113.5", [], "203.0.113.5"),
    ("a stranger is not believed", "203.0.113.5", ["198.51.100.1"], "203.0.113.5"),
    ("a proxy is believed", "10.1.2.3", ["198.51.100.1"], "198.51.100.1"),
    ("one without a word stands for itself", "10.1.2.3", [], "10.1.2.3"),
    ("what the caller wrote before the proxy is not", "10.1.2.3", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
    ("a chain is followed while it is trusted", "10.1.2.3", ["198.51.100.1, 10.9.9.9, 192.168.1.7"], "198.51.100.1"),
    ("and no further", "10.1.2.3", ["10.8.8.8, 198.51.100.1, 10.9.9.9"], "198.51.100.1"),
    ("a trusted network's own caller is the farthest", "10.1.2.3", ["10.8.8.8, 10.9.9.9"], "10.8.8.8"),
    ("several headers are one list", "10.1.2.3", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
    ("a port is none of the address", "10.1.2.3", ["198.51.100.1:80"], "198.51.100.1"),
    ("nor are brackets", "10.1.2.3", ["[2001:db8::1]:80"], "2001:db8::1"),
    ("nor is a zone", "fd00::1", ["fe80::1%eth0"], "fe80::1"),
    ("what is no address ends the chain", "10.1.2.3", ["198.51.100.1, unknown"], "10.1.2.3"),
    ("so does nothing", "10.1.2.3", ["198.51.100.1, "], "10.1.2.3"),
    ("a name is no address", "10.1.2.3", ["localhost"], "10.1.2.3"),
    ("IPv4 within IPv6 is IPv4", "::ffff:10.1.2.3", ["::ffff:198.51.100.1"], "198.51.100.1"),
    ("an IPv6 proxy is believed", "::1", ["2001:db8:1:2:3::4"], "2001:db8:1:2:3::4"),
    ("bytes that are no text", "10.1.2.3", ["\xff\xfe"], "10.1.2.3"),
]


@pytest.mark.parametrize(("peer", "forwarded", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_caller_is_who_a_trusted_peer_says(peer, forwarded, expected):
    assert client(scope(peer, *forwarded), proxies(TRUSTED)) == ip_address(expected)


def test_without_trusted_proxies_nobody_is_believed():
    assert client(scope("127.0.0.1", "198.51.100.1"), proxies("")) == ip_address("127.0.0.1")


def test_a_unix_socket_has_no_address():
    assert client(scope(None, "198.51.100.1"), proxies(TRUSTED)) is None


def test_a_list_without_end_is_read_only_so_far():
    told = ",".join(["1.1.1.1", *["10.0.0.1"] * 40])

    assert client(scope("10.1.2.3", told), proxies(TRUSTED)) == ip_address("10.0.0.1")


@pytest.mark.parametrize("setting", ["proxy.example", "10.0.0.1/8", "300.1.1.1", "10.0.0.0/8;10.0.0.1"])
def test_a_setting_that_names_no_network_keeps_the_service_from_starting(setting):
    with pytest.raises(SettingsError):
        proxies(setting)


def test_the_setting_may_name_none():
    assert proxies(" , ") == Proxies()


@pytest.mark.parametrize(
    ("address", "site"),
    [("198.51.100.1", "198.51.100.1/32"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")],
)
def test_a_caller_may_well_have_all_of_his_site(address, site):
    assert site_of(ip_address(address)) == ip_network(site)
