"""The atomic steps of the job store, as scripts that Redis runs whole.

A job is one hash. `job` holds what never changes; `state`, `revision`, `started_at`, `ended_at`, `worker`, `error` and
`left` (documents that have not ended) change with the batch; `state:<id>`, `attempts:<id>`, `crashes:<id>`,
`worker:<id>`, `stage:<id>` and `end:<id>` with a document. The hash `claims` has `<job>|<document>` ->
`<attempt>|<worker>` of what is taken up. A step that changes something tells of it in the stream of the job.
"""

from infra import redis_keys as keys

TOLD = 1000
"""Events that the stream of a job keeps, or a few more."""

TELL = f"""
local function tell(stream, kind, data)
  redis.call('XADD', stream, 'MAXLEN', '~', {TOLD}, '*', 'kind', kind, 'data', data)
  redis.call('PUBLISH', '{keys.TOLD}', stream)
end
"""

CREATE = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local id, mark, ttl = ARGV[1], ARGV[2], tonumber(ARGV[3])
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
redis.call('ZADD', KEYS[3], 0, mark)
redis.call('ZADD', KEYS[4], 0, mark)
redis.call('DEL', KEYS[5])
if ttl > 0 then redis.call('EXPIRE', KEYS[1], ttl) else redis.call('SADD', KEYS[2], id) end
return 1
"""

START = (
    TELL
    + """
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
if state ~= moves[state] then tell(KEYS[3], 'batch_started', cjson.encode({worker = worker})) end
tell(KEYS[3], 'document_started', ARGV[7])
return 1
"""
)

HELD = """
local function held(doc, attempt)
  return redis.call('HGET', KEYS[1], 'state:' .. doc) == 'processing'
    and redis.call('HGET', KEYS[1], 'attempts:' .. doc) == attempt
end
"""

RETRY = (
    HELD
    + TELL
    + """
local doc, attempt, claim = ARGV[1], ARGV[2], ARGV[3]
if not held(doc, attempt) then return 0 end
local next = redis.call('HINCRBY', KEYS[1], 'attempts:' .. doc, 1)
redis.call('HINCRBY', KEYS[1], 'crashes:' .. doc, 1)
local worker = redis.call('HGET', KEYS[1], 'worker:' .. doc)
redis.call('HSET', KEYS[2], claim, next .. '|' .. worker)
tell(KEYS[3], 'document_retried', ARGV[4])
return 1
"""
)

RELEASE = (
    HELD
    + TELL
    + """
local doc, attempt, claim, crashed = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if not held(doc, attempt) then return 0 end
redis.call('HSET', KEYS[1], 'state:' .. doc, 'queued')
redis.call('HINCRBY', KEYS[1], 'crashes:' .. doc, crashed)
redis.call('HDEL', KEYS[1], 'stage:' .. doc, 'worker:' .. doc)
redis.call('HDEL', KEYS[2], claim)
tell(KEYS[3], 'document_retried', ARGV[5])
return 1
"""
)

END = (
    HELD
    + TELL
    + """
local doc, attempt, claim, state, record = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local seconds, bucket, minute_ttl, dead, died_ms = ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10]
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
if dead == '1' then redis.call('ZADD', KEYS[6], died_ms, claim) end
tell(KEYS[5], 'document_ended', ARGV[11])
return 1
"""
)

STAGE = (
    TELL
    + """
if redis.call('HGET', KEYS[1], 'state:' .. ARGV[1]) ~= 'processing' then return 0 end
if redis.call('HGET', KEYS[1], 'stage:' .. ARGV[1]) == ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'stage:' .. ARGV[1], ARGV[2])
tell(KEYS[2], 'document_stage', ARGV[3])
return 1
"""
)

FINISH = (
    TELL
    + """
local moves = cjson.decode(ARGV[2])
local state = redis.call('HGET', KEYS[1], 'state')
if not state or not moves[state] then return 0 end
if redis.call('HGET', KEYS[1], 'left') ~= '0' then return 0 end
if (redis.call('HGET', KEYS[1], 'revision') or '0') ~= ARGV[7] then return 0 end
redis.call('HSET', KEYS[1], 'state', moves[state], 'ended_at', ARGV[3], 'error', ARGV[6])
redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('SREM', KEYS[2], ARGV[1])
redis.call('SADD', KEYS[5], ARGV[1])
redis.call('HINCRBY', KEYS[3], 'jobs_' .. moves[state], 1)
redis.call('EXPIRE', KEYS[3], ARGV[5])
tell(KEYS[4], 'batch_ended', cjson.encode({status = moves[state]}))
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('EXPIRE', KEYS[4], ARGV[4])
return 1
"""
)

CANCEL = (
    TELL
    + """
local id, now, ttl = ARGV[1], ARGV[3], ARGV[4]
local moves = cjson.decode(ARGV[2])
local state = redis.call('HGET', KEYS[1], 'state')
if not state or not moves[state] then return 0 end
local gone = {}
for i = 5, #ARGV do
  local doc = ARGV[i]
  local was = redis.call('HGET', KEYS[1], 'state:' .. doc)
  if was == 'queued' or was == 'processing' then gone[#gone + 1] = doc end
end
if #gone == 0 then return 0 end
for _, doc in ipairs(gone) do
  redis.call('HSET', KEYS[1], 'state:' .. doc, 'cancelled')
  redis.call('HDEL', KEYS[1], 'stage:' .. doc)
  redis.call('HDEL', KEYS[3], id .. '|' .. doc)
end
redis.call('HSET', KEYS[1], 'state', moves[state], 'ended_at', now, 'left', 0)
redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('SREM', KEYS[2], id)
redis.call('SADD', KEYS[5], id)
tell(KEYS[4], 'batch_cancelled', cjson.encode({status = moves[state], documents = gone}))
redis.call('EXPIRE', KEYS[1], ttl)
redis.call('EXPIRE', KEYS[4], ttl)
return 1
"""
)

RETRY_BATCH = (
    TELL
    + """
local id = ARGV[1]
local moves = cjson.decode(ARGV[2])
local state = redis.call('HGET', KEYS[1], 'state')
if not state or not moves[state] then return 0 end
local again = {}
for i = 3, #ARGV do
  local doc = ARGV[i]
  local was = redis.call('HGET', KEYS[1], 'state:' .. doc)
  if was == 'failed' or was == 'cancelled' then again[#again + 1] = doc end
end
if #again == 0 then return 0 end
for _, doc in ipairs(again) do
  redis.call('HSET', KEYS[1], 'state:' .. doc, 'queued')
  redis.call('HDEL', KEYS[1], 'end:' .. doc, 'crashes:' .. doc, 'stage:' .. doc, 'worker:' .. doc)
  redis.call('ZREM', KEYS[5], id .. '|' .. doc)
end
redis.call('HSET', KEYS[1], 'state', moves[state], 'left', #again)
redis.call('HDEL', KEYS[1], 'started_at', 'ended_at', 'error', 'worker')
redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('SADD', KEYS[2], id)
redis.call('SADD', KEYS[4], id)
redis.call('PERSIST', KEYS[1])
redis.call('PERSIST', KEYS[3])
tell(KEYS[3], 'batch_retried', cjson.encode({status = moves[state], documents = again}))
return 1
"""
)

WRITTEN = """
local now = redis.call('HGET', KEYS[1], 'revision')
if now and now ~= ARGV[2] then return 0 end
return redis.call('SREM', KEYS[2], ARGV[1])
"""
