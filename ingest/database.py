"""The store's database file: made whole or not at all, opened alike everywhere, its errors as sentences."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, update
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError

from ingest import fulltext, schema
from ingest.errors import StoreError
from ingest.lock import OWNER_ONLY

FILE = "store.sqlite"
#: A database under this name is being made; one that was left under it was never finished.
_MAKING = "store.sqlite.new"
_ASIDE = ("-wal", "-shm", "-journal")
_CAUSES = {
    sqlite3.SQLITE_FULL: "磁盘满了，“{folder}”没有写成，先前读入的都还在；请腾出空间再试。",
    sqlite3.SQLITE_READONLY: "存储目录“{folder}”写不进去（只读，或没有权限），请检查权限，或换一个 --store 目录。",
    sqlite3.SQLITE_PERM: "存储目录“{folder}”写不进去（没有权限），请检查权限，或换一个 --store 目录。",
    sqlite3.SQLITE_CANTOPEN: "存储目录“{folder}”里的文件打不开（没有权限、磁盘只读或已满），请检查后再试。",
    sqlite3.SQLITE_IOERR: "读写“{folder}”出错（磁盘已满、有故障，或网络盘断开了），请检查磁盘后再试。",
    sqlite3.SQLITE_BUSY: "存储正忙，请稍等一会儿再试。",
    sqlite3.SQLITE_LOCKED: "存储正忙，请稍等一会儿再试。",
    sqlite3.SQLITE_NOMEM: "内存不够，请关掉别的程序再试。",
    sqlite3.SQLITE_CORRUPT: "“{folder}”里的存储文件已损坏，{again}",
    sqlite3.SQLITE_NOTADB: "“{folder}”里的 store.sqlite 已损坏或不是本程序的存储，{again}",
}
#: Version → what makes the next one of it, without reading a report again.
_CHANGES = {
    "2": "ALTER TABLE blocks ADD COLUMN origin TEXT",
    "3": "CREATE INDEX facts_by_size ON facts (CAST(value AS FLOAT))",
    "4": "ALTER TABLE blocks ADD COLUMN places TEXT",
}
_AGAIN = "请把这个目录改名备份，再运行 jixiao ingest 重新读入报告。"


def engine_at(folder: Path, name: str = FILE) -> Engine:
    """Return the engine of a folder's database, whose every error is a ``StoreError`` with its cause in a sentence."""
    engine = create_engine(f"sqlite:///{folder / name}")
    event.listen(engine, "connect", _pragmas)

    def told(context: ExceptionContext) -> None:
        if isinstance(context.sqlalchemy_exception, DBAPIError):
            raise _sentence(context.original_exception, folder) from context.original_exception

    event.listen(engine, "handle_error", told)
    return engine


def _sentence(error: BaseException, folder: Path) -> StoreError:
    code = getattr(error, "sqlite_errorcode", None)
    cause = _CAUSES.get(code & 0xFF) if isinstance(code, int) else None
    if cause is None:
        return StoreError(f"存储“{folder}”出错（{error}），请把这句话告诉维护的人。")
    return StoreError(cause.format(folder=folder, again=_AGAIN))


def _pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def is_missing(folder: Path) -> bool:
    """Tell whether a folder has no database yet, or one whose making was broken off before it held anything."""
    path = folder / FILE
    if not path.exists():
        return True
    if path.stat().st_size > 0 and not _reads(path):
        return False
    engine = engine_at(folder)
    try:
        names = set(inspect(engine).get_table_names())
        if schema.meta.name in names:
            with engine.connect() as connection:
                return connection.execute(select(schema.meta.c.key)).first() is None
        return names <= set(schema.metadata.tables)
    finally:
        engine.dispose()


def _reads(path: Path) -> bool:
    with suppress(OSError), path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00"
    return False


def make(folder: Path) -> None:
    """Make an empty database under another name and put it in its place at once; only its owner may read it.

    The caller holds the store's lock.
    """
    _clear(folder / _MAKING)
    os.close(os.open(folder / _MAKING, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
    engine = engine_at(folder, _MAKING)
    try:
        with engine.begin() as connection:
            schema.metadata.create_all(connection)
            fulltext.create(connection)
            connection.execute(
                insert(schema.meta),
                [{"key": "schema", "value": str(schema.SCHEMA_VERSION)}, {"key": "generation", "value": "0"}],
            )
        _fold(engine)
    except BaseException:
        engine.dispose()
        _clear(folder / _MAKING)  # nothing was acknowledged, and on a full disk it takes room
        raise
    engine.dispose()
    _clear(folder / FILE)
    (folder / _MAKING).replace(folder / FILE)
    _keep_names(folder)


def _fold(engine: Engine) -> None:
    """Write the log back into the file, or fail: closing would leave it aside without a word on a full disk."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _clear(path: Path) -> None:
    for ending in ("", *_ASIDE):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _keep_names(folder: Path) -> None:
    """Have the folder's own entries on the disk, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def check_version(engine: Engine, folder: Path) -> None:
    """Raise ``StoreError`` unless the database is of this program's version, or can be brought up to it."""
    version = _version(engine)
    while version in _CHANGES:
        _bring_up(engine, version)
        version = _version(engine)
    if version != str(schema.SCHEMA_VERSION):
        raise StoreError(f"“{folder}”里的存储是版本 {version} 建的，本程序用的是版本 {schema.SCHEMA_VERSION}，{_AGAIN}")


def _version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return meta_value(connection, "schema")


def meta_value(connection: Connection, key: str) -> str | None:
    """Return what the store says of itself under a key; none where it says nothing."""
    row = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == key)).first()
    return row.value if row else None


def touch(connection: Connection) -> None:
    """Count a change of what the store holds."""
    connection.exec_driver_sql("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'")


def _bring_up(engine: Engine, version: str) -> None:
    """Change an older database to the next version, once however many processes open it."""
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        if meta_value(connection, "schema") == version:
            connection.exec_driver_sql(_CHANGES[version])
            connection.execute(
                update(schema.meta).where(schema.meta.c.key == "schema").values(value=str(int(version) + 1))
            )
        connection.commit()
