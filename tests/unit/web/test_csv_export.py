import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest
from litestar import Litestar, get
from litestar.response import Stream
from litestar.testing import TestClient

from watchword.errors import DatabaseUnavailable
from watchword.web.csv_export import Cells, batches_of, csv_response


async def batches(*rows: Sequence[Cells]) -> AsyncIterator[Sequence[Cells]]:
    for batch in rows:
        yield batch


async def file_of(response: Stream) -> str:
    assert isinstance(response.iterator, AsyncIterator)
    return b"".join([part async for part in response.iterator if isinstance(part, bytes)]).decode()


async def cell(value: object) -> str:
    text = await file_of(await csv_response("x", ["a"], batches([[value, "end"]])))
    return list(csv.reader(io.StringIO(text)))[1][0]


async def test_a_file_has_a_line_of_names_and_then_the_rows() -> None:
    made = await csv_response("people", ["name", "age"], batches([["ada", 36], ["bob", 7]], [["eve", 5]]))
    assert await file_of(made) == "name,age\r\nada,36\r\nbob,7\r\neve,5\r\n"


async def test_of_nothing_there_are_the_names_alone() -> None:
    assert await file_of(await csv_response("people", ["name"], batches())) == "name\r\n"
    assert await file_of(await csv_response("people", ["name"], batches([]))) == "name\r\n"


@pytest.mark.parametrize("text", ["one, two", 'say "so"', "two\nlines", "two\r\nlines", "ärger 🙂", "a\x00b", " "])
async def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert await cell(text) == text


async def test_quotes_are_doubled_and_lines_end_with_both_characters() -> None:
    made = await csv_response("x", ["a", "b"], batches([['say "so"', "1,2"]]))
    assert await file_of(made) == 'a,b\r\n"say ""so""","1,2"\r\n'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
async def test_a_spreadsheet_takes_no_cell_for_a_formula(start: str) -> None:
    formula = f'{start}HYPERLINK("https://evil.example","x")'
    assert await cell(formula) == f"'{formula}"


@pytest.mark.parametrize("text", ["a=b", "ada@example.org", "'=1", "", "1+1"])
async def test_other_text_gets_no_apostrophe(text: str) -> None:
    assert await cell(text) == text


async def test_a_column_named_like_a_formula_is_none() -> None:
    assert await file_of(await csv_response("x", ["=a", "b"], batches())) == "'=a,b\r\n"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (-5, "-5"),
        (0.25, "0.25"),
        (datetime(2026, 8, 1, 9, 30, 5, 999, tzinfo=UTC), "2026-08-01T09:30:05Z"),
        (datetime(2026, 8, 1, 9, 30, tzinfo=timezone(timedelta(hours=2))), "2026-08-01T07:30:00Z"),
    ],
)
async def test_values_are_written_so_that_programs_read_them(value: object, written: str) -> None:
    assert await cell(value) == written


async def test_batches_are_read_one_at_a_time_as_they_are_sent() -> None:
    asked = []

    async def read(last: int | None) -> list[int]:
        asked.append(last)
        return list(range((last or 0) + 1, (last or 0) + 3)) if (last or 0) < 6 else []

    made = await csv_response("x", ["n"], batches_of(read, lambda number: [number]))
    assert asked == [None]
    assert isinstance(made.iterator, AsyncIterator)
    assert [await anext(made.iterator), await anext(made.iterator)] == [b"n\r\n1\r\n2\r\n", b"3\r\n4\r\n"]
    assert asked == [None, 2]
    assert await file_of(made) == "5\r\n6\r\n"
    assert asked == [None, 2, 4, 6]


async def test_what_goes_wrong_at_the_start_is_no_half_file() -> None:
    async def read(_last: int | None) -> list[int]:
        raise DatabaseUnavailable

    with pytest.raises(DatabaseUnavailable):
        await csv_response("x", ["n"], batches_of(read, lambda number: [number]))


def test_over_http_it_is_a_file_to_keep() -> None:
    @get("/people.csv")
    async def handler() -> Stream:
        return await csv_response("people-2026-08-01", ["name"], batches([["ärger"]]))

    with TestClient(Litestar([handler], openapi_config=None)) as client:
        answer = client.get("/people.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="people-2026-08-01.csv"'
    assert answer.content == "name\r\närger\r\n".encode()
