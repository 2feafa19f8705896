"""The tables of a library's SQLite file, and how those of earlier versions are brought up to date."""

from __future__ import annotations

import secrets
import sqlite3

APPLICATION = 0x49626964  # "Ibid": tells a library from any other SQLite file
VERSION = 2

_TABLES = """
CREATE TABLE meta(                       -- one row
    only INTEGER PRIMARY KEY CHECK (only = 1),
    model TEXT NOT NULL, dimension INTEGER NOT NULL,
    generation INTEGER NOT NULL, stamp TEXT NOT NULL,
    next_passage INTEGER NOT NULL,       -- ids of passages are given once and never again
    documents INTEGER NOT NULL, passages INTEGER NOT NULL);
CREATE TABLE changes(                    -- every commit there was: what derived indexes are checked against
    generation INTEGER PRIMARY KEY, stamp TEXT NOT NULL);
CREATE TABLE removed(                    -- ranges of passages taken out, and with which commit
    generation INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE INDEX removed_generation ON removed(generation);
CREATE TABLE sources(
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, name TEXT NOT NULL, sha256 TEXT NOT NULL,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, reader TEXT NOT NULL, encoding TEXT,
    root TEXT NOT NULL DEFAULT '', beside TEXT NOT NULL DEFAULT '');
CREATE TABLE documents(
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    position INTEGER NOT NULL, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL, date TEXT,
    characters INTEGER NOT NULL,
    first INTEGER NOT NULL, passages INTEGER NOT NULL,  -- its passages are first … first + passages - 1
    metadata TEXT NOT NULL, marks TEXT NOT NULL, text TEXT NOT NULL,
    unedited TEXT,                       -- the metadata as it was read, where a person edited it
    until TEXT,                          -- the last day, month or year where that is not the date
    type TEXT, sender TEXT, recipient TEXT, collection TEXT);
-- Lists and scopes are read from these two alone: a document's row drags its text along.
CREATE INDEX documents_listed ON documents(
    source, position, name, title, date, characters, passages, type, sender, recipient, collection);
CREATE INDEX documents_dated ON documents(date, until, first, passages);
CREATE TABLE layouts(                    -- where words stand on the pages, packed already
    document INTEGER PRIMARY KEY REFERENCES documents ON DELETE CASCADE, layout BLOB NOT NULL);
CREATE TABLE edits(                      -- what a person said of a document; outlives reading it anew
    document TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
    path TEXT NOT NULL, sha256 TEXT NOT NULL,           -- of the source file: a namesake is another document
    PRIMARY KEY (document, field)) WITHOUT ROWID;
CREATE TABLE passages(
    id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, voice TEXT NOT NULL,
    context TEXT NOT NULL, text TEXT NOT NULL,
    clean TEXT                           -- NULL where it is the text itself
    );
CREATE INDEX passages_document ON passages(document);
CREATE TABLE vectors(                    -- apart, so that reading passages does not drag them along
    passage INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
    vector BLOB NOT NULL)                -- float16, little-endian
"""

# A source file's root is its path without its name; a list further up is noticed when it is added again.
_TO_2 = r"""
ALTER TABLE sources ADD COLUMN root TEXT NOT NULL DEFAULT '';
ALTER TABLE sources ADD COLUMN beside TEXT NOT NULL DEFAULT '';
UPDATE sources SET root = substr(path, 1, length(path) - length(name) - 1)
    WHERE replace(substr(path, -length(name) - 1), '\', '/') = '/' || name;
ALTER TABLE documents ADD COLUMN unedited TEXT;
ALTER TABLE documents ADD COLUMN until TEXT;
ALTER TABLE documents ADD COLUMN type TEXT;
ALTER TABLE documents ADD COLUMN sender TEXT;
ALTER TABLE documents ADD COLUMN recipient TEXT;
ALTER TABLE documents ADD COLUMN collection TEXT;
UPDATE documents SET type = json_extract(metadata, '$.csl.type'),
    sender = json_extract(metadata, '$.sender'), recipient = json_extract(metadata, '$.recipient');
DROP INDEX documents_listed;
DROP INDEX documents_dated;
CREATE INDEX documents_listed ON documents(
    source, position, name, title, date, characters, passages, type, sender, recipient, collection);
CREATE INDEX documents_dated ON documents(date, until, first, passages);
CREATE TABLE layouts(
    document INTEGER PRIMARY KEY REFERENCES documents ON DELETE CASCADE, layout BLOB NOT NULL);
CREATE TABLE edits(
    document TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
    path TEXT NOT NULL, sha256 TEXT NOT NULL,
    PRIMARY KEY (document, field)) WITHOUT ROWID
"""
_UPGRADES = {1: _TO_2}
"""Version → what makes the next one of it."""


def make(connection: sqlite3.Connection, model: str, dimension: int) -> None:
    """All tables of a new library, inside somebody else's transaction."""
    for statement in _TABLES.split(";\n"):
        connection.execute(statement)
    stamp = secrets.token_hex(8)
    connection.execute("INSERT INTO meta VALUES (1, ?, ?, 0, ?, 1, 0, 0)", (model, dimension, stamp))
    connection.execute("INSERT INTO changes VALUES (0, ?)", (stamp,))
    connection.execute(f"PRAGMA application_id={APPLICATION}")
    connection.execute(f"PRAGMA user_version={VERSION}")


def is_older(connection: sqlite3.Connection) -> bool:
    """Whether it is a library of an earlier version."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return bool(application == APPLICATION and 0 < version < VERSION)


def upgrade(connection: sqlite3.Connection) -> None:
    """Brings an older library up to date, in one transaction: a kill leaves it as it was. What was read
    stays as it is, passages and vectors too, so the search indexes stay good."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        while is_older(connection):  # no other process was faster
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            for statement in _UPGRADES[version].split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={version + 1}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
