# Rows of Ruby, for bridge.py: what the lines say is told there.
require "json"
require "logger"
require "active_support"
require "active_support/cache"

$stdout.sync = true
LOCK = Mutex.new
CACHES = {}
LOADS = {}

def say(told)
  LOCK.synchronize { puts JSON.generate(told) }
end

# A load of a cache: its answer comes in a line.
def load_row(cache)
  answer = Queue.new
  nth = LOCK.synchronize { (LOADS.size + 1).tap { |it| LOADS[it] = answer } }
  say({ load: nth, cache: cache })
  told = answer.pop
  raise "the load fails" if told["fails"]
  told["value"]
end

def run(done)
  Thread.new do
    say({ done: done, value: yield })
  rescue StandardError => error
    say({ done: done, error: error.message })
  end
end

if ARGV == ["--list"]
  puts JSON.generate({ "active-support" => { stale: true } })
  exit
end

$stdin.each_line do |line|
  told = JSON.parse(line)
  call = told["call"]
  if (id = told["new"])
    options = { expires_in: told["ttl"] / 1000.0 }
    options[:race_condition_ttl] = told["grace"] / 1000.0 if told["grace"]
    CACHES[id] = [ActiveSupport::Cache::MemoryStore.new, options]
    say({ made: id, sets: true })
  elsif told["loaded"]
    LOADS[told["loaded"]] << told
  elsif (id = told["get"])
    store, options = CACHES[id]
    told["times"].times { |nth| run(call + nth) { store.fetch("k", **options) { load_row(id) } } }
  elsif (id = told["delete"])
    run(call) { CACHES[id][0].delete("k") && nil }
  else
    store, options = CACHES[told["set"]]
    run(call) { store.write("k", told["value"], **options) && nil }
  end
end
