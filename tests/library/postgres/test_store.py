"""Opening a library on a server, and what is said when something is off there."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from qa.errors import LibraryBusy, LibraryError, StorageFull, UsageError, WrongModel
from qa.library import open_library
from qa.library.address import Address
from qa.library.postgres import PostgresLibrary, plainly, schema
from tests.library.shelf import LETTER, NOTE, answers, filled, opened, put, stands
from tests.ports import free_port
from tests.postgres_server import Server

ROOT = Path(__file__).resolve().parents[3]


def test_a_library_is_made_once_however_many_open_it(server: Server) -> None:
    place, wrong = server.library(), []

    def open_it() -> None:
        try:
            opened(place).close()
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    name = place.partition("schema=")[2]
    applied = server.ask(f"SELECT version FROM {name}.migrations ORDER BY version")
    assert applied == [(version,) for version in schema.MIGRATIONS]


def test_several_libraries_in_one_database(server: Server) -> None:
    first, second = opened(server.library()), opened(server.library())
    put(first, "/letter.txt", LETTER)
    put(second, "/note.txt", NOTE)
    assert [d.name for d in first.documents()] == ["letter.txt"]
    assert [d.name for d in second.documents()] == ["note.txt"]
    assert answers(second, "The wheat has arrived at Odessa.")[0] == []
    first.close()
    second.close()


def said(place: str, **more: object) -> str:
    with pytest.raises(LibraryError) as told:
        open_library(place, **({"model": "hash"} | more))  # type: ignore[arg-type]
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 400
    return str(told.value)


def test_what_is_wrong_with_the_server_is_said_in_one_line(server: Server) -> None:
    away = f"postgresql://ada:secret@127.0.0.1:{free_port()}/papers"
    assert "cannot be reached" in said(away)
    assert "secret" not in said(away)
    assert "There is no such database" in said(server.address("nowhere"))
    assert "knows no such user" in said(server.library().replace("postgres@", "nobody@"))
    assert "There is no library at" in said(server.library(), create=False)
    assert "holds other things" in said(server.address(schema="pg_catalog"))
    assert "cannot be used" in said(server.address(colour="red"))


def test_another_model_and_a_newer_format_are_refused(server: Server) -> None:
    place = server.library()
    filled(place).close()
    with pytest.raises(WrongModel, match=r"384.*256"):
        open_library(place, model="hash", dimension=256)
    name = place.partition("schema=")[2]
    server.ask(f"INSERT INTO {name}.migrations VALUES (99)")
    assert re.search(r"newer version .*format is 99.*pip install --upgrade", said(place))


def of_version_1(server: Server, place: str) -> str:
    """Makes a library as the program's first version made them; its schema's name."""
    filled(place).close()
    name = place.partition("schema=")[2]
    server.ask(f"DROP TABLE {name}.notes; DELETE FROM {name}.migrations WHERE version > 1")
    return name


def test_tables_of_an_earlier_version_are_brought_up_to_date(server: Server) -> None:
    place = server.library()
    name = of_version_1(server, place)
    library = opened(place)
    assert server.ask(f"SELECT max(version) FROM {name}.migrations") == [(schema.VERSION,)]
    library.remember("encoding", "fast")
    assert library.remembered("encoding") == "fast"
    stands(library)
    library.close()


def test_whoever_may_only_read_asks_an_earlier_version_as_it_is(server: Server) -> None:
    place = server.library()
    name = of_version_1(server, place)
    server.ask(f"CREATE ROLE guest LOGIN; GRANT USAGE ON SCHEMA {name} TO guest; "
               f"GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO guest")  # fmt: skip
    library = opened(place.replace("postgres@", "guest@"))
    assert answers(library, "Litvinov spoke at the theatre.")[0]
    library.remember("encoding", "fast")
    assert library.remembered("encoding") is None
    library.close()
    # What was brought up to date since holds a table that nobody let them read.
    opened(place).close()
    library = opened(place.replace("postgres@", "guest@"))
    assert library.remembered("encoding") is None
    library.close()


def test_a_server_without_pgvector_is_told_what_it_lacks(server: Server) -> None:
    server.ask("CREATE DATABASE bare")
    server.ask("ALTER DATABASE bare SET extension_control_path = '/nowhere'")
    assert "has no pgvector" in said(server.address("bare"))


def test_a_reader_may_ask_and_not_change(server: Server) -> None:
    place = server.library()
    filled(place).close()
    name = place.partition("schema=")[2]
    server.ask(f"CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA {name} TO reader; "
               f"GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO reader")  # fmt: skip
    library = opened(place.replace("postgres@", "reader@"))
    assert answers(library, "Litvinov spoke at the theatre.")[0]
    for change in (lambda: put(library, "/new.txt", LETTER), lambda: library.remove(["v1.xml"])):
        with pytest.raises(LibraryError, match="no right"):
            change()
    assert "no right" in said(server.library().replace("postgres@", "reader@"))
    library.close()


def test_a_damaged_library_says_the_way_out(server: Server) -> None:
    place = server.library()
    library = filled(place)
    server.ask(f"DROP TABLE {place.partition('schema=')[2]}.words CASCADE")
    with pytest.raises(LibraryError, match=r"is damaged .*Your files are not touched"):
        library.matching("wheat", 5)
    library.close()


@pytest.mark.parametrize(
    ("state", "kind", "words"),
    [
        ("53100", StorageFull, "no room left"),
        ("53300", LibraryBusy, "no more connections"),
        ("55P03", LibraryBusy, "Another process is writing"),
        ("40P01", LibraryBusy, "Another process is writing"),
        ("25006", LibraryError, "can only be read"),
        ("XX000", LibraryError, "failed"),
    ],
)
def test_codes_of_the_server_in_plain_words(server: Server, state: str, kind: type, words: str) -> None:
    import psycopg

    # The server itself raises it: so that its class is the one that psycopg makes of the code.
    with psycopg.connect(server.address()) as connection, pytest.raises(psycopg.Error) as told:
        connection.execute(f"DO $$ BEGIN RAISE 'off' USING ERRCODE = '{state}'; END $$")  # type: ignore[call-overload]
    plain = plainly.plain(told.value, Address.read("postgresql://ada:secret@h/db"))
    assert type(plain) is kind
    assert words in str(plain)
    assert "secret" not in str(plain)


def test_without_the_package_it_says_what_to_install() -> None:
    code = (
        "import sys\n"
        "sys.modules['psycopg'] = None\n"
        "from qa.errors import UsageError\n"
        "from qa.library import open_library, without_password\n"
        "try:\n    open_library('postgresql://h/db', model='hash')\n"
        "except UsageError as error:\n    print(error)\n"
        "print(without_password('postgresql://a:b@h/db'))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "pip install 'ibid[postgres]'" in done.stdout
    assert "postgresql://a@h/db" in done.stdout


def test_another_kind_of_server_is_not_known() -> None:
    with pytest.raises(UsageError, match=r"mysql.*is not known.*postgresql://user@host/database"):
        open_library("mysql://h/db", model="hash")


def test_opening_reads_nothing_that_is_not_needed(server: Server) -> None:
    place = server.library()
    filled(place).close()
    library = opened(place)
    assert isinstance(library, PostgresLibrary)
    assert library._store._writing is library._store._reading, "one server: one pool"
    library.close()


def test_the_pools_log_is_not_put_on_the_screen() -> None:
    code = (
        "import logging\n"
        "import qa.library.postgres\n"
        "logging.getLogger('psycopg.pool').warning('error connecting')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
