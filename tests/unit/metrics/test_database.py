"""Units of work, and the pool."""

from tests.unit.metrics.scraped import series, value
from watchword.metrics import Metrics


def test_each_unit_is_summed_up_by_its_name_and_all_together_by_access() -> None:
    metrics = Metrics()
    metrics.database.took("read", "users.get_user", 0.002)
    metrics.database.took("read", "users.get_user", 0.004)
    metrics.database.took("write", "users.create_user", 0.5)
    assert series(metrics, "watchword_database_unit_seconds_count") == {
        ("users.get_user",): 2,
        ("users.create_user",): 1,
    }
    assert round(value(metrics, "watchword_database_unit_seconds_sum", unit="users.get_user"), 6) == 0.006
    assert value(metrics, "watchword_database_duration_seconds_bucket", access="read", le="0.0025") == 1
    assert value(metrics, "watchword_database_duration_seconds_bucket", access="read", le="0.005") == 2
    assert value(metrics, "watchword_database_duration_seconds_count", access="write") == 1


def test_the_pool_is_asked_at_every_scrape() -> None:
    metrics, busy = Metrics(), [2]
    metrics.database.watch_pool(10, lambda: busy[0])
    in_use = "watchword_database_pool_connections_in_use"
    assert (value(metrics, "watchword_database_pool_connections_max"), value(metrics, in_use)) == (10, 2)
    busy[0] = 10
    assert value(metrics, in_use) == 10


def test_without_a_pool_there_is_nothing_to_say_of_one() -> None:
    assert series(Metrics(), "watchword_database_pool_connections_max") == {}
