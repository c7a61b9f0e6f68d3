"""The atomic steps of the job store, as scripts that Redis runs whole.

A job is one hash. `job` holds what never changes; `state`, `started_at`, `ended_at`, `worker`, `error` and `left`
(documents that have not ended) change with the batch; `state:<id>`, `attempts:<id>`, `crashes:<id>`, `worker:<id>`,
`stage:<id>` and `end:<id>` with a document. The hash `claims` has `<job>|<document>` -> `<attempt>|<worker>` of what
is taken up.
"""

CREATE = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('SADD', KEYS[2], ARGV[1])
return 1
"""

START = """
local doc, attempt, worker, now, claim = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if redis.call('HGET', KEYS[1], 'state:' .. doc) ~= 'queued' then return 0 end
if redis.call('HGET', KEYS[1], 'attempts:' .. doc) ~= tostring(tonumber(attempt) - 1) then return 0 end
local state = redis.call('HGET', KEYS[1], 'state')
local moves = cjson.decode(ARGV[6])
if not moves[state] then return 0 end
if not redis.call('HGET', KEYS[1], 'started_at') then redis.call('HSET', KEYS[1], 'started_at', now) end
redis.call('HSET', KEYS[1], 'state', moves[state], 'worker', worker,
  'state:' .. doc, 'processing', 'attempts:' .. doc, attempt, 'worker:' .. doc, worker)
redis.call('HDEL', KEYS[1], 'stage:' .. doc)
redis.call('HSET', KEYS[2], claim, attempt .. '|' .. worker)
return 1
"""

HELD = """
local function held(doc, attempt)
  return redis.call('HGET', KEYS[1], 'state:' .. doc) == 'processing'
    and redis.call('HGET', KEYS[1], 'attempts:' .. doc) == attempt
end
"""

RETRY = (
    HELD
    + """
local doc, attempt, claim = ARGV[1], ARGV[2], ARGV[3]
if not held(doc, attempt) then return 0 end
local next = redis.call('HINCRBY', KEYS[1], 'attempts:' .. doc, 1)
redis.call('HINCRBY', KEYS[1], 'crashes:' .. doc, 1)
local worker = redis.call('HGET', KEYS[1], 'worker:' .. doc)
redis.call('HSET', KEYS[2], claim, next .. '|' .. worker)
return 1
"""
)

RELEASE = (
    HELD
    + """
local doc, attempt, claim, crashed = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if not held(doc, attempt) then return 0 end
redis.call('HSET', KEYS[1], 'state:' .. doc, 'queued')
redis.call('HINCRBY', KEYS[1], 'crashes:' .. doc, crashed)
redis.call('HDEL', KEYS[1], 'stage:' .. doc, 'worker:' .. doc)
redis.call('HDEL', KEYS[2], claim)
return 1
"""
)

END = (
    HELD
    + """
local doc, attempt, claim, state, record = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local seconds, bucket, minute_ttl = ARGV[6], ARGV[7], ARGV[8]
if not held(doc, attempt) then return 0 end
redis.call('HSET', KEYS[1], 'state:' .. doc, state, 'end:' .. doc, record)
redis.call('HDEL', KEYS[1], 'stage:' .. doc)
redis.call('HINCRBY', KEYS[1], 'left', -1)
redis.call('HDEL', KEYS[2], claim)
local kind = state == 'completed' and 'success' or 'error'
redis.call('HINCRBY', KEYS[3], kind, 1)
redis.call('HINCRBY', KEYS[4], kind, 1)
redis.call('EXPIRE', KEYS[4], minute_ttl)
if seconds ~= '' then
  redis.call('HINCRBY', KEYS[3], 'bucket:' .. bucket, 1)
  redis.call('HINCRBYFLOAT', KEYS[3], 'seconds', seconds)
end
return 1
"""
)

STAGE = """
if redis.call('HGET', KEYS[1], 'state:' .. ARGV[1]) ~= 'processing' then return 0 end
return redis.call('HSET', KEYS[1], 'stage:' .. ARGV[1], ARGV[2])
"""

FINISH = """
local moves = cjson.decode(ARGV[2])
local state = redis.call('HGET', KEYS[1], 'state')
if not state or not moves[state] then return 0 end
redis.call('HSET', KEYS[1], 'state', moves[state], 'ended_at', ARGV[3], 'error', ARGV[6])
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('SREM', KEYS[2], ARGV[1])
redis.call('HINCRBY', KEYS[3], 'jobs_' .. moves[state], 1)
redis.call('EXPIRE', KEYS[3], ARGV[5])
return 1
"""
