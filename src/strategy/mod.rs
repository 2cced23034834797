//! What a strategy says: the language, from text to running tasks.
//!
//! A strategy is a program in a small subset of Python. What is inside the
//! subset means what it means in Python; what is outside is refused with the
//! place and what to write instead. [`compile`](crate::strategy::compile()) turns a text into a
//! [`Program`]; a [`Machine`] runs one function of it and stops at each
//! [`Call`](crate::strategy::call::Call), so that whoever schedules decides what happens between
//! two calls.
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
//! | `def read(key):`, `def write(key, value):` | what clients ask for; required |
//! | `def delete(key):`, `def increment(key, by):` | the same, optional |
//! | any other `def` | a helper |
//! | `NAME = literal  # text · low..high` | a parameter: a control in the page. A number (`24 * 3600` too), a text, `True` or `False`. Either end of the range may be left open; without one, any number goes |
//! | `queue = Queue(at=app \| cache \| worker, …)` | a write buffer; any name. [Options](#queues) |
//! | `changes = Changes()` | the database's change stream: a durable queue that every commit is put on. It has `take`, `ack` and `retry` |
//! | `bus = Channel()` | a channel. `bus.publish(key)` tells every app server that is up; it goes by way of the cache, as Redis' `PUBLISH` does, and says how many it was sent to. Nobody sends it again |
//! | `@on(bus)` above a `def` with one argument | what each app server does with what was published |
//! | `@at(app \| cache \| worker)` above a `def` | where the function runs |
//! | `class Busy(Exception): pass` | an error of the program's own, for `raise` and `except`. It derives from one of the language's, [all of them](#errors), or from one of its own; 25 at most |
//! | `@every(seconds)` above a `def` without arguments | a background loop; a number, or a parameter's name; at least 0.001 |
//!
//! # Queues
//!
//! What `take` gives stays in the queue until `ack`; without one it is handed out again.
//!
//! | option of `Queue` | without it | meaning |
//! | --- | --- | --- |
//! | `at=app`, `cache` or `worker` | required | whose process keeps it; `app`: one on each app server |
//! | `durable=True` | `False` | a crash of that process takes nothing from it |
//! | `limit=n` | `None` | a push to a full queue waits |
//! | `redeliver=seconds` | 30 | when what was not acknowledged comes back |
//! | `order="key"`, `"queue"` or `"none"` | `"key"` | what may be in hand at once: one of each key, one of all, or any. Amazon SQS with FIFO message groups has the first, one consumer with one message in hand the second, all else the third |
//! | `retry="keep"` or `"back"` | `"keep"` | where `retry` puts an item: where it stood, or behind all others |
//! | `redelivery="keep"` or `"back"` | `"keep"` | the same for what comes back by itself |
//! | `late_ack=False` | `True` | an `ack`, `retry` or `dead_letter` after the redelivery does nothing and is `False` |
//! | `coalesce=True`, `"last"`, `"first"` or `"debounce"` | `False` | while an item of the key waits, its value is taken by that (`"last"`, which is `True`, and `"debounce"`) or dropped (`"first"`); while one is taken, it is an item of its own (`"last"`) or dropped (the others). Whoever pushes is told nothing |
//! | `sync=seconds` | 0 | how long an `ack`, and a push where `confirm=False`, are in memory only: a crash undoes them. Of a durable queue |
//! | `release=True` | `False` | what a consumer had in hand when it died comes back at once, and not after `redeliver`: the queue knows its consumers by their connections, as RabbitMQ does |
//! | `confirm=False` | `True` | a push is answered before it is on the disk |
//! | `like="rabbitmq-classic"` … | | the rules of a product [as they were measured](crate::vocabulary::queue::like); what is said beside it is otherwise |
//!
//! # From Python
//!
//! Code is to be pasted with little editing: [From your code to a strategy](crate::paste)
//! shows how. Some of it means nothing here and is passed over: type hints, `async` and
//! `await` (every call waits for its reply as it is), lines of `import`, `.encode()` and
//! `.decode()`. What cannot be is refused when the program is compiled, all of it at once,
//! each with its place and what to write instead.
//!
//! # Statements
//!
//! `a = …` · `a, b = …` · `a = b = …` · `a += …` (`-= *= /= //= %= **=`) ·
//! `if`/`elif`/`else` · `while` · `for x in list` (a text: its letters, a dictionary: its
//! names) · `for i in range(start, end, step)` · `break` · `continue` · `return` · `pass` ·
//! `with lock(key):` · `with db.transaction():` · `try` with `except A:`, `except (A, B):`, `except A as e:` or
//! `except:`, `else` and `finally` (no `return` inside `finally`) · `raise Busy` or
//! `raise Busy("why")` (also with `from …`, which is passed over) · `raise` alone inside
//! an `except` · a call · a text, which is a comment.
//!
//! A name that a function assigns is that function's own, as in Python, also
//! where a parameter has the same name. Names of stores, queues and functions
//! cannot be assigned. An argument may have a default, `def load(key, ttl=TTL):`: a
//! literal or a parameter.
//!
//! # Expressions
//!
//! By precedence, the loosest first: `a if c else b` · `or` · `and` · `not` ·
//! `== != < <= > >= in`, `not in`, `is None`, `is not None` (chained: `a < b < c`) ·
//! `+ -` · `* / // %` · `-a +a` · `**` · calls, `.attribute`, `list[n]`,
//! `list[start:end:step]`, `user["name"]` · names, `None True False`, whole numbers of 64
//! bits, floats, texts, `f"user:{key}"`, `(a, b)`, `[a, b]`, `{"name": a, **other}`.
//!
//! - Numbers are Python's: `7 / 2` is `3.5`, `-7 // 2` is `-4`, `-7 % 3` is `2`,
//!   `1 == 1.0 == True`. Beyond 64 bits there is an error, never a wrong number.
//!   `math.exp`, `math.log` and `**` of floats give the float nearest to the result;
//!   CPython takes them from the C library of its machine, and about one in a thousand
//!   differs there in the last digit.
//! - `+` glues texts. They have at most [`LONGEST_TEXT`](crate::strategy::value::LONGEST_TEXT) bytes.
//!   `"…" * n`, `"%s" % a`, `"{}".format(a)` and the format after a colon, `{price:.2f}`,
//!   are Python's.
//! - `and` and `or` give the operand that decides. `None`, `False`, `0`, `""`, an empty
//!   list and an empty dictionary are false.
//! - Lists and tuples never change and hold no lists. They have a length, positions,
//!   parts, `in`, `==` and `+`, but no order.
//! - Dictionaries have texts as names, and never change: `{**user, "age": 5}` makes
//!   another. They are plain values, which stores and queues hold, held as the text that
//!   `json.dumps` makes of them: at most as long as a text may be.
//! - Every plain value knows the write that made it (its
//!   [`Origin`](crate::strategy::value::Origin)). Stores and conversions keep it, arithmetic
//!   takes that of the operation that goes in, a comparison or a length has none.
//!   What arithmetic and gluing made a value of is kept beside it, its
//!   [`Lineage`](crate::strategy::value::Lineage).
//!
//! # Calls
//!
//! Arguments go by position or by name. Keys are texts. Times are in seconds.
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
//! | `with lock(key):` | waits until nobody else in this process is inside; with `lock(key, wait=2)` for two seconds at most, and raises `Timeout` |
//! | `with db.transaction():` | statements of which all come to be, or none |
//! | `spawn(function, …)` | `None`, at once; nobody waits for the new task |
//! | `single_flight(key, function, …)` | the function's result, or its error: callers of one process with one key share one run of it |
//! | `gather(call, …)` | the results as a list, in the order of the calls, which run beside one another; also `gather(*[load(key) for key in keys])` |
//! | `forget_flight(key)` | `None`, at once: the next caller begins a run of its own, and joins none |
//! | `sleep(seconds)` | `None`, later |
//!
//! These ask nobody and take no time: `now()` in seconds, `random()` from 0 to 1
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
//!   `cache.delete_many(keys)` and `db.read_many(keys)` are one message each, and done at one
//!   instant (Redis: `MGET`, `MSET`, `DEL`; PostgreSQL: `WHERE key = ANY(…)`, put in order).
//! - **A cache in each app server.** With `"topology": {"local": {}}` each app server has a
//!   cache of its own, `local`, with the commands of `cache`. It is asked without a message
//!   and in no time, and dies with its server.
//! - **Leases.** `cache.lease(key)` gives a lease to the first that finds nothing, and
//!   `(None, None)` to the others for as long as it lives: [`LEASE_US`](crate::store::cache::LEASE_US),
//!   ten seconds. A lease that is not used (its holder failed, or found no row) holds the
//!   others up until then: set something with it, or read around it after a while.
//! - **Queues.** Items of one key are taken in the order in which they came: while one of
//!   them is out, or waits for its `retry`, the later ones of its key wait behind it. Items
//!   of different keys do not wait for one another.
//! - **Locks.** `lock(key)` belongs to the process, and is not re-entrant: a function that
//!   holds it and asks for it again waits for ever.
//!
//! - **Single flights**, after Go's `singleflight`: whoever calls `single_flight(key, load)`
//!   while a run for the key is under way in its process waits for that run, and has its
//!   result or its error. The first caller waits as well: the run is a task of its own, which
//!   goes on when nobody waits any more, and is in no transaction. The function gets the
//!   arguments behind its name; without any, one that takes one argument gets the key. A run
//!   that calls for its own key waits for ever.
//! - **Calls beside one another**, after `asyncio.gather` of CPython 3.11: `gather(load(a),
//!   db.read(b))` begins a task for each call, in this order, and waits for all. The first
//!   error is raised at once; the other tasks run on, and nobody sees what they come to.
//!   Arguments are evaluated first, one after the other. A name in a comprehension is its own.
//!   A task of it is in no transaction, and `gather` stands in none: a connection runs one
//!   statement at a time. At most 1,000 calls; of lists, at most lists of plain values.
//! - **A load that a deletion cancels** needs no word of its own. Stamp the entry with the
//!   start of its load, `cache.set(key, value, version=begun)` with
//!   `begun = int(now() * 1e6)` from before the load, and delete with
//!   `cache.delete(key, version=int(now() * 1e6))`: what was loaded before the deletion is
//!   refused. `forget_flight(key)` beside it keeps later readers from joining the old load.
//! - **A lock in the cache** with a TTL and an owner, after Redis' documentation of `SET`:
//!   `cache.add(name, token, ttl=10)` says whether it was free (`SET NX PX`),
//!   `cache.release(name, token)` and `cache.extend(name, token, ttl=10)` say whether it was
//!   still the owner's, and do nothing where it was not (a script that compares). The token is
//!   a text or a number that no other has, such as `random()`. A lock that ends while its owner
//!   still works keeps nobody out: a fence does, such as `db.compare_and_set` with the version
//!   that was read under the lock.
//!
//! - **Transactions.** `with db.transaction():` keeps one connection of the pool. Calls of
//!   `db` inside it, those of functions that it calls in its process included, are its
//!   statements; calls of other stores have nothing to do with it. At its end, `return`,
//!   `break` and `continue` included, it commits; an error that leaves it, a crash and a
//!   statement without an answer roll it back. It is `Read Committed`, where each statement
//!   sees what is committed when it begins, or with `isolation="repeatable read"` sees what
//!   was committed at its first statement. A row that it has written is locked until its
//!   end, and others that write it wait. Behind an error that is caught inside it every
//!   call fails, its commit too (as with PostgreSQL's driver for Java; most others are
//!   silent about it). A task has one at a time.
//!
//! A store holds no `None`: setting it is a mistake, and said to be one.
//!
//! # Places
//!
//! A function runs where `@at` says; without it, where its caller runs, and in
//! the app where a client or a timer is the caller. A call of a function that is
//! placed elsewhere is a request there and a reply back
//! ([`Call::Invoke`](crate::strategy::call::Call::Invoke)); any other call is none at all. An app
//! server can be asked by nobody but its clients. Who reaches a queue is checked
//! when the program is compiled:
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
//! | `DatabaseError` | one to the database or its replica |
//! | `Timeout` | one to anybody that got no answer in time: it may have been applied or not. Also a lock and a connection that were not free in time, and a statement that was canceled: these changed nothing |
//! | `SerializationError` | a row has changed since a `repeatable read` transaction's snapshot: PostgreSQL's 40001 |
//! | `DeadlockError` | transactions wait for each other's rows, and this one is chosen: 40P01 |
//! | `StoreError` | all of these |
//! | a class of the program's own | what it raises of it, and of classes that derive from it |
//! | `Exception`, or nothing | all of these |
//!
//! A program raises any of them: to fail fast while a store is known to be down, or to tell
//! its client what it has not found. `str` of the error that an `except … as error` catches
//! is the text that it was raised with, as in Python. Who called the function from another
//! process, or shares its single flight, gets the same error. To the client it is a failure
//! that changed nothing, unless the task had written something.
//!
//! What nothing catches ends the task: [`Stopped::Raise`]. A strategy's own mistake
//! (a number added to a text, a loop without an end, a list that `read` returns) is a
//! [`RuntimeError`] and ends it too, and no `except` catches it, not even of who called the
//! function from another process: [`Stopped::Fail`]. Then nothing more of
//! the task runs, `finally` and the end of `with` included; whoever schedules it
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
//! A command of a store is a row of [`vocabulary::command`](crate::vocabulary::command)
//! and what the store does with it. A function that asks no store is a row of
//! `vocabulary/language.rs` and what it computes, in `machine/native.rs`. The
//! compiler, its messages, the history and the page need no change.
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

// what a run's stores are called
mod stores;
// what each value was made of
mod lineage;

// a value outside a run
mod plain;

// a value in a document
mod literal;

// small dictionaries as values
mod dictionary;

// floats as texts, as Python writes them
mod float;

// what a task asks of the world
pub mod call;

// the arguments of a call, from values
pub mod argument;

// what can be wrong with a program, a parameter, a running task
mod error;

// the text: its tokens and its tree
pub(crate) mod syntax;

// tokens to a tree
mod parser;

// what the machine executes
pub(crate) mod ops;

// a tree to a program
mod compile;

// a compiled program
pub(crate) mod program;

// running tasks
mod machine;

// which strategy serves a key
mod route;

// strategies that are built in
pub mod builtin;

pub use compile::compile;
pub use error::{Mistake, ParameterError, RuntimeError, SyntaxError};
pub use literal::{Given, GivenVisitor, Literal};
pub use machine::{DEEPEST_CALLS, Host, Machine, Stopped, receipts};
pub use plain::PlainValue;
pub use program::{EveryExpr, Function, Loop, Parameter, Program, QueueSpec, SHORTEST_LOOP_US};
pub use route::route;
pub use stores::StoreNames;
pub use syntax::token::is_keyword;
