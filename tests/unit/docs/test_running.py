"""What the page about running says of systemd, proxies, containers and PostgreSQL fits what the code does."""

import configparser
import re
import shlex

import click
from click.testing import CliRunner

from tests.manual import DOCS, ROOT, blocks
from watchword.cli import main
from watchword.cli.serve import serve
from watchword.settings import SETTINGS, load
from watchword.settings.readers import database_url, networks, origin

PAGE = (DOCS / "running.md").read_text("utf-8")
CONTAINER = (ROOT / "Containerfile").read_text("utf-8")
SERVED = "127.0.0.1:9000"


def unit() -> configparser.RawConfigParser:
    """Read as strictly as it can be: keys as they are written; of those given twice the last."""
    parser = configparser.RawConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign] # typeshed: a method
    [block] = blocks("ini")
    parser.read_string(block.text)
    return parser


def settings_of(text: str) -> dict[str, str]:
    return dict(re.findall(r"(WATCHWORD_[A-Z_]+)=(\S+)", text))


def served_by(command: str) -> dict[str, object]:
    """The options of `watchword serve`, as it reads them."""
    words = shlex.split(command)
    assert words[0].endswith("watchword")
    assert words[1] == "serve"
    with CliRunner().isolation():
        return dict(serve.make_context("serve", words[2:], **main.context_settings).params)


def test_the_unit_has_the_three_sections_of_a_service() -> None:
    assert unit().sections() == ["Unit", "Service", "Install"]


def test_the_service_runs_the_command_where_the_proxies_look_for_it() -> None:
    params = served_by(unit()["Service"]["ExecStart"])
    assert f"{params['host']}:{params['port']}" == SERVED
    [nginx], [caddy] = blocks("nginx"), blocks("caddy")
    assert f"proxy_pass http://{SERVED};" in nginx.text
    assert f"reverse_proxy {SERVED}" in caddy.text


def test_the_command_is_where_the_page_installs_it() -> None:
    [made] = re.findall(r"python3 -m venv (\S+)", PAGE)
    assert unit()["Service"]["ExecStart"].startswith(f"{made}/bin/watchword ")
    assert f"{made}/bin/pip install ." in PAGE


def test_the_service_may_write_its_data_and_nothing_else() -> None:
    service = unit()["Service"]
    data = f"/var/lib/{service['StateDirectory']}"
    assert settings_of(PAGE)["WATCHWORD_DATA_DIR"] == data
    assert f"--home-dir {data} " in PAGE
    assert f"--data-dir {data}" in PAGE
    assert (service["ProtectSystem"], service["StateDirectoryMode"]) == ("strict", "0700")
    assert service["User"] == service["Group"] == "watchword"


def test_the_settings_of_the_unit_are_settings_and_their_values_are_taken() -> None:
    [block] = blocks("ini")
    given = settings_of(block.text)
    assert given.keys() <= {info.name for info in SETTINGS}
    assert origin(given["WATCHWORD_PUBLIC_URL"]) == given["WATCHWORD_PUBLIC_URL"]
    assert [str(network) for network in networks(given["WATCHWORD_TRUSTED_PROXIES"])] == ["127.0.0.1/32", "::1/128"]


def test_nginx_passes_on_what_is_believed_of_a_proxy() -> None:
    [block] = blocks("nginx")
    for header in ("X-Forwarded-For $proxy_add_x_forwarded_for", "X-Forwarded-Proto $scheme", "Host $host"):
        assert f"proxy_set_header {header};" in block.text
    assert block.text.count("{") == block.text.count("}")
    assert all(re.fullmatch(r"\s*(|[^;{}]+[;{]|\})", line) for line in block.text.splitlines())


def test_nginx_waits_longer_than_a_gateway_may_take_and_takes_every_body() -> None:
    [block] = blocks("nginx")
    [waits] = re.findall(r"proxy_read_timeout (\d+)s;", block.text)
    [info] = [info for info in SETTINGS if info.field == "gateway_timeout"]
    assert int(waits) > info.read("30") >= float(info.default)
    [megabytes] = re.findall(r"client_max_body_size (\d+)m;", block.text)
    assert int(megabytes) * 1_000_000 > 1_000_000


def test_the_container_keeps_its_data_where_the_volume_is() -> None:
    assert "WATCHWORD_DATA_DIR=/data" in CONTAINER
    assert "VOLUME /data" in CONTAINER
    assert "--volume watchword:/data" in PAGE
    assert "`/data`" in PAGE


def test_the_container_listens_where_it_is_published() -> None:
    [entry] = re.findall(r"^ENTRYPOINT (\[.+\])$", CONTAINER, re.MULTILINE)
    [command] = re.findall(r"^CMD (\[.+\])$", CONTAINER, re.MULTILINE)
    words = [word for part in (entry, command) for word in re.findall(r'"([^"]+)"', part)]
    params = served_by(shlex.join(words))
    assert params["host"] == "0.0.0.0"  # noqa: S104 - within a container
    assert f"EXPOSE {params['port']}" in CONTAINER
    assert f"--publish 127.0.0.1:9000:{params['port']}" in PAGE
    assert f"http://127.0.0.1:{params['port']}/-/health/ready/" in CONTAINER


def test_the_container_has_what_a_wheel_is_built_of() -> None:
    copied = [
        name for line in re.findall(r"^COPY (?!--from)(.+)$", CONTAINER, re.MULTILINE) for name in line.split()[:-1]
    ]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert {"pyproject.toml", "README.md", "CHANGELOG.md", "docs", "src"} <= set(copied)


def test_the_container_runs_as_nobody_of_importance() -> None:
    [number] = re.findall(r"^USER (\d+)$", CONTAINER, re.MULTILINE)
    assert f"--uid {number} " in CONTAINER
    assert f"number {number}" in PAGE


def test_the_container_has_a_python_that_watchword_takes() -> None:
    versions = re.findall(r"^FROM docker\.io/library/python:3\.(\d+)-slim", CONTAINER, re.MULTILINE)
    [(least, below)] = re.findall(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', (ROOT / "pyproject.toml").read_text())
    assert len(versions) == 2
    assert all(int(least) <= int(version) < int(below) for version in versions)


def test_the_address_of_the_database_is_taken_and_names_what_was_made() -> None:
    [address] = re.findall(r'WATCHWORD_DATABASE_URL="([^"]+)"', PAGE)
    settings = load({"WATCHWORD_DATABASE_URL": address, "WATCHWORD_SECRET_KEY": "x" * 32})
    assert settings.database_url == database_url(address)
    [sql] = blocks("sql")
    assert "CREATE ROLE watchword LOGIN PASSWORD 'choose a long one';" in sql.text
    assert "CREATE DATABASE watchword OWNER watchword" in sql.text
    assert address.endswith("//watchword:choose%20a%20long%20one@127.0.0.1/watchword")


def test_several_servers_are_told_apart_by_their_ports() -> None:
    ports = [served_by(line)["port"] for line in re.findall(r"^watchword serve --port .+$", PAGE, re.MULTILINE)]
    assert len(ports) == len(set(ports)) == 2
    assert isinstance(serve, click.Command)
