"""From the environment to the settings."""

import stat
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from watchword.errors import SettingsInvalid
from watchword.settings import Settings, load

KEY = "k" * 32
POSTGRESQL = {"WATCHWORD_DATABASE_URL": "postgresql://sms:pw@db/sms", "WATCHWORD_SECRET_KEY": KEY}


def problem(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsInvalid) as caught:
        load(environ)
    return caught.value.message


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = load({}, data_dir=tmp_path)
    assert settings == Settings(
        database_url=f"sqlite:///{tmp_path}/watchword.db",
        database_pool=10,
        database_timeout=5.0,
        data_dir=tmp_path,
        secret_key=(tmp_path / "secret_key").read_text().strip(),
        secret_key_previous=None,
        public_url=None,
        bootstrap_password=None,
        bootstrap_token=None,
        log_level="info",
        trusted_proxies=(),
        phone_validation="valid",
        default_region=None,
        api_reveal_secrets=False,
        redirect_origins=(),
        blueprints_dir=None,
        policy_timeout=1.0,
        policy_memory=64,
        gateway_timeout=8.0,
        gateway_concurrency=8000,
        gateway_queue=2000,
        keep_deliveries=timedelta(days=90),
        keep_events=timedelta(days=365),
        twilio_url="https://api.twilio.com",
        metrics_token=None,
    )
    assert settings.embedded


def test_everything_can_be_set(tmp_path: Path) -> None:
    environ = {
        **POSTGRESQL,
        "WATCHWORD_DATABASE_POOL": "25",
        "WATCHWORD_DATABASE_TIMEOUT": "2.5",
        "WATCHWORD_DATA_DIR": str(tmp_path),
        "WATCHWORD_SECRET_KEY_PREVIOUS": "p" * 32,
        "WATCHWORD_PUBLIC_URL": "https://SMS.example.org/",
        "WATCHWORD_BOOTSTRAP_PASSWORD": " first password ",
        "WATCHWORD_BOOTSTRAP_TOKEN": "first-token",
        "WATCHWORD_LOG_LEVEL": "Debug",
        "WATCHWORD_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
        "WATCHWORD_PHONE_VALIDATION": "possible",
        "WATCHWORD_DEFAULT_REGION": "de",
        "WATCHWORD_API_REVEAL_SECRETS": "TRUE",
        "WATCHWORD_REDIRECT_ORIGINS": "https://app.example.org,http://localhost:8080",
        "WATCHWORD_EXPRESSION_TIMEOUT": "2.5",
        "WATCHWORD_EXPRESSION_MEMORY": "128",
        "WATCHWORD_GATEWAY_TIMEOUT": "30",
        "WATCHWORD_GATEWAY_CONCURRENCY": "50",
        "WATCHWORD_GATEWAY_QUEUE": "0",
        "WATCHWORD_KEEP_DELIVERIES": "days=60",
        "WATCHWORD_KEEP_EVENTS": "forever",
        "WATCHWORD_TWILIO_URL": "http://127.0.0.1:4010",
        "WATCHWORD_METRICS_TOKEN": "a-token-of-prometheus==",
    }
    settings = load(environ)
    assert settings == Settings(
        database_url="postgresql+psycopg://sms:pw@db/sms",
        database_pool=25,
        database_timeout=2.5,
        data_dir=tmp_path,
        secret_key=KEY,
        secret_key_previous="p" * 32,
        public_url="https://sms.example.org",
        bootstrap_password=" first password ",
        bootstrap_token="first-token",
        log_level="debug",
        trusted_proxies=(ip_network("10.0.0.0/8"), ip_network("::1/128")),
        phone_validation="possible",
        default_region="DE",
        api_reveal_secrets=True,
        redirect_origins=("https://app.example.org", "http://localhost:8080"),
        blueprints_dir=None,
        policy_timeout=2.5,
        policy_memory=128,
        gateway_timeout=30.0,
        gateway_concurrency=50,
        gateway_queue=0,
        keep_deliveries=timedelta(days=60),
        keep_events=None,
        twilio_url="http://127.0.0.1:4010",
        metrics_token="a-token-of-prometheus==",
    )
    assert not settings.embedded


@pytest.mark.parametrize(("set_", "counts"), [("0.5", 0.5), ("8", 8.0), ("9", 9.0), ("9.1", 9.0), ("30", 9.0)])
def test_no_message_takes_longer_than_visitors_wait(tmp_path: Path, set_: str, counts: float) -> None:
    assert load({"WATCHWORD_GATEWAY_TIMEOUT": set_}, data_dir=tmp_path).gateway_deadline == counts


def test_the_data_directory_is_made_for_its_owner_only(tmp_path: Path) -> None:
    data_dir = tmp_path / "var" / "data"
    load({"WATCHWORD_DATA_DIR": str(data_dir)})
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700


def test_with_postgresql_nothing_is_written(tmp_path: Path) -> None:
    load(POSTGRESQL, data_dir=tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_an_empty_variable_counts_as_unset(tmp_path: Path) -> None:
    environ = {"WATCHWORD_PUBLIC_URL": "", "WATCHWORD_LOG_LEVEL": "", "WATCHWORD_SECRET_KEY_FILE": ""}
    settings = load(environ, data_dir=tmp_path)
    assert (settings.public_url, settings.log_level) == (None, "info")


def test_an_override_wins_over_the_environment(tmp_path: Path) -> None:
    environ = {"WATCHWORD_LOG_LEVEL": "error", "WATCHWORD_GATEWAY_TIMEOUT": "nonsense"}
    settings = load(environ, data_dir=str(tmp_path), log_level="DEBUG", gateway_timeout=3.0, public_url=None)
    assert (settings.log_level, settings.gateway_timeout, settings.data_dir) == ("debug", 3.0, tmp_path)


def test_an_override_that_is_none_is_not_given(tmp_path: Path) -> None:
    assert load({"WATCHWORD_LOG_LEVEL": "error"}, data_dir=tmp_path, log_level=None).log_level == "error"


def test_an_unknown_override_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="colour"):
        load({}, data_dir=tmp_path, colour="red")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_may_be_spelled_in_every_usual_way(scheme: str) -> None:
    settings = load({"WATCHWORD_DATABASE_URL": f"{scheme}://u:p@h/n?sslmode=require", "WATCHWORD_SECRET_KEY": KEY})
    assert settings.database_url == "postgresql+psycopg://u:p@h/n?sslmode=require"


def test_an_sqlite_file_may_be_named(tmp_path: Path) -> None:
    settings = load({"WATCHWORD_DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}, data_dir=tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/x.db"
    assert settings.embedded


def test_postgresql_without_a_secret_key_says_how_to_make_one() -> None:
    message = problem({"WATCHWORD_DATABASE_URL": "postgresql://db/sms"})
    assert "WATCHWORD_SECRET_KEY must be set" in message
    assert "openssl rand -hex 32" in message


def test_every_problem_is_told_at_once() -> None:
    message = problem(
        {"WATCHWORD_SECRET_KEY": "short", "WATCHWORD_LOG_LEVEL": "loud", "WATCHWORD_COLOUR": "red", "PATH": "/bin"}
    )
    names = [line.split()[0] for line in message.splitlines()]
    assert names == ["WATCHWORD_COLOUR", "WATCHWORD_SECRET_KEY", "WATCHWORD_LOG_LEVEL"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("WATCHWORD_SECRET_KEYS", "Did you mean WATCHWORD_SECRET_KEY?"),
        ("WATCHWORD_DATABASE", "Did you mean WATCHWORD_DATABASE_URL?"),
        ("WATCHWORD_SECRET_KEY_FIEL", "Did you mean WATCHWORD_SECRET_KEY_FILE?"),
        ("WATCHWORD_", "Remove it."),
        ("WATCHWORD_ZZZZZZZZZZZZZZZZ", "Remove it."),
        ("WATCHWORD_PORT", "is not a setting."),
    ],
)
def test_an_unknown_name_is_an_error_with_a_hint(name: str, hint: str) -> None:
    message = problem({name: "9000"})
    assert message.startswith(f"{name} is not a setting.")
    assert hint in message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WATCHWORD_SERVICE_HOST", "10.96.0.7"),
        ("WATCHWORD_SERVICE_PORT", "9000"),
        ("WATCHWORD_SERVICE_PORT_HTTP", "9000"),
        ("WATCHWORD_PORT", "tcp://10.96.0.7:9000"),
        ("WATCHWORD_PORT_9000_TCP", "tcp://10.96.0.7:9000"),
        ("WATCHWORD_PORT_9000_TCP_ADDR", "10.96.0.7"),
        ("WATCHWORD_PORT_9000_TCP_PORT", "9000"),
        ("WATCHWORD_POSTGRES_SERVICE_HOST", "10.96.0.8"),
        ("WATCHWORD_POSTGRES_PORT_5432_TCP_PROTO", "tcp"),
        ("WATCHWORD_TEST_POSTGRESQL", "postgresql://localhost/test"),
        ("OTHER_SECRET_KEY", "x"),
    ],
)
def test_variables_of_kubernetes_and_of_others_are_passed_over(tmp_path: Path, name: str, value: str) -> None:
    assert load({name: value}, data_dir=tmp_path) == load({}, data_dir=tmp_path)
