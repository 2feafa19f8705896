"""The tables of a library on a server, and how those of earlier versions are brought up to date.

They are those of ``qa.library.schema``, with the search indexes beside them instead of in files: ``vectors``
holds half-precision vectors of pgvector, ``words`` the passages' words as tsvector, ``terms`` in how many
passages each word stands. Text is compared by code points (collation "C"), as SQLite does.
"""

from __future__ import annotations

import secrets
from math import pi

from qa.library.postgres.dialect import PostgresConnection

MOST_COUNTED = 255
"""How often a word is counted in one passage: a tsvector keeps so many of its places."""

_TEXT = 'text COLLATE "C"'

# ts_rank of one word with all weights 1 is (1 + 1/4 + 1/9 + … + 1/tf²) / (pi²/6) for tf occurrences. What
# that lacks of 1 is trigamma(tf + 1) / (pi²/6), and 1 / trigamma(tf + 1) is tf + 1/2 and a little
# more (Abramowitz & Stegun 1964, 6.4.12): so tf can be read off it, exactly and in the server's own code.
# Unnesting the tsvector says the same in two to five times the time (37,475 passages). _CHECK makes sure of
# it where a library is made.
_OCCURRENCES = f"""
CREATE FUNCTION occurrences(words tsvector, term tsquery) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT round({6 / pi**2!r}::float8
        / (1 - ts_rank('{{1,1,1,1}}'::real[], words, term)::float8) - 0.5::float8) $$
"""
_CHECK = """
DO $$ BEGIN
    IF EXISTS (
        SELECT FROM generate_series(0, 255) AS n, LATERAL (
            SELECT coalesce(string_agg('a:' || at, ' '), '') || ' b:1' AS text
            FROM generate_series(1, n) AS at
        ) AS made
        WHERE occurrences(made.text::tsvector, 'a') <> n)
    THEN RAISE 'this server counts words in another way'; END IF;
END $$
"""

_FIRST = [
    """CREATE TABLE meta(
    only_one integer PRIMARY KEY CHECK (only_one = 1),
    model TEXT NOT NULL, dimension integer NOT NULL,
    generation bigint NOT NULL, stamp TEXT NOT NULL,
    next_passage bigint NOT NULL, documents bigint NOT NULL, passages bigint NOT NULL,
    body_words bigint NOT NULL DEFAULT 0, context_words bigint NOT NULL DEFAULT 0)""",
    "CREATE TABLE removed(generation bigint NOT NULL, first bigint NOT NULL, last bigint NOT NULL)",
    """CREATE TABLE sources(
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, path TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    sha256 TEXT NOT NULL, size bigint NOT NULL, mtime_ns bigint NOT NULL, reader TEXT NOT NULL, encoding TEXT,
    root TEXT NOT NULL DEFAULT '', beside TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE documents(
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source bigint NOT NULL REFERENCES sources ON DELETE CASCADE,
    position integer NOT NULL, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL, date TEXT,
    characters bigint NOT NULL, first bigint NOT NULL, passages integer NOT NULL,
    metadata TEXT NOT NULL, marks TEXT NOT NULL, text TEXT NOT NULL,
    unedited TEXT, until TEXT, type TEXT, sender TEXT, recipient TEXT, collection TEXT)""",
    "CREATE INDEX documents_source ON documents(source)",
    """CREATE TABLE layouts(
    document bigint PRIMARY KEY REFERENCES documents ON DELETE CASCADE, layout bytea NOT NULL)""",
    """CREATE TABLE edits(
    document TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, path TEXT NOT NULL,
    sha256 TEXT NOT NULL, PRIMARY KEY (document, field))""",
    """CREATE TABLE passages(
    id bigint PRIMARY KEY, document bigint NOT NULL REFERENCES documents ON DELETE CASCADE,
    start integer NOT NULL, "end" integer NOT NULL, voice TEXT NOT NULL,
    context TEXT NOT NULL, text TEXT NOT NULL, clean TEXT)""",
    "CREATE INDEX passages_document ON passages(document)",
    """CREATE TABLE vectors(
    passage bigint PRIMARY KEY, document bigint NOT NULL REFERENCES documents ON DELETE CASCADE,
    vector halfvec({dimension}) NOT NULL)""",
    "ALTER TABLE vectors ALTER vector SET STORAGE PLAIN",
    "CREATE INDEX vectors_document ON vectors(document)",
    """CREATE TABLE words(
    passage bigint PRIMARY KEY, document bigint NOT NULL REFERENCES documents ON DELETE CASCADE,
    body tsvector NOT NULL, context tsvector NOT NULL,
    body_length integer NOT NULL, context_length integer NOT NULL, body_words integer NOT NULL,
    context_words integer NOT NULL)""",
    # In the row as long as that is possible: a question reads thousands of them.
    "ALTER TABLE words ALTER body SET STORAGE MAIN, ALTER context SET STORAGE MAIN",
    "ALTER TABLE words SET (toast_tuple_target = 8160)",
    "CREATE INDEX words_document ON words(document)",
    "CREATE INDEX words_found ON words USING gin(body, context) WITH (fastupdate = off)",
    """CREATE TABLE terms(
    term TEXT PRIMARY KEY, body integer NOT NULL, context integer NOT NULL) WITH (fillfactor = 70)""",
    _OCCURRENCES,
    _CHECK,
    """CREATE FUNCTION listed(list text) RETURNS TABLE(key bigint, value text)
    LANGUAGE sql IMMUTABLE AS $$
    SELECT at - 1, one FROM json_array_elements_text(replace(list, '\\u0000', U&'\\FDD00')::json)
        WITH ORDINALITY AS found(one, at) $$""",
    # In how many passages a word stands, kept by the database itself in the same transaction: however a
    # passage comes or goes, the statistics of BM25 are those of what is in.
    """CREATE FUNCTION count_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE sign integer := CASE WHEN TG_OP = 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    INSERT INTO terms
    SELECT word, sign * sum(body), sign * sum(context) FROM (
        SELECT unnest(tsvector_to_array(body)) AS word, 1 AS body, 0 AS context FROM changed
        UNION ALL SELECT unnest(tsvector_to_array(context)), 0, 1 FROM changed) AS each
    GROUP BY word ORDER BY word
    ON CONFLICT (term) DO UPDATE
        SET body = terms.body + excluded.body, context = terms.context + excluded.context;
    UPDATE meta SET body_words = meta.body_words + sign * found.body,
        context_words = meta.context_words + sign * found.context
    FROM (SELECT coalesce(sum(body_words), 0) AS body, coalesce(sum(context_words), 0) AS context
        FROM changed) AS found;
    RETURN NULL;
END $$""",
    """CREATE TRIGGER words_added AFTER INSERT ON words
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_words()""",
    """CREATE TRIGGER words_removed AFTER DELETE ON words
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_words()""",
]

_NOTES = ["CREATE TABLE notes(name TEXT PRIMARY KEY, note TEXT NOT NULL)"]

MIGRATIONS = {1: _FIRST, 2: _NOTES}
"""Version → the statements that lead to it from the one before."""

VERSION = max(MIGRATIONS)

READABLE = 1
"""The earliest version that can be asked as it is: by those who may not change it, and while no server takes
changes."""


def version(connection: PostgresConnection, schema: str) -> int:
    """The version of the tables in ``schema``; 0 where there are none, -1 where it holds other things."""
    ((mine, some),) = connection.ask(
        "SELECT to_regclass(%s) IS NOT NULL, "
        "EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace(%s))",
        (f"{schema}.migrations", schema),
    ).fetchall()
    if not mine:
        return -1 if some else 0
    ((found,),) = connection.ask(f"SELECT coalesce(max(version), 0) FROM {schema}.migrations").fetchall()
    return int(found)


def migrate(connection: PostgresConnection, schema: str, model: str, dimension: int) -> None:
    """Makes the tables where there are none and brings earlier ones up to date, inside somebody else's
    transaction, which keeps other processes from doing the same meanwhile. Raises psycopg.Error."""
    connection.ask("SELECT pg_advisory_xact_lock(hashtext('ibid'), hashtext(%s))", (schema,))
    before = version(connection, schema)
    if before == VERSION:  # another process was faster
        return
    if before == 0:
        if not connection.ask("SELECT FROM pg_extension WHERE extname = 'vector'").fetchall():
            connection.ask("CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public")
        connection.ask(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        connection.ask(
            f"CREATE TABLE {schema}.migrations(version integer PRIMARY KEY, "
            "applied timestamptz NOT NULL DEFAULT now())"
        )
    for following in range(before + 1, VERSION + 1):
        for statement in MIGRATIONS[following]:
            connection.ask(statement.replace("TEXT", _TEXT).replace("{dimension}", str(dimension)))
        connection.ask("INSERT INTO migrations VALUES (%s)", (following,))
    if before == 0:
        connection.ask(
            "INSERT INTO meta VALUES (1, %s, %s, 0, %s, 1, 0, 0)", (model, dimension, secrets.token_hex(8))
        )
