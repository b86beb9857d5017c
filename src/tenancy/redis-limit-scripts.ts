import { defineScript, type Script } from '../redis/script.ts';
import { BUDGET_WINDOWS } from './budget-window.ts';
import { KEEP_RESERVED_MS } from './limit-account.ts';
import { MINUTE_MS } from './limit-minute.ts';

/** An expression in Lua that tells milliseconds since the Unix epoch by the clock of Redis, which all processes share. */
export const SERVER_TIME = `(function()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end)()`;

/** An hour of reservations that were lost is looked through in calls of so many. */
const LOST_AT_ONCE = 100;

/** Figures that are not set are empty arguments. What is allowed begins its answer with 1, and is counted then. */
export type LimitScripts = {
  /** KEYS: requests. ARGV: figure. Answers allowed, previous, current, elapsed. */
  readonly admit: Script;
  /** KEYS: underWay. ARGV: generation, figure, how long it is kept. Answers allowed, count. */
  readonly enter: Script;
  /** KEYS: underWay. ARGV: how long they are kept, generations. */
  readonly renew: Script;
  /**
   * KEYS: tokens, spent, reserved, reservedAt. ARGV: generation, tokens, cost, figure, budget, window. Answers
   * allowed, previous, current, elapsed, taken, aside, now.
   */
  readonly reserve: Script;
  /**
   * KEYS: as for `reserve`. ARGV: generation, tokens, cost (empty: as much as was set aside), and how long ago it was
   * set aside if Redis may not have heard of it; then `cost` is not empty.
   */
  readonly settle: Script;
};

/** @param time an expression in Lua, such as SERVER_TIME */
export function defineLimitScripts(time: string): LimitScripts {
  const now = `local now = ${time}\n`;
  return {
    admit: defineScript(`${now}${MINUTES}${ADMIT}`),
    enter: defineScript(`${now}${TEXT}${ENTER}`),
    renew: defineScript(`${now}${TEXT}${RENEW}`),
    reserve: defineScript(`${now}${MINUTES}${WINDOWS}${RESERVATIONS}${RESERVE}`),
    settle: defineScript(`${now}${MINUTES}${WINDOWS}${RESERVATIONS}${SETTLE}`),
  };
}

/** Whole numbers of any size, never in scientific notation. */
const TEXT = `
local function text(number) return string.format('%.0f', number) end
`;

/** As limit-minute.ts has it. */
const MINUTES = `${TEXT}
local function minuteUse(key)
  local minute = math.floor(now / ${MINUTE_MS})
  local held = redis.call('HMGET', key, 'minute', 'current', 'previous')
  local passed = minute - (tonumber(held[1]) or 0)
  local current, previous = tonumber(held[2]) or 0, tonumber(held[3]) or 0
  if passed == -1 then minute = minute + 1
  elseif passed == 1 then current, previous = 0, current
  elseif passed ~= 0 then current, previous = 0, 0 end
  local elapsed = math.max(0, now - minute * ${MINUTE_MS})
  return { minute = minute, current = current, previous = previous, elapsed = elapsed }
end

local function fitsInMinute(use, amount, figure)
  local estimated = use.previous * (${MINUTE_MS} - use.elapsed) + (use.current + amount) * ${MINUTE_MS}
  return not figure or estimated <= figure * ${MINUTE_MS}
end

local function countInMinute(key, use, amount, at)
  local age = use.minute - math.floor(at / ${MINUTE_MS})
  local current, previous = use.current, use.previous
  if age == 0 then current = math.max(0, current + amount)
  elseif age == 1 then previous = math.max(0, previous + amount)
  else return end
  redis.call('HSET', key, 'minute', text(use.minute), 'current', text(current), 'previous', text(previous))
  redis.call('PEXPIRE', key, ${3 * MINUTE_MS})
end
`;

const WINDOW_FIELDS = BUDGET_WINDOWS.flatMap((window) =>
  ['start', 'taken', 'aside'].map((field) => `'${window}.${field}'`),
).join(', ');

/** As budget-window.ts and limit-windows.ts have it. */
const WINDOWS = `
local kinds = { ${BUDGET_WINDOWS.map((window) => `'${window}'`).join(', ')} }

-- The month by the day of the month, which is found as in civil_from_days of Howard Hinnant's chrono-compatible date
-- algorithms: years begin in March, so that a leap day is the last one.
local function windowStarts(at)
  local floor = math.floor
  local days = floor(at / 86400000)
  local dayOfEra = (days + 719468) % 146097
  local leapDays = floor(dayOfEra / 1460) - floor(dayOfEra / 36524) + floor(dayOfEra / 146096)
  local year = floor((dayOfEra - leapDays) / 365)
  local dayOfYear = dayOfEra - (365 * year + floor(year / 4) - floor(year / 100))
  local month = floor((5 * dayOfYear + 2) / 153)
  local daysBefore = dayOfYear - floor((153 * month + 2) / 5)
  return {
    HOUR = at - at % 3600000,
    DAY = days * 86400000,
    MONTH = (days - daysBefore) * 86400000,
    TOTAL = 0
  }
end

local function readWindows(key)
  local starts, windows = windowStarts(now), {}
  local held = redis.call('HMGET', key, ${WINDOW_FIELDS})
  for index, kind in ipairs(kinds) do
    local window = { start = starts[kind], taken = 0, aside = 0 }
    if tonumber(held[3 * index - 2]) == window.start then
      window.taken = tonumber(held[3 * index - 1]) or 0
      window.aside = tonumber(held[3 * index]) or 0
    end
    windows[kind] = window
  end
  return windows
end

local function changeWindows(windows, taken, aside, at)
  local starts = windowStarts(at)
  for kind, window in pairs(windows) do
    if starts[kind] == window.start then
      window.taken = math.max(0, window.taken + taken)
      window.aside = math.max(0, window.aside + aside)
    end
  end
end

local function writeWindows(key, windows)
  local fields = {}
  for kind, window in pairs(windows) do
    for name, value in pairs(window) do
      table.insert(fields, kind .. '.' .. name)
      table.insert(fields, text(value))
    end
  end
  redis.call('HSET', key, unpack(fields))
end
`;

const RESERVATIONS = `
local tokensKey, spentKey, reservedKey, reservedAtKey = unpack(KEYS)

-- Nothing when there is none, or none any more.
local function reservationOf(id)
  local held = redis.call('HGET', reservedKey, id) or ''
  local at, tokens, cost = string.match(held, '^(%d+) (%d+) (%d+)$')
  return at and { at = tonumber(at), tokens = tonumber(tokens), cost = tonumber(cost) }
end

local function keepReservation(id, value)
  redis.call('HSET', reservedKey, id, value)
  redis.call('ZADD', reservedAtKey, text(now), id)
  for _, key in ipairs({ reservedKey, reservedAtKey }) do
    redis.call('PEXPIRE', key, ${KEEP_RESERVED_MS + MINUTE_MS})
  end
end

local function dropReservation(id)
  redis.call('HDEL', reservedKey, id)
  redis.call('ZREM', reservedAtKey, id)
end
`;

const ADMIT = `
local figure = tonumber(ARGV[1])
local use = minuteUse(KEYS[1])
local allowed = fitsInMinute(use, 1, figure)
if allowed then countInMinute(KEYS[1], use, 1, now) end
return { allowed and 1 or 0, use.previous, use.current, use.elapsed }
`;

const ENTER = `
local id, figure, keepMs = ARGV[1], tonumber(ARGV[2]), ARGV[3]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now))
local count = redis.call('ZCARD', KEYS[1])
local isIn = redis.call('ZSCORE', KEYS[1], id)
if figure and count >= figure and not isIn then return { 0, count } end
redis.call('ZADD', KEYS[1], text(now + keepMs), id)
redis.call('PEXPIRE', KEYS[1], keepMs)
return { 1, count }
`;

const RENEW = `
for index = 2, #ARGV do redis.call('ZADD', KEYS[1], text(now + ARGV[1]), ARGV[index]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return { 1 }
`;

const RESERVE = `
local id, tokens, cost = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local figure, budget, kind = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
local use, windows = minuteUse(tokensKey), readWindows(spentKey)

-- What nobody will settle any more is taken for good.
local oldest = text(now - ${KEEP_RESERVED_MS})
local lost = redis.call('ZRANGEBYSCORE', reservedAtKey, '-inf', oldest, 'LIMIT', 0, ${LOST_AT_ONCE})
for _, lostId in ipairs(lost) do
  local reservation = reservationOf(lostId)
  if reservation then changeWindows(windows, 0, -reservation.cost, reservation.at) end
  dropReservation(lostId)
end
-- The last of them expire with their keys.
local isNoneLeft = redis.call('ZCARD', reservedAtKey) == 0
for _, window in pairs(windows) do if isNoneLeft then window.aside = 0 end end
if #lost > 0 then writeWindows(spentKey, windows) end

local taken, aside = windows[kind].taken, windows[kind].aside
local allowed = reservationOf(id)
if not allowed and fitsInMinute(use, tokens, figure) and (not budget or taken <= budget - cost) then
  allowed = true
  keepReservation(id, text(now) .. ' ' .. text(tokens) .. ' ' .. text(cost))
  countInMinute(tokensKey, use, tokens, now)
  if cost > 0 then
    changeWindows(windows, cost, cost, now)
    writeWindows(spentKey, windows)
  end
end
return { allowed and 1 or 0, use.previous, use.current, use.elapsed, taken, aside, now }
`;

/**
 * Of what Redis may not have heard of, a mark is left that it was counted: the answer may be lost, and it is told again
 * then. To count nothing twice does no harm.
 */
const SETTLE = `
local id, tokens, cost, agoMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if redis.call('HGET', reservedKey, id) == '' then return { 0 } end

local isMarked = agoMs and tokens + cost > 0
local reservation = reservationOf(id)
if reservation and reservation.at <= now - ${KEEP_RESERVED_MS} then return { 0 } end
if not reservation then
  if not isMarked then return { 0 } end
  reservation = { at = now - agoMs, tokens = 0, cost = 0 }
end
if isMarked then keepReservation(id, '') else dropReservation(id) end

countInMinute(tokensKey, minuteUse(tokensKey), tokens - reservation.tokens, reservation.at)
cost = cost or reservation.cost
if cost > 0 or reservation.cost > 0 then
  local windows = readWindows(spentKey)
  changeWindows(windows, cost - reservation.cost, -reservation.cost, reservation.at)
  writeWindows(spentKey, windows)
end
return { 1 }
`;
