import pytest

from domain.addresses import networks_of
from domain.webhook_urls import UrlPolicy, problem_of

STRICT = UrlPolicy()
LOOSE = UrlPolicy(http=True, ports=(), networks=networks_of("127.0.0.0/8"))


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/webhook",
        "https://example.com:443",
        "https://example.com/a?token=b#c",
        "https://piñata.example/á",
        "https://8.8.8.8/",
        "https://[2606:4700:4700::1111]/",
        "https://internal-name/",
    ],
)
def test_a_sound_url_may_be_a_webhook(url):
    assert problem_of(url, STRICT) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "http://example.com/",
        "ftp://example.com/",
        "https://",
        "https:///path",
        "https://user@example.com/",
        "https://user:secret@example.com/",
        "https://@example.com/",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://example.com/a b",
        "https://example.com/\r\nX-Evil: 1",
        "https://example.com/\0",
        "https://[::1",
        "https://example.com/" + "a" * 2048,
    ],
)
def test_what_is_no_https_url_may_not(url):
    assert "HTTPS" in problem_of(url, STRICT)


@pytest.mark.parametrize("port", [22, 80, 6379, 8080])
def test_a_port_that_is_not_allowed_is_named(port):
    assert str(port) in problem_of(f"https://example.com:{port}/", STRICT)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:10.0.0.1]",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "１２７.０.０.１",  # digits of another width
        "①②⑦.⓪.⓪.①",
        "127.0.0.1.",
    ],
)
def test_no_spelling_of_a_closed_address_gets_through(host):
    assert problem_of(f"https://{host}/", STRICT) is not None


def test_a_setting_allows_http_any_port_and_a_network():
    assert problem_of("http://127.0.0.1:1234/", LOOSE) is None
    assert problem_of("http://10.0.0.1:1234/", LOOSE) is not None
    assert "HTTP URL" in problem_of("ftp://example.com/", LOOSE)
