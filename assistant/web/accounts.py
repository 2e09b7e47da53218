"""Who may use the web page: a file of names and scrypt hashes, and a brake on guessing.

One line a user, ``name:scrypt:n:r:p:salt:hash`` (the last two base64); blank lines and ``#`` comments may stand
between them.  Names and passwords are NFKC-normalised, so that ａ typed full-width is the a it looks like.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import os
import secrets
import stat
import tempfile
import threading
import time
import unicodedata
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import JixiaoError

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 200
LONGEST_NAME = 40
#: Wrong passwords allowed within ``WINDOW`` seconds before tries are refused for ``PAUSE`` seconds.
MOST_WRONG = 5
WINDOW = 300.0
PAUSE = 60.0
_MOST_KEPT = 4096
_SCHEME = "scrypt"
_N, _R, _P = 2**14, 8, 1
# A hand-edited line must not be able to ask for gigabytes of memory at every login.
_MOST_N, _MOST_R, _MOST_P = 2**17, 16, 4
_SALT_BYTES, _DIGEST_BYTES = 16, 64

_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Secret:
    """A password as the file keeps it."""

    n: int
    r: int
    p: int
    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str) -> _Secret:
        salt = secrets.token_bytes(_SALT_BYTES)
        return cls(_N, _R, _P, salt, _scrypt(password, _N, _R, _P, salt))

    @classmethod
    def parse(cls, fields: list[str]) -> _Secret:
        """Read ``n, r, p, salt, hash``; raises ``ValueError`` for anything else."""
        n, r, p = map(int, fields[:3])
        salt, digest = (base64.b64decode(field, validate=True) for field in fields[3:])
        sane = 2 <= n <= _MOST_N and n & (n - 1) == 0 and 1 <= r <= _MOST_R and 1 <= p <= _MOST_P
        if not sane or len(salt) < _SALT_BYTES or len(digest) != _DIGEST_BYTES:
            raise ValueError
        return cls(n, r, p, salt, digest)

    def line(self, name: str) -> str:
        salt, digest = (base64.b64encode(part).decode() for part in (self.salt, self.digest))
        return f"{name}:{_SCHEME}:{self.n}:{self.r}:{self.p}:{salt}:{digest}"

    def fits(self, password: str) -> bool:
        return hmac.compare_digest(_scrypt(password, self.n, self.r, self.p, self.salt), self.digest)


def _scrypt(password: str, n: int, r: int, p: int, salt: bytes) -> bytes:
    # surrogatepass: a terminal with the wrong encoding yields lone surrogates, which must not end in a traceback.
    secret = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=n, r=r, p=p, maxmem=256 * n * r * p, dklen=_DIGEST_BYTES)


#: What an unknown name is checked against, so that it takes as long as a known one.
_NOBODY = _Secret(_N, _R, _P, bytes(_SALT_BYTES), bytes(_DIGEST_BYTES))


class Accounts:
    """The users of a file; a changed file is read again at the next question."""

    def __init__(self, path: Path, users: dict[str, _Secret], stamp: _Stamp, warning: str = "") -> None:
        self.warning = warning
        self._path = path
        self._users = users
        self._stamp = stamp
        self._lock = threading.Lock()

    @classmethod
    def read(cls, path: Path) -> Accounts:
        """Read the file; ``warning`` is a sentence if others on this machine can read it.

        Raises ``JixiaoError`` for a file that is missing, empty or broken, or holds a password as it was typed.
        """
        stamp = _stamp(path)
        return cls(path, _users(path), stamp, _too_open(path))

    def verify(self, name: str, password: str) -> bool:
        """Return whether the password is the user's; takes tens of milliseconds, for unknown names too.

        Raises ``JixiaoError`` when the file has become unreadable.
        """
        secret = self._fresh().get(plain_name(name))
        typed = _normal(password) if len(password) <= LONGEST_PASSWORD else ""
        right = (secret or _NOBODY).fits(typed)
        return right and secret is not None

    def fingerprint(self, name: str) -> str:
        """Return what changes with the user's password, empty for an unknown user.

        Raises ``JixiaoError`` when the file has become unreadable.
        """
        secret = self._fresh().get(name)
        return hashlib.blake2b(secret.salt + secret.digest, digest_size=16).hexdigest() if secret else ""

    def _fresh(self) -> dict[str, _Secret]:
        with self._lock:
            # The stamp is taken before reading: a change in between is then seen next time, not missed.
            stamp = _stamp(self._path)
            if stamp != self._stamp:
                self._users = _users(self._path)
                self._stamp = stamp
            return self._users


def set_password(path: Path, name: str, password: str) -> bool:
    """Add a user or replace the password, keeping comments and other lines; return whether it was replaced.

    Works on a file that ``Accounts.read`` refuses, so that a plain-text line of this user can be put right.
    Raises ``JixiaoError`` for a name or password that won't do, or a file that can't be read or written.
    """
    name, password = _fit_name(name), _fit_password(password)
    lines = _lines(path) if path.exists() else []
    known = [number for number, line in enumerate(lines) if _owner(line) == name]
    kept = [line for line in lines if _owner(line) != name]
    kept.insert(known[0] if known else len(kept), _Secret.of(password).line(name))
    _write(path, kept)
    return bool(known)


def remove_user(path: Path, name: str) -> None:
    """Remove a user, whose sessions end with it; raises ``JixiaoError`` for an unknown name or unreadable file."""
    lines = _lines(path)
    kept = [line for line in lines if _owner(line) != plain_name(name)]
    if not plain_name(name) or len(kept) == len(lines):
        raise JixiaoError(f"账号文件“{path}”里没有用户“{name}”，请检查用户名。")
    _write(path, kept)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def plain_name(name: str) -> str:
    """Return a user name as the file has it, however it was typed."""
    return _normal(name).strip()


def _fit_name(name: str) -> str:
    plain = plain_name(name)
    # Checked after normalising: a full-width ： becomes the colon that ends the field.
    if not 1 <= len(plain) <= LONGEST_NAME or not plain.isprintable() or ":" in plain or plain.startswith("#"):
        raise JixiaoError(f"用户名要 1 到 {LONGEST_NAME} 个字，不能有冒号、换行，也不能以 # 开头，请换一个。")
    return plain


def _fit_password(password: str) -> str:
    plain = _normal(password)
    if min(len(plain), len(password)) < SHORTEST_PASSWORD:
        raise JixiaoError(f"口令太短，请用 {SHORTEST_PASSWORD} 个字以上的口令。")
    if max(len(plain), len(password)) > LONGEST_PASSWORD:
        raise JixiaoError(f"口令太长，请用不超过 {LONGEST_PASSWORD} 个字的口令。")
    return plain


def _owner(line: str) -> str:
    """Return the name a line of the file belongs to, empty for comments and blank lines."""
    return "" if line.lstrip().startswith("#") else plain_name(line.partition(":")[0])


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError as error:
        raise JixiaoError(f"账号文件“{path}”没有或打不开，请用 jixiao passwd 口令文件 用户名 建立账号。") from error
    # The inode too: a replaced file can have the old size within one tick of the clock.
    return found.st_mtime_ns, found.st_size, found.st_ino


def _too_open(path: Path) -> str:
    if os.name != "posix" or not path.stat().st_mode & stat.S_IROTH:
        return ""
    return f"账号文件“{path}”这台机器上谁都能读，请运行 chmod 600 “{path}”。"


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise JixiaoError(f"账号文件“{path}”读不了，请确认它存在、有权读，而且是 UTF-8 文本。") from error


def _users(path: Path) -> dict[str, _Secret]:
    users: dict[str, _Secret] = {}
    for number, line in enumerate(_lines(path), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, secret = _user(line, f"账号文件“{path}”第 {number} 行")
        if name in users:
            raise JixiaoError(f"账号文件“{path}”第 {number} 行的用户“{name}”前面已经有了，请删去一行。")
        users[name] = secret
    if not users:
        raise JixiaoError(f"账号文件“{path}”里还没有用户，请用 jixiao passwd 口令文件 用户名 建立账号。")
    return users


def _user(line: str, where: str) -> tuple[str, _Secret]:
    """Read one user's line; what it holds is never quoted in an error, since it may be a password."""
    name, *fields = line.strip().split(":")
    if not fields or fields[0] != _SCHEME:
        raise JixiaoError(f"{where}不是加密的口令，请用 jixiao passwd 口令文件 用户名 重设。")
    try:
        name, (n, r, p, salt, digest) = _fit_name(name), fields[1:]
        return name, _Secret.parse([n, r, p, salt, digest])
    except (ValueError, JixiaoError) as error:
        raise JixiaoError(f"{where}写坏了，请删去这一行，再用 jixiao passwd 口令文件 用户名 重设。") from error


def _write(path: Path, lines: list[str]) -> None:
    """Put the lines in the file's place at once; only its owner can read it, who stays the same."""
    path = path.resolve()
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        owner = path.stat() if path.exists() else path.parent.stat()
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
            temporary = Path(file.name)
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        # Run by root for a service's user, the file must stay readable for the service.
        with suppress(OSError, AttributeError):
            os.chown(temporary, owner.st_uid, owner.st_gid)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise JixiaoError(f"账号文件“{path}”写不了，请确认文件夹存在而且有权写。") from error


class Throttle:
    """Refuses tries after too many wrong passwords for a name or from an address.

    A try counts as wrong until ``succeeded``, so that many sent at once don't all pass before the first is judged.
    Not locked: call it from one thread (the event loop).
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = _MOST_KEPT) -> None:
        self._clock = clock
        self._most = most
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, name: str, address: str) -> int:
        """Count a try; return 0 if it may go on, or the seconds until one may (then it isn't counted)."""
        now = self._clock()
        keys = _keys(name, address)
        left = max(self._left(key, now) for key in keys)
        if left > 0:
            return math.ceil(left)
        for key in keys:
            self._tries.setdefault(key, deque(maxlen=MOST_WRONG)).append(now)
            self._tries.move_to_end(key)
        while len(self._tries) > self._most:
            self._tries.popitem(last=False)
        return 0

    def succeeded(self, name: str, address: str) -> None:
        """Take back the last try: it was right.

        The name starts afresh; the address doesn't, or a guesser with an account of his own would never be stopped.
        """
        by_name, *by_address = _keys(name, address)
        self._tries.pop(by_name, None)
        for key in by_address:
            if self._tries.get(key):
                self._tries[key].pop()

    def _left(self, key: str, now: float) -> float:
        times = self._tries.get(key)
        while times and now - times[0] > WINDOW:
            times.popleft()
        return times[-1] + PAUSE - now if times and len(times) == MOST_WRONG else 0.0


def _keys(name: str, address: str) -> list[str]:
    """Return what a try is counted under; a name too long to be anyone's is cut, not kept whole."""
    return [f"name {plain_name(name)[:LONGEST_NAME]}", *([f"address {address}"] if address else [])]
