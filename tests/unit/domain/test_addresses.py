import pytest

from domain.addresses import is_public, may_reach, networks_of

PUBLIC = ["8.8.8.8", "190.24.0.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
CLOSED = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a00:1",
    "64:ff9b:1::808:808",
    "2002:a00:1::",
    "2001::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "100::1",
    "localhost",
    "127.1",
    "",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_open_network_is_public(address):
    assert is_public(address)
    assert may_reach(address, ())


@pytest.mark.parametrize("address", CLOSED)
def test_every_other_address_is_not(address):
    assert not is_public(address)
    assert not may_reach(address, networks_of("198.51.100.0/24,2001:db8:1::/48"))


def test_a_network_that_was_allowed_by_name_may_be_reached_and_no_other():
    networks = networks_of(" 10.1.0.0/16, fd12::/64,")

    assert may_reach("10.1.2.3", networks)
    assert may_reach("fd12::5", networks)
    assert not may_reach("10.2.0.1", networks)
    assert not may_reach("no address", networks)


def test_what_is_no_network_is_refused():
    with pytest.raises(ValueError, match=r"10\.0\.0\.1/8"):
        networks_of("10.0.0.1/8")
