"""Standings in Redis, shared by all processes.

Keys of a board: `meta` (epoch, ticket, version, built, attempts, and per filter the size that its
sorted set must have), `rows` (participant -> member|division|unit|attempts), `tickets` (who was
written since the last rebuild), and per filter (0 = everybody, or a division) `order` and `units`.
Every operation is one script, so nobody sees half of it. A key that Redis has lost shows by the
sizes in `meta`; then the board counts as not built. All keys live for a month after the last
write, so that boards nobody asks for go away.
"""

import time
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, cast

from redis import Redis

from leaderboard.rules.members import TIE_LENGTH, TOP, member_hundredths
from leaderboard.rules.places import places
from leaderboard.rules.units import UnitTally
from leaderboard.stores.base import BoardPage, BoardState, Entry, Rank, Ticket

ALL = 0
KEPT_SECONDS = 30 * 24 * 3600
LOCK_MS = 30_000
CHUNK = 5000

_WRITING = f"""
local P, KEPT = KEYS[1], {KEPT_SECONDS}
local function key(kind, filter) return P .. ':' .. kind .. ':' .. filter end
local function whole(number) return string.format('%.0f', number + 0) end -- no '-0'
local function split(row) return string.match(row, '^([^|]*)|([^|]*)|([^|]*)|([^|]*)$') end
local function tally(filter, unit, count, points)
  if unit == '' then return end
  local left = redis.call('HINCRBY', key('units', filter), unit .. ':n', count)
  redis.call('HINCRBY', key('units', filter), unit .. ':sum', whole(points))
  if left == 0 then
    redis.call('HDEL', key('units', filter), unit .. ':n', unit .. ':sum')
  end
end
local function note(filter)
  redis.call('HSET', P .. ':meta',
    'n:' .. filter, redis.call('ZCARD', key('order', filter)),
    'u:' .. filter, redis.call('HLEN', key('units', filter)))
  redis.call('EXPIRE', key('order', filter), KEPT)
  redis.call('EXPIRE', key('units', filter), KEPT)
end
local function change(row, sign)
  local member, division, unit, attempts = split(row)
  local points = {TOP} - tonumber(string.sub(member, 1, 12))
  local filters = {{'0'}}
  if division ~= '' then filters[2] = division end
  for _, filter in ipairs(filters) do
    if sign > 0 then redis.call('ZADD', key('order', filter), 0, member)
    else redis.call('ZREM', key('order', filter), member) end
    tally(filter, unit, sign, sign * points)
    note(filter)
  end
  redis.call('HINCRBY', P .. ':meta', 'attempts', sign * attempts)
end
local function replace(participant, row)
  local old = redis.call('HGET', P .. ':rows', participant) or ''
  if old == row then return false end
  if old ~= '' then change(old, -1) end
  if row ~= '' then
    redis.call('HSET', P .. ':rows', participant, row)
    change(row, 1)
  else
    redis.call('HDEL', P .. ':rows', participant)
  end
  return true
end
local function keep()
  for _, kind in ipairs({{'meta', 'rows', 'tickets'}}) do
    redis.call('EXPIRE', P .. ':' .. kind, KEPT)
  end
end
"""

_TICKET = f"""
local meta = KEYS[1] .. ':meta'
if redis.call('HSETNX', meta, 'epoch', ARGV[1]) == 1 then
  redis.call('HSET', meta, 'version', ARGV[2])
  redis.call('DEL', KEYS[1] .. ':tickets')
  redis.call('EXPIRE', meta, {KEPT_SECONDS})
end
return {{redis.call('HGET', meta, 'epoch'), redis.call('HINCRBY', meta, 'ticket', 1)}}
"""

# ARGV: epoch, ticket, participant, row ('' takes the participant off)
_PUT = (
    _WRITING
    + """
local meta = P .. ':meta'
if redis.call('HGET', meta, 'epoch') ~= ARGV[1] then return false end
local used = redis.call('ZSCORE', P .. ':tickets', ARGV[3])
if used and tonumber(used) >= tonumber(ARGV[2]) then return false end
redis.call('ZADD', P .. ':tickets', ARGV[2], ARGV[3])
local changed = replace(ARGV[3], ARGV[4])
keep()
if not changed then return false end
return redis.call('HINCRBY', meta, 'version', 1)
"""
)

# ARGV: epoch, ticket, attempts, prefix of the new keys, then the filters of the new board
_SWAP = (
    _WRITING
    + """
local meta = P .. ':meta'
local fresh = ARGV[4]
if redis.call('HGET', meta, 'epoch') ~= ARGV[1] then return false end
local later = {}
for _, who in ipairs(redis.call('ZRANGE', P .. ':tickets', '(' .. ARGV[2], '+inf', 'BYSCORE')) do
  later[#later + 1] = {who, redis.call('HGET', P .. ':rows', who) or ''}
end
local function take(kind)
  redis.call('DEL', P .. ':' .. kind)
  if redis.call('EXISTS', fresh .. ':' .. kind) == 1 then
    redis.call('RENAME', fresh .. ':' .. kind, P .. ':' .. kind)
    redis.call('EXPIRE', P .. ':' .. kind, KEPT)
  end
end
for _, name in ipairs(redis.call('HKEYS', meta)) do
  local filter = string.match(name, '^n:(.*)$')
  if filter then
    redis.call('DEL', key('order', filter), key('units', filter))
    redis.call('HDEL', meta, 'n:' .. filter, 'u:' .. filter)
  end
end
take('rows')
for index = 5, #ARGV do
  take('order:' .. ARGV[index])
  take('units:' .. ARGV[index])
  note(ARGV[index])
end
redis.call('HSET', meta, 'attempts', ARGV[3], 'built', 1)
for _, pair in ipairs(later) do replace(pair[1], pair[2]) end
redis.call('ZREMRANGEBYSCORE', P .. ':tickets', '-inf', ARGV[2])
keep()
return redis.call('HINCRBY', meta, 'version', 1)
"""
)

_READING = f"""
local P = KEYS[1]
local function key(kind, filter) return P .. ':' .. kind .. ':' .. filter end
local function state(filter)
  local got = redis.call('HMGET', P .. ':meta',
    'built', 'version', 'attempts', 'n:0', 'n:' .. filter, 'u:' .. filter)
  if not got[1] then return nil end
  local size = redis.call('ZCARD', key('order', filter))
  if redis.call('HLEN', P .. ':rows') ~= tonumber(got[4] or 0) then return nil end
  if size ~= tonumber(got[5] or 0) then return nil end
  if redis.call('HLEN', key('units', filter)) ~= tonumber(got[6] or 0) then return nil end
  return {{got[2], size, got[3] or '0'}}
end
local function better(filter, member)
  local tie = string.sub(member, 1, {TIE_LENGTH})
  return redis.call('ZLEXCOUNT', key('order', filter), '-', '(' .. tie)
end
"""

_STATE = _READING + "return state('0') or false"

# ARGV: filter, offset, last index
_PAGE = (
    _READING
    + """
local found = state(ARGV[1])
if not found then return false end
local members = redis.call('ZRANGE', key('order', ARGV[1]), ARGV[2], ARGV[3])
local first = 0
if #members > 0 then first = better(ARGV[1], members[1]) + 1 end
return {found[1], found[2], first, members}
"""
)

# ARGV: participant, filter
_RANK = (
    _READING
    + """
if not state(ARGV[2]) then return false end
local row = redis.call('HGET', P .. ':rows', ARGV[1])
if not row then return false end
local member = string.match(row, '^[^|]*')
local index = redis.call('ZRANK', key('order', ARGV[2]), member)
if not index then return false end
return {better(ARGV[2], member) + 1, index}
"""
)

# ARGV is the filter
_UNITS = (
    _READING
    + """
if not state(ARGV[1]) then return false end
return redis.call('HGETALL', key('units', ARGV[1]))
"""
)

_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end"


class RedisStore:
    """`namespace` keeps apart what different databases hold in one Redis."""

    is_shared = True

    def __init__(self, client: Redis, namespace: str) -> None:
        self._redis: Any = client
        self._namespace = namespace
        scripts = {
            "ticket": _TICKET,
            "put": _PUT,
            "swap": _SWAP,
            "state": _STATE,
            "page": _PAGE,
            "rank": _RANK,
            "units": _UNITS,
            "release": _RELEASE,
        }
        self._scripts = {name: client.register_script(text) for name, text in scripts.items()}

    def _run(self, script: str, board: str, *args: Any) -> Any:
        return self._scripts[script](keys=[self._key(board)], args=args)

    def _key(self, board: str) -> str:
        return f"{{{self._namespace}:{board}}}"  # braces: one slot for all keys of a board

    def ticket(self, board: str) -> Ticket:
        start = time.time_ns() // 1000  # grows past every version of a lost board
        epoch, number = self._run("ticket", board, uuid.uuid4().hex, start)
        return Ticket(epoch, number)

    def put(self, board: str, entry: Entry, ticket: Ticket) -> int | None:
        return self._replace(board, entry.participant_id, _row(entry), ticket)

    def remove(self, board: str, participant_id: int, ticket: Ticket) -> int | None:
        return self._replace(board, participant_id, "", ticket)

    def _replace(self, board: str, participant_id: int, row: str, ticket: Ticket) -> int | None:
        version = self._run("put", board, ticket.epoch, ticket.number, participant_id, row)
        return cast(int | None, version)

    def swap(self, board: str, entries: Iterable[Entry], ticket: Ticket) -> int | None:
        fresh = f"{self._key(board)}:new:{uuid.uuid4().hex}"
        filters, attempt_count = self._load(fresh, entries)
        version = self._run(
            "swap", board, ticket.epoch, ticket.number, attempt_count, fresh, *sorted(filters)
        )
        if version is None:
            kinds = ["rows", *(f"{kind}:{it}" for it in filters for kind in ("order", "units"))]
            self._redis.delete(*(f"{fresh}:{kind}" for kind in kinds))
        return cast(int | None, version)

    def _load(self, fresh: str, entries: Iterable[Entry]) -> tuple[set[int], int]:
        """Write a new board beside the old one, with an expiry in case we do not come back."""
        tallies: defaultdict[tuple[int, str], int] = defaultdict(int)
        filters, attempt_count = {ALL}, 0
        rest = iter(entries)
        while chunk := list(islice(rest, CHUNK)):
            members: defaultdict[int, dict[str, int]] = defaultdict(dict)
            for entry in chunk:
                attempt_count += entry.attempt_count
                for key in _filters(entry):
                    members[key][entry.member] = 0
                    if entry.unit_id is not None:
                        tallies[key, f"{entry.unit_id}:n"] += 1
                        tallies[key, f"{entry.unit_id}:sum"] += member_hundredths(entry.member)
            filters |= set(members)
            with self._redis.pipeline(transaction=False) as pipe:
                pipe.hset(f"{fresh}:rows", mapping={it.participant_id: _row(it) for it in chunk})
                pipe.expire(f"{fresh}:rows", LOCK_MS // 100)
                for key, batch in members.items():
                    pipe.zadd(f"{fresh}:order:{key}", batch)
                    pipe.expire(f"{fresh}:order:{key}", LOCK_MS // 100)
                pipe.execute()
        with self._redis.pipeline(transaction=False) as pipe:
            for (key, name), value in tallies.items():
                pipe.hset(f"{fresh}:units:{key}", name, value)
            for key in {key for key, _ in tallies}:
                pipe.expire(f"{fresh}:units:{key}", LOCK_MS // 100)
            pipe.execute()
        return filters, attempt_count

    def state(self, board: str) -> BoardState | None:
        found = self._run("state", board)
        return found and BoardState(int(found[0]), found[1], int(found[2]))

    def page(
        self, board: str, *, division_id: int | None, offset: int, limit: int
    ) -> BoardPage | None:
        last = offset + limit - 1
        found = self._run("page", board, division_id or ALL, offset, last)
        if found is None:
            return None
        version, participant_count, first, members = found
        return BoardPage(
            version=int(version),
            participant_count=participant_count,
            members=members,
            places=places(members, offset=offset, first_place=first),
        )

    def rank(self, board: str, participant_id: int, *, division_id: int | None) -> Rank | None:
        found = self._run("rank", board, participant_id, division_id or ALL)
        return found and Rank(place=found[0], index=found[1])

    def units(self, board: str, *, division_id: int | None) -> list[UnitTally] | None:
        found = self._run("units", board, division_id or ALL)
        if found is None:
            return None
        values = dict(zip(found[::2], map(int, found[1::2]), strict=True))
        ids = [int(name[:-2]) for name in values if name.endswith(":n")]
        return [UnitTally(pk, values[f"{pk}:n"], values[f"{pk}:sum"]) for pk in ids]

    def clear(self, board: str) -> None:
        names = list(self._redis.scan_iter(match=f"{self._key(board)}:*", count=1000))
        if names:
            self._redis.delete(*names)

    @contextmanager
    def building(self, board: str) -> Iterator[bool]:
        # beside the board, not within it: clearing the board leaves the builder its lock
        name, token = f"{self._key(board)}-lock", uuid.uuid4().hex
        is_mine = bool(self._redis.set(name, token, nx=True, px=LOCK_MS))
        try:
            yield is_mine
        finally:
            if is_mine:
                self._scripts["release"](keys=[name], args=[token])


def _row(entry: Entry) -> str:
    values = (entry.member, entry.division_id, entry.unit_id, entry.attempt_count)
    return "|".join("" if value is None else str(value) for value in values)


def _filters(entry: Entry) -> tuple[int, ...]:
    return (ALL,) if entry.division_id is None else (ALL, entry.division_id)
