//! What is said about programs that are wrong.

use stalemate::strategy::compile;
use stalemate::strategy::value::Names;

/// The errors of a program, as a person sees them: line, caret, words.
fn errors(source: &str) -> String {
    let errors = match compile(source, &mut Names::default()) {
        Ok(_) => return "no errors\n".into(),
        Err(errors) => errors,
    };
    let mut shown = String::new();
    for error in errors {
        let line = source.lines().nth(error.line as usize - 1).unwrap_or("");
        shown += &format!(
            "{line}\n{}{} {}\n    {}\n",
            " ".repeat(error.column as usize - 1),
            "^".repeat(error.length as usize),
            error.message,
            error.advice
        );
    }
    shown
}

/// The errors of a body of `read(key)`.
fn in_read(body: &str) -> String {
    let body: String = body.lines().map(|line| format!("    {line}\n")).collect();
    errors(&format!(
        "# t\nqueue = Queue(at=app)\nchanges = Changes()\nTTL = 60\n\ndef read(key):\n{body}\ndef write(key, value):\n    pass\n"
    ))
}

fn snapshot(name: &str, cases: &[&str], show: impl Fn(&str) -> String) {
    let text: String = cases.iter().map(|case| show(case) + "\n").collect();
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn other_languages() {
    let cases = [
        "function read(key) {\n    return {a: [1};\n}\ndef write(key, value):\n    pass\n",
        "def write(key, value):\n    pass\nfunc read(key) { return 1 }\n",
        "def read(key):\n    match key:\n        case 1: return 2\ndef write(key, value):\n    pass\n",
        "def read(key):\n    match = 1\n    return match\ndef write(key, value):\n    pass\n",
        // the second letter is Cyrillic
        "def read(k\u{435}y):\n    return db.read(key)\ndef write(key, value):\n    pass\n",
    ];
    snapshot("other_languages", &cases, errors);
}

#[test]
fn transactions() {
    let cases = [
        "with db.transaction(\"x\"): pass",
        "with db.transaction(isolation=\"serializable\"): pass",
        "with db.transaction(isolation=key): pass",
        "with db.transaction() as tx: pass",
        "with cache.transaction(): pass",
        "with db.transaction():\n    with db.transaction():\n        pass",
        "db.begin()",
        "db.commit()",
        "db.rollback()",
        "try:\n    pass\nexcept Deadlock:\n    pass",
        // a task of its own has one of its own
        "with db.transaction():\n    spawn(write, key, 1)",
    ];
    snapshot("transactions", &cases, in_read);
    let helper = "def read(key):\n    with db.transaction():\n        save(key)\n\
                  def save(key):\n    log(key)\n    again(key)\n\
                  def again(key):\n    with db.transaction():\n        db.delete(key)\n\
                  def write(key, value):\n    again(key)\n";
    assert_eq!(
        errors(helper),
        "    with db.transaction():\n    ^^^^ a transaction inside a transaction\n    \
         a task has one at a time: begin it in the outermost function\n"
    );
}

#[test]
fn channels_and_many_keys() {
    let rw = "def read(key):\n    bus.publish(key)\ndef write(key, value):\n    pass\n";
    let cases = [
        "bus = Channel()",
        "bus = Channel(5)\n@on(bus)\ndef forget(key):\n    pass",
        "bus = Channel()\n@on(bus)\ndef forget():\n    pass",
        "bus = Channel()\n@on(bus)\n@at(worker)\ndef forget(key):\n    pass",
        "bus = Channel()\n@on(bus)\n@every(5)\ndef forget(key=None):\n    pass",
        "bus = Channel()\n@on(box)\ndef forget(key):\n    pass",
        "bus = Channel()\n@on\ndef forget(key):\n    pass",
        "bus = Channel()\n@on(bus)\ndef forget(key):\n    bus.publsh(key)\n    bus.publish()\n    log(bus)",
        "bus = Channel()\n@on(bus)\ndef forget(key):\n    bus = 1",
        "bus = Channel()\n@on(bus)\ndef forget(key):\n    cache.get_many(5)\n    cache.mget([key])\n    \
         cache.set_many([key])\n    db.read_many(key, key)",
    ];
    snapshot("channels_and_many_keys", &cases, |case| errors(&format!("{case}\n{rw}")));
}

#[test]
fn outside_the_subset() {
    let cases = [
        "class A: pass",
        "f = lambda x: x",
        "global TTL",
        "x = [i for i in range(3)]",
        "x = max(i for i in (1, 2))",
        "async def f(): pass",
        "while True:\n    break\nelse:\n    pass",
        "for i in (1, 2):\n    pass\nelse:\n    pass",
        "del key",
        "assert key",
        "yield key",
        "if x = 5: pass",
        "if (x := 5): pass",
        "x = 1; y = 2",
        "x = 1 & 2",
        "x = !key",
        "x++",
        "x = key is 5",
        "x = key is None + 1",
        "x = key is not None or 1 is None - 1",
        "if key is None + 1: pass",
        "try:\n    pass\nexcept A, B:\n    pass",
        "try:\n    pass",
        "raise",
        "raise 5",
        "raise error",
        "raise CachError(key)",
        "raise CacheError(key, 5)",
        "raise CacheError(text=key)",
        "try:\n    pass\nexcept StoreError as e:\n    raise e",
        "x = CacheError(key)",
        "else: pass",
        "if key: pass\nelse if key: pass",
        "with open(key): pass",
        "with lock(key) as l: pass",
        "lock(key)",
        "def f(): pass",
        "key.value = 1",
        "x[0] = 1",
        "key.append(1)",
        "x = “a”",
        "x = 1 − 2",
        "x = 'abc",
        "x = \"\\q\"",
        "x = 012",
        "x = 0x",
        "x = 0xg1",
        "x = 0x10000000000000000",
        "x = 9223372036854775808",
        "x = -9223372036854775809",
        "x = 1 - 9223372036854775808",
        "x = 99999999999999999999",
        "x = 1e999",
        "x = (1, 2",
        "x = 1)",
        "\tx = 1",
        "x = 1\n  y = 2",
        "if key:\nx = 1",
        "x = größe",
        "key == 5",
        "try:\n    return 1\nfinally:\n    return 2",
        "for i in (1, 2):\n    try:\n        pass\n    finally:\n        break",
        "break",
        "x = range(5)",
        "for i in range(): pass",
        "x = 1 if key",
        "x = *key",
        "x =",
        "return 5 5",
    ];
    snapshot("outside_the_subset", &cases, in_read);
}

/// What course pages print and cannot be here: each with the right advice.
#[test]
fn pasted() {
    let cases = [
        "cache.setex(key, 60, 1)",
        "cache.set(key, 1, ex=60)",
        "cache.set(key, 1, nx=True)",
        "cache.exists(key)",
        "cache.lpush(key, 1)",
        "cache[key] = 1",
        "x = cache[key]",
        "x = db[key]",
        "x = redis.get(key)",
        "x = self.cache.get(key)",
        "x = redis_conn.setex(key, 60, 1)",
        "x = users.find_one(key)",
        "logger.info(key)",
        "logging.info(key)",
        "threading.Thread(target=read, args=(key,))",
        "asyncio.create_task(read(key))",
        "x = cache.get(key, lambda: 1)",
        "raise KeyError(key)",
        "...",
        "x = {1: 2}",
        "x = {1, 2}",
        "x = {**key}[0] + [i for i in x]",
        "x.append(1)",
        "x = {}\nx[\"a\"] = 1",
        "x = {}\nx.update(key)",
        "x = datetime.now()",
        "x = f\"{key\"",
        "x = f\"{}\"",
        "x = f\"{key:{x}}\"",
        "x = \"{} {}\".format(key)",
        "x = \"{name}\".format(key)",
        "x = b\"a\"",
        "x = key.foo(1)",
        "x = key.split(1, 2, 3)",
        "x = user.name",
        "from math import log",
        "import numpy as np",
        "try:\n    pass\nexcept redis.RedisError:\n    pass",
        "x = math.pow(2, 3)",
        "x = random.choice([1])",
    ];
    snapshot("pasted", &cases, in_read);
}

/// What this language never takes is seen before it runs.
#[test]
fn seen_before_it_runs() {
    let cases = [
        "return db.row(key)",
        "return cache.entry(key)",
        "return cache.lease(key)",
        "return 1, 2",
        "return [key]",
        "cache.get(5)",
        "cache.set(key, None)",
        "cache.set(key, [1, 2])",
        "cache.set(key, db.row(key))",
        "cache.set(key, 1, ttl=0)",
        "cache.set(key, 1, ttl=\"60\")",
        "cache.expire(key, None)",
        "cache.incr(key, \"1\")",
        "cache.set_with_lease(key, 1, None)",
        "db.compare_and_set(key, 1, version=None)",
        "db.write(\"user:\" + key, cache.entry(key))",
        "queue.take(0)",
        "queue.ack(key + \"x\")",
        "queue.push(f\"{key}\", (1, 2))",
        "with lock(5): pass",
        "with lock(key, 2): pass",
        "with lock(key, timeout=2): pass",
        "with lock(key, wait=2): pass",
        "x = db.row(key) + 1",
        "x = db.row(key) == 5",
        "x = [[1], 2]",
        "x = db.read(key).value",
        "x = cache.get(key).age",
    ];
    snapshot("seen_before_it_runs", &cases, in_read);
}

/// One round: what is no sentence, and what the others say that cannot be.
#[test]
fn all_errors_at_once() {
    let source = "import redis\nr = redis.Redis()\nstore = {}\n\ndef read(key):\n    value = r.get(key)\n    other = lambda: 1\n    if value = 5:\n        pass\n    logger.info(value)\n    x = cash.get(other)\n    for i in range(3)\n        pass\n    return cache.get(5, 6)\n\ndef write(key, value)\n    store[key] = value\n\ndef helper():\n    cache.setex(key, 5, valu)\n";
    snapshot("all_errors_at_once", &[source], errors);
}

#[test]
fn names_and_calls() {
    let cases = [
        "return cash.get(key)",
        "return valu",
        "return cache.gett(key)",
        "return cache.put(key, 1)",
        "return db.get(key)",
        "return queue.pop()",
        "return cache.get",
        "return cache",
        "return read",
        "return cache.get()",
        "return cache.get(key, 1)",
        "return cache.set(key, 1, tll=5)",
        "return cache.set(key, 1, value=5)",
        "return cache.set(key=key)",
        "return db.compare_and_set(key, 1)",
        "return cache.set(ttl=5, key)",
        "return load(key)",
        "return read()",
        "return read(key, key)",
        "return read(kei=key)",
        "return TTL(5)",
        "return key(5)",
        "return len(1, 2)",
        "return random(5)",
        "return now(1)",
        "return math.pow(1, 2)",
        "return cache.entry(key).agee",
        "return cache.entry(key).foo",
        "spawn(read(key))",
        "spawn(read)",
        "spawn(cache.get, key)",
        "return single_flight(key)",
        "return single_flight(key, read(key))",
        "return single_flight(key, cache.get)",
        "return single_flight(key, read, key, key)",
        "return single_fligth(key, read)",
        "forget_flight()",
        "cache = 5",
        "queue = 5",
        "read = 5",
        "for len in (1, 2): pass",
        "changes.take(1)",
        "changes.push(key, 1)",
        "return true",
        "x = Queue(at=cache)",
    ];
    snapshot("names_and_calls", &cases, in_read);
}

#[test]
fn top_level() {
    let rw = "def read(key):\n    pass\ndef write(key, value):\n    pass\n";
    let cases = [
        "",
        "def read(key):\n    pass",
        "def read():\n    pass\ndef write(key):\n    pass",
        "read = 5\ndef write(key, value):\n    pass",
        "TTL = 60 # s · 1..10\n{rw}",
        "TTL = 60 # s · one..ten\n{rw}",
        "TTL = None\n{rw}",
        "TTL = cache.get(1)\n{rw}",
        "A = 1\nB = A * 2\n{rw}",
        "A = 1\nA = 2\n{rw}",
        "A = \"x\" + 1\n{rw}",
        "A = 1 / 0\n{rw}",
        "len = 1\n{rw}",
        "queue = Queue()\n{rw}",
        "queue = Queue(cache)\n{rw}",
        "queue = Queue(at=database)\n{rw}",
        "queue = Queue(at=cache, durable=1, limit=0, redeliver=0)\n{rw}",
        "queue = Queue(at=cache,\n  limt=5)\n{rw}",
        "queue = Queue(at=cache, order=\"keys\", retry=\"front\", redelivery=True, late_ack=0)\n{rw}",
        "queue = Queue(at=cache, coalesce=\"newest\", sync=90, confirm=None)\n{rw}",
        "queue = Queue(at=cache, like=\"rabbitmq\")\n{rw}",
        "queue = Queue(at=cache, like=\"kafka\")\n{rw}",
        "queue = Queue(at=cache, like=jetstream)\n{rw}",
        "queue = Queue(at=cache, sync=1)\n{rw}",
        "queue = Queue(at=cache, durable=True, confirm=False)\n{rw}",
        "changes = Changes(at=cache)\n{rw}",
        "@at(moon)\n{rw}",
        "@att(cache)\n{rw}",
        "@at\n{rw}",
        "@at(cache)\n@at(app)\n{rw}",
        "@every(0)\ndef f():\n    pass\n{rw}",
        "@every(PERIOD)\ndef f():\n    pass\n{rw}",
        "@every(1)\ndef f(key):\n    pass\n{rw}",
        "@at(cache)\nx = 1\n{rw}",
        "def f(a, a):\n    pass\n{rw}",
        "def f(*a):\n    pass\n{rw}",
        "def f:\n    pass\n{rw}",
        "def f()\n    pass\n{rw}",
        "def f():\n{rw}",
        "def read(key):\n    pass\n{rw}",
        "if True:\n    pass\n{rw}",
        "class Store:\n    pass\n{rw}",
        "class Busy(Eception): pass\n{rw}",
        "class Busy(redis.RedisError): pass\n{rw}",
        "class Busy(Exception):\n    code = 5\n{rw}",
        "class Busy(Exception): ...\n{rw}",
        "class Busy(Exception):\n    ...\n{rw}",
        "class Busy(Exception):\n    def why(self):\n        pass\n{rw}",
        "class Timeout(Exception): pass\n{rw}",
        "class read(Exception): pass\n{rw}",
        "class Busy(Exception): pass\ndef read(key):\n    Busy = 5\n    return Busy\ndef write(key, value):\n    Busy(5)\n",
        "cache.get(5)\n{rw}",
        "    x = 1\n{rw}",
        "q = Queue(at=app)\n@at(worker)\n@every(1)\ndef f():\n    q.take(1)\n{rw}",
        "q = Queue(at=app)\n@at(cache)\ndef f():\n    g()\ndef g():\n    q.take(1)\n{rw}",
        "c = Changes()\n@every(1)\ndef f():\n    c.take(1)\n{rw}",
        "@at(app)\ndef f():\n    pass\n@at(cache)\ndef g():\n    f()\n{rw}",
        // several at once, and what is well stays unmentioned
        "x = (1,\ndef f():\n    y = lambda: 1\n    z = 5\n    if z = 5:\n        a = 1\n    return z +\n{rw}",
    ];
    snapshot("top_level", &cases, |case| errors(&case.replace("{rw}", rw)));
}

#[test]
fn well_formed() {
    for source in [
        "def read(key): return db.read(key)\ndef write(key, value): db.write(key, value)",
        "\u{feff}# t\r\ndef read(key):\r\n    x = (1,\r\n  2)\r\n\r\ndef write(key, value):\r\n    pass\r\n",
        "\"\"\"Title\n\nMore.\"\"\"\ndef read(key):\n    '''doc'''\n    pass\ndef write(key, value):\n  pass",
        "def read(key):\n    x = cache.get(  # why\n        key,\n\n    )\n    return x\n# end\ndef write(key, value):\n        pass\n    # odd comment\n",
        "A = -5 # text · -10..0\nB = 24 * 3600\nC = \"x\"\nD = True\nE = .5 # e.g. a..b\ndef read(key):\n    return A\ndef write(key, value):\n    pass",
    ] {
        assert_eq!(errors(source), "no errors\n", "{source}");
    }
}
