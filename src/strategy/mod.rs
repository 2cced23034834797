//! The strategy language, from text to running tasks.
//!
//! A strategy is a program in a small subset of Python. Code inside the subset means the same as
//! in Python; code outside it is refused with its position and advice.
//! [`compile`](crate::strategy::compile()) turns a text into a [`Program`]; a [`Machine`] runs one
//! function of it and stops at each [`Call`](crate::strategy::call::Call), so that the scheduler
//! decides what happens between two calls.
//!
//! ```
//! use stalemate::strategy::{compile, value::Names};
//! let program = compile(
//!     r#"
//! ## Cache-aside: load on a miss, invalidate on a write.
//! TTL = 60  # seconds an entry lives · 1..3600
//!
//! def read(key):
//!     value = cache.get(key)
//!     if value is not None:
//!         return value
//!     value = db.read(key)
//!     if value is not None:
//!         cache.set(key, value, ttl=TTL)
//!     return value
//!
//! def write(key, value):
//!     db.write(key, value)
//!     cache.delete(key)
//! "#,
//!     &mut Names::default(),
//! )
//! .unwrap();
//! assert_eq!(program.parameters[0].high, Some(3600.0));
//! ```
//!
//! # The top level
//!
//! | form | meaning |
//! | --- | --- |
//! | the first comment | the title |
//! | `def read(key):`, `def write(key, value):` | the requests of clients; required |
//! | `def delete(key):`, `def increment(key, by):` | further requests of clients; optional |
//! | any other `def` | a helper |
//! | `NAME = literal  # text · low..high` | a parameter: a control in the page. A number (`24 * 3600` too), a text, `True` or `False`. Either end of the range may be left open; without a range, any number is allowed |
//! | `queue = Queue(at=app \| cache \| worker, …)` | a write buffer; any name. [Options](#queues) |
//! | `changes = Changes()` | the database's change stream: a durable queue of all commits. It has `take`, `ack` and `retry` |
//! | `bus = Channel()` | a channel. `bus.publish(key)` sends the key to every app server that is up, through the cache, as Redis' `PUBLISH` does, and returns the number of receivers. Lost messages are not repeated |
//! | `@on(bus)` above a `def` with one argument | runs on each app server for each published message |
//! | `@at(app \| cache \| worker)` above a `def` | where the function runs |
//! | `class Busy(Exception): pass` | an error of the program's own, for `raise` and `except`. It derives from one of [the language's](#errors) or of the program's; 25 at most |
//! | `@every(seconds)` above a `def` without arguments | a background loop; a number, or a parameter's name; at least 0.001 |
//!
//! # Queues
//!
//! An item from `take` stays in the queue until `ack`; without an `ack`, it is handed out again.
//!
//! | option of `Queue` | default | meaning |
//! | --- | --- | --- |
//! | `at=app`, `cache` or `worker` | required; `worker` with `like` | the process that has it; `app`: one queue on each app server |
//! | `durable=True` | `False` | it survives a crash of that process |
//! | `limit=n` | `None` | a push to a full queue waits |
//! | `redeliver=seconds` | 30 | when an item that was not acknowledged comes back |
//! | `order="key"`, `"queue"` or `"none"` | `"key"` | which items may be taken at once: one of each key, one of all, or any. The first is Amazon SQS with FIFO message groups, the second a single consumer with one message at a time, the third most other queues |
//! | `retry="keep"` or `"back"` | `"keep"` | where `retry` puts an item: in its old place, or at the end |
//! | `redelivery="keep"` or `"back"` | `"keep"` | the same for an item that was not acknowledged |
//! | `late_ack=False` | `True` | an `ack`, `retry` or `dead_letter` after the redelivery does nothing and returns `False` |
//! | `coalesce=True`, `"last"`, `"first"`, `"waiting"` or `"debounce"` | `False` | what happens to a push while an item of its key waits: it replaces the item's value (`"last"`, the same as `True`, and `"debounce"`) or is dropped (`"first"`, `"waiting"`). While an item of its key is taken, a push becomes an item of its own (`"last"`, `"waiting"`) or is dropped (the others). The caller is not told |
//! | `sync=seconds` | 0 | for a durable queue: how long an `ack`, and a push with `confirm=False`, are only in memory, where a crash undoes them |
//! | `release=True` | `False` | the items of a killed consumer come back at once, and not after `redeliver`: the queue knows its consumers by their connections, as RabbitMQ does |
//! | `confirm=False` | `True` | a push is answered before it is on the disk |
//! | `like="rabbitmq-classic"` … | | the rules of a product [as measured](crate::vocabulary::queue::like); other options override them |
//!
//! # From Python
//!
//! Most code can be pasted with little editing: [From your code to a strategy](crate::paste)
//! shows how. Some of it has no meaning here and is ignored: type hints, `async` and `await`
//! (every call waits for its reply anyway), `import` lines, `.encode()` and `.decode()`. The
//! compiler reports everything else that it cannot use, all at once, with position and advice.
//!
//! # Statements
//!
//! `a = …` · `a, b = …` · `a = b = …` · `a += …` (`-= *= /= //= %= **=`) ·
//! `if`/`elif`/`else` · `while` · `for x in list` (a text: its letters, a dictionary: its
//! names) · `for i in range(start, end, step)` · `break` · `continue` · `return` · `pass` ·
//! `with lock(key):` · `with db.transaction():` · `try` with `except A:`, `except (A, B):`, `except A as e:` or
//! `except:`, `else` and `finally` (no `return` inside `finally`) · `raise Busy` or
//! `raise Busy("why")` (also with `from …`, which is ignored) · `raise` alone inside
//! an `except` · a call · a text, which is a comment.
//!
//! A name that a function assigns is local to it, as in Python, even if a parameter has the same
//! name. Names of stores, queues and functions cannot be assigned. An argument may have a default,
//! `def load(key, ttl=TTL):`: a literal or a parameter.
//!
//! # Expressions
//!
//! By precedence, the lowest first: `a if c else b` · `or` · `and` · `not` ·
//! `== != < <= > >= in`, `not in`, `is None`, `is not None` (chained: `a < b < c`) ·
//! `+ -` · `* / // %` · `-a +a` · `**` · calls, `.attribute`, `list[n]`,
//! `list[start:end:step]`, `user["name"]` · names, `None True False`, whole numbers of 64
//! bits, floats, texts, `f"user:{key}"`, `(a, b)`, `[a, b]`, `{"name": a, **other}`.
//!
//! - Numbers are Python's: `7 / 2` is `3.5`, `-7 // 2` is `-4`, `-7 % 3` is `2`,
//!   `1 == 1.0 == True`. A result beyond 64 bits is an error, never a wrong number.
//!   `math.exp`, `math.log` and `**` of floats give the float nearest to the result;
//!   CPython takes them from the C library of its machine, where about one in a thousand
//!   differs in the last digit.
//! - `+` concatenates texts. They have at most [`LONGEST_TEXT`](crate::strategy::value::LONGEST_TEXT) bytes.
//!   `"…" * n`, `"%s" % a`, `"{}".format(a)` and the format after a colon, `{price:.2f}`,
//!   are Python's.
//! - `and` and `or` give the operand that decides. `None`, `False`, `0`, `""`, an empty
//!   list and an empty dictionary are false.
//! - Lists and tuples are immutable and contain no lists. They have a length, indexes, slices,
//!   `in`, `==` and `+`, but no order.
//! - Dictionaries have texts as names, and are immutable: `{**user, "age": 5}` makes another.
//!   They are plain values, which stores and queues can hold, as the text that `json.dumps` makes
//!   of them; so they are at most as long as a text.
//! - Every plain value carries the write that made it (its
//!   [`Origin`](crate::strategy::value::Origin)). Stores and conversions keep it, arithmetic takes
//!   that of the operation that goes in, and a comparison or a length has none. The values from
//!   which arithmetic and concatenation made a value are its
//!   [`Lineage`](crate::strategy::value::Lineage).
//!
//! # Calls
//!
//! Arguments are given by position or by name. Keys are texts. Times are in seconds.
//!
//! The commands of the stores, with their arguments and replies, are
//! [`CacheCommand`](crate::vocabulary::command::CacheCommand) (`cache.get(key)`),
//! [`DatabaseCommand`](crate::vocabulary::command::DatabaseCommand) (`db.read(key)`),
//! [`ReplicaCommand`](crate::vocabulary::command::ReplicaCommand) (`replica.read(key)`) and
//! [`QueueCommand`](crate::vocabulary::command::QueueCommand) (`queue.push(key, value)`,
//! with a queue's own name). Besides:
//!
//! | call | reply |
//! | --- | --- |
//! | `with lock(key):` | waits until no other task of this process is inside; `lock(key, wait=2)` raises `Timeout` after two seconds |
//! | `with db.transaction():` | statements that take effect together or not at all |
//! | `spawn(function, …)` | `None`, at once; the caller does not wait for the new task |
//! | `single_flight(key, function, …)` | the function's result, or its error: callers in one process with the same key share one run |
//! | `gather(call, …)` | the results as a list, in the order of the calls, which run concurrently; also `gather(*[load(key) for key in keys])` |
//! | `forget_flight(key)` | `None`, at once: the next caller begins a run of its own |
//! | `sleep(seconds)` | `None`, later |
//!
//! These call no store and take no time: `now()` in seconds, `random()` from 0 to 1
//! and `random(low, high)`, `random.randint(low, high)`, `log(a, b, …)`, `str`, `repr`,
//! `format`, `int`, `float`, `bool`, `len`, `min`, `max` (of several, or of a list), `abs`,
//! `round`, `math.log`, `math.exp`, `math.sqrt`, `math.floor`, `math.ceil`, `json.dumps`,
//! `json.loads`. `print`, `time.time()`, `time.sleep(s)`, `random.random()` and
//! `random.uniform(a, b)` are other names of those.
//!
//! Texts have `.startswith .endswith .upper .lower .strip .replace .split .join .format`,
//! dictionaries `.get .keys .values .items`.
//!
//! - **Many keys.** `cache.get_many(keys)`, `cache.set_many(keys, values, ttl=60)`,
//!   `cache.delete_many(keys)` and `db.read_many(keys)` are one message each, carried out
//!   at one instant (Redis: `MGET`, `MSET`, `DEL`; PostgreSQL: `WHERE key = ANY(…)`, put in order).
//! - **A cache in each app server.** With `"topology": {"local": {}}` each app server has a
//!   cache of its own, `local`, with the commands of `cache`. Calls to it take no message and no
//!   time, and it is lost when its server crashes.
//! - **Leases.** `cache.lease(key)` gives a lease to the first caller that misses, and
//!   `(None, None)` to the others while the lease is valid: [`LEASE_US`](crate::store::cache::LEASE_US),
//!   ten seconds. An unused lease (its holder failed, or found no row) holds up the others
//!   until then: set something with it, or bypass it after a while.
//! - **Queues.** Items of one key are taken in the order of their arrival: while one of them is
//!   taken, or waits for its `retry`, the later ones of its key wait. Items of different keys do
//!   not wait for one another.
//! - **Locks.** `lock(key)` belongs to the process, and is not re-entrant: a function that
//!   holds it and asks for it again waits for ever.
//!
//! - **Single flights**, after Go's `singleflight`: a caller of `single_flight(key, load)` while a
//!   run for the key is under way in its process waits for that run, and gets its result or its
//!   error. The first caller waits as well: the run is a task of its own, which continues when no
//!   caller waits any more, and is in no transaction. The function gets the arguments after its
//!   name; without any, a function with one argument gets the key. A run that asks for its own key
//!   waits for ever.
//! - **Concurrent calls**, after `asyncio.gather` of CPython 3.11: `gather(load(a), db.read(b))`
//!   begins a task for each call, in this order, and waits for all. The first error is raised at
//!   once; the other tasks continue, and their results are dropped. Arguments are evaluated first,
//!   one after another. A name in a comprehension is local to it. Its tasks are in no transaction,
//!   and `gather` cannot be used in one: a connection runs one statement at a time. At most 1,000
//!   calls; results that are lists may contain only plain values.
//! - **A load that a deletion cancels** needs no command of its own. Stamp the entry with the
//!   start of its load, `cache.set(key, value, version=begun)` with
//!   `begun = int(now() * 1e6)` from before the load, and delete with
//!   `cache.delete(key, version=int(now() * 1e6))`: a value loaded before the deletion is
//!   refused. `forget_flight(key)` in addition keeps later readers from joining the old load.
//! - **A lock in the cache** with a TTL and an owner, after Redis' documentation of `SET`:
//!   `cache.add(name, token, ttl=10)` says whether it was free (`SET NX PX`),
//!   `cache.release(name, token)` and `cache.extend(name, token, ttl=10)` say whether it was
//!   still the owner's, and do nothing if it was not (a script that compares). The token is a
//!   unique text or number, such as `random()`. A lock that expires while its owner still works
//!   protects nothing; a fence does, such as `db.compare_and_set` with the version that was read
//!   under the lock.
//!
//! - **Transactions.** `with db.transaction():` keeps one connection of the pool. Calls of `db`
//!   inside it, also in functions that it calls in its process, are its statements; calls of other
//!   stores are not part of it. It commits at its end, also on `return`, `break` and `continue`;
//!   an error that leaves it, a crash and a statement without an answer roll it back. At
//!   `Read Committed`, the default, each statement sees what is committed when it begins; with
//!   `isolation="repeatable read"` all see what was committed at its first statement. A row that
//!   it has written is locked until its end, and others that write it wait. After an error that is
//!   caught inside it, every further call fails, and so does its commit (as with PostgreSQL's
//!   driver for Java; most others are silent about it). A task has one transaction at a time.
//!
//! Stores cannot hold `None`: setting it is a mistake, and reported as one.
//!
//! # Places
//!
//! A function runs where `@at` says; without it, where its caller runs, or on an app server if the
//! caller is a client or a timer. A call of a function in another process is a message there and a
//! reply back ([`Call::Invoke`](crate::strategy::call::Call::Invoke)); a call within a process is
//! no message. Only clients can call an app server. The compiler checks which functions can reach
//! a queue:
//!
//! | queue | from the app | from the cache | from the worker |
//! | --- | --- | --- | --- |
//! | `at=app` | its own server's | no | no |
//! | `at=cache`, `at=worker` | yes | yes | yes |
//! | `Changes()` | no | yes | yes |
//!
//! # Errors
//!
//! | `except` | catches |
//! | --- | --- |
//! | `CacheError` | a failed call to the cache |
//! | `DatabaseError` | a failed call to the database or its replica |
//! | `Timeout` | a call without an answer in time, which may have been applied or not. Also a lock or a connection that was not free in time, and a canceled statement: these changed nothing |
//! | `SerializationError` | a row has changed since a `repeatable read` transaction's snapshot: PostgreSQL's 40001 |
//! | `DeadlockError` | transactions wait for each other's rows, and this one was aborted: PostgreSQL's 40P01 |
//! | `StoreError` | all of these |
//! | a class of the program | its errors, and those of classes that derive from it |
//! | `Exception`, or no class | all of these |
//!
//! A program can raise any of them: to fail fast while a store is known to be down, or to tell its
//! client what it has not found. `str` of the error in `except … as error` is the text with which
//! it was raised, as in Python. A caller in another process, or one that shares the single flight,
//! gets the same error. For the client, it is a failure that changed nothing, unless the task had
//! written something.
//!
//! An error that nothing catches ends the task: [`Stopped::Raise`]. A strategy's mistake (a number
//! added to a text, an endless loop, a list that `read` returns) is a [`RuntimeError`] and ends the
//! task too: [`Stopped::Fail`]. No `except` catches it, not even in a caller in another process.
//! Then nothing more of the task runs, not even `finally` or the end of `with`; the scheduler
//! frees its locks.
//!
//! # Bounds
//!
//! 64 KiB of source, 64 levels of nesting, 64 calls deep, 200 variables in a
//! function, 2¹⁶ operations, and as many steps as [`Host::steps_left`] says.
//! [`LONGEST_TEXT`](crate::strategy::value::LONGEST_TEXT) and [`MOST_NAMES`](crate::strategy::value::MOST_NAMES)
//! bound what a program can build.
//!
//! # To add a word
//!
//! A command of a store is a row of [`vocabulary::command`](crate::vocabulary::command), with its
//! implementation in the store. A function that calls no store is a row of
//! `vocabulary/language.rs`, with its implementation in `machine/native.rs`. The compiler, its
//! messages, the history and the page need no change.
//!
//! [`Program`]: crate::strategy::Program
//! [`Machine`]: crate::strategy::Machine
//! [`RuntimeError`]: crate::strategy::RuntimeError
//! [`Stopped::Raise`]: crate::strategy::Stopped::Raise
//! [`Stopped::Fail`]: crate::strategy::Stopped::Fail
//! [`Host::steps_left`]: crate::strategy::Host::steps_left

// texts and numbers, and the write that made each
pub mod value;

// the texts of a run, by number
mod names;

// the names of a run's stores
mod stores;
// the origins of computed values
mod lineage;

// a value outside a run
mod plain;

// a value in a document
mod literal;

// small dictionaries as values
mod dictionary;

// floats as texts, as Python writes them
mod float;

// the calls of a task
pub mod call;

// the arguments of a call, from values
pub mod argument;

// errors of a program, a parameter, a running task
mod error;

// the text: its tokens and its tree
pub(crate) mod syntax;

// tokens to a tree
mod parser;

// the operations of the machine
pub(crate) mod ops;

// a tree to a program
mod compile;

// a compiled program
pub(crate) mod program;

// running tasks
mod machine;

// which strategy serves a key
mod route;

// what a text calls
mod mentions;

// the built-in strategies
pub mod builtin;

pub use compile::compile;
pub use error::{Mistake, ParameterError, RuntimeError, SyntaxError};
pub use literal::{Given, GivenVisitor, Literal};
pub use machine::{DEEPEST_CALLS, Host, Machine, Stopped, receipts};
pub use mentions::calls;
pub use plain::PlainValue;
pub use program::{EveryExpr, Function, Loop, Parameter, Program, QueueSpec, SHORTEST_LOOP_US};
pub use route::route;
pub use stores::StoreNames;
pub use syntax::token::is_keyword;
