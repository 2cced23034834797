-- A cache with what people add to Redis in Lua: a grace after the TTL, versions that outlive
-- a delete, leases. What is kept for a key is "value\nversion\ngrace in ms"; a tombstone has
-- no value. A lease is a key beside it.
-- KEYS: the entry, its lease. ARGV: the command, then what it takes.
local entry, lease = KEYS[1], KEYS[2]
local command, value, ttl, grace, version = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local held = redis.call('GET', entry)
local old_value, old_version, old_grace = '', '', '0'
if held then
  old_value, old_version, old_grace = string.match(held, '^(.-)\n(.-)\n(.-)$')
end
local left = held and redis.call('PTTL', entry) or -2
-- whether it is an entry, and whether other commands than `entry` see it
local is_entry = held and old_value ~= ''
local is_fresh = is_entry and (left == -1 or left > tonumber(old_grace))

local function put(text, of_version, of_grace, milliseconds)
  local all = text .. '\n' .. of_version .. '\n' .. of_grace
  if milliseconds == '' or tonumber(milliseconds) < 0 then
    redis.call('SET', entry, all)
  else
    redis.call('SET', entry, all, 'PX', milliseconds)
  end
end

local function store(text, of_version)
  redis.call('DEL', lease)
  if ttl == '' then put(text, of_version, 0, '')
  else put(text, of_version, grace, tonumber(ttl) + tonumber(grace)) end
end

if command == 'get' then
  return is_fresh and old_value or false
elseif command == 'entry' then
  if not is_entry then return false end
  return { old_value, old_version, left == -1 and -1 or left - tonumber(old_grace) }
elseif command == 'set' then
  if version ~= '' and old_version ~= '' and tonumber(old_version) > tonumber(version) then
    return 0
  end
  store(value, version)
  return 1
elseif command == 'add' then
  if is_fresh then return 0 end
  store(value, '')
  return 1
elseif command == 'delete' then
  redis.call('DEL', lease)
  local newest = old_version
  if version ~= '' and (newest == '' or tonumber(version) > tonumber(newest)) then
    newest = version
  end
  if is_entry then redis.call('DEL', entry) end
  if newest ~= '' and (is_entry or version ~= '') then
    put('', newest, 0, left)
  end
  return is_entry and 1 or 0
elseif command == 'incr' then
  local sum
  if is_fresh then
    if not string.match(old_value, '^-?%d+$') then
      return redis.error_reply('ERR value is not an integer or out of range')
    end
    redis.call('SET', entry, old_value, 'KEEPTTL')
    sum = redis.pcall('INCRBY', entry, value)
    local text = type(sum) == 'number' and redis.call('GET', entry) or old_value
    put(text, old_version, old_grace, left)
    if type(sum) ~= 'number' then return sum end
    redis.call('DEL', lease)
    return text
  end
  redis.call('DEL', lease)
  put(value, '', 0, '')
  return value
elseif command == 'expire' then
  if not is_fresh then return 0 end
  redis.call('PEXPIRE', entry, tonumber(ttl) + tonumber(old_grace))
  return 1
elseif command == 'release' then
  if not is_fresh or old_value ~= value then return 0 end
  redis.call('DEL', lease)
  redis.call('DEL', entry)
  if old_version ~= '' then put('', old_version, 0, left) end
  return 1
elseif command == 'extend' then
  if not is_fresh or old_value ~= value then return 0 end
  redis.call('PEXPIRE', entry, tonumber(ttl) + tonumber(old_grace))
  return 1
elseif command == 'expire-now' then
  if is_fresh and tonumber(old_grace) > 0 then
    redis.call('PEXPIRE', entry, old_grace)
  elseif held then
    redis.call('DEL', entry)
  else
    redis.call('DEL', lease)
  end
  return 1
elseif command == 'lease' then
  -- ARGV[2]: the counter's name, ARGV[3]: how long a lease lasts
  if is_fresh then return { old_value, false } end
  if redis.call('EXISTS', lease) == 1 then return { false, false } end
  local token = redis.call('INCR', value)
  redis.call('SET', lease, token, 'PX', ttl)
  return { false, token }
elseif command == 'set-with-lease' then
  if redis.call('GET', lease) ~= version then return 0 end
  store(value, '')
  return 1
end
return redis.error_reply('ERR unknown command of the script')
