//! Advice for names that exist in other programs.

use super::{Compiler, any_of};
use crate::strategy::error::nearest;
use crate::strategy::syntax::ast::{Expr, ExprKind};
use crate::strategy::syntax::token::Span;
use crate::vocabulary::command::StoreCommand;
use crate::vocabulary::language::reserved;
use crate::vocabulary::{ErrorClass, Store};

const CACHE: &str = "the cache is called `cache`";
const DATABASE: &str = "the database is called `db`";
const LOG: &str = "write `log(…)`";
const SPAWN: &str = "work on the side is a function of its own: write `spawn(refresh, key)`";

impl Compiler<'_> {
    /// Reports an unknown name, unless a line that was left out may have defined it.
    pub(super) fn no_such(&mut self, span: Span, name: &str, what: &str, advice: String) {
        if !self.left_out.contains(name) {
            self.error(span, format!("there is no {what}`{name}`"), advice);
        }
    }

    /// The advice for an unknown name.
    pub(super) fn unknown<'b>(
        &'b self,
        name: &str,
        near: impl IntoIterator<Item = &'b str>,
    ) -> String {
        let foreign = match name {
            "self" => Some("there are no classes here; name the store: `cache`, `db`"),
            "datetime" => Some("write `now()` for the time and `sleep(s)` to wait"),
            "redis" | "r" | "redis_client" | "client" | "memcached" | "mc" => Some(CACHE),
            "database" | "conn" | "cursor" | "session" | "connection" => Some(DATABASE),
            "pickle" => {
                Some("leave it out: stores hold numbers, texts and dictionaries as they are")
            }
            "logging" | "logger" => Some(LOG),
            "threading" | "Thread" | "ThreadPoolExecutor" | "executor" | "concurrent" => {
                Some(SPAWN)
            }
            "float64" | "isinstance" | "type" => Some("write the comparison that you need"),
            "enumerate" | "zip" => Some("count in a variable of your own"),
            "sum" | "sorted" | "any" | "all" | "list" | "set" | "tuple" | "map" | "filter" => {
                Some("write a loop")
            }
            "dict" => Some("write `{\"name\": value}`"),
            "local" => {
                Some("give each app server a cache of its own: `\"topology\": {\"local\": {}}`")
            }
            "replica" => Some("give the database a replica: `\"topology\": {\"replica\": {}}`"),
            "true" | "false" => Some("write `True` or `False`"),
            "null" | "nil" | "none" => Some("write `None`"),
            "Error" | "TimeoutError" => {
                return format!("write {}", any_of(ErrorClass::ALL.map(ErrorClass::name)));
            }
            _ => None,
        };
        if let Some(advice) = foreign {
            return advice.into();
        }
        let globals = self.globals.keys().map(|name| name.as_ref());
        let reserved = reserved().map(|word| -> &'b str { word });
        let known = near.into_iter().chain(globals).chain(reserved);
        let known = known.chain(self.names.stores().words());
        let known = known.chain(["single_flight", "forget_flight", "gather"]);
        match nearest(name, known) {
            // the name itself is refused where it is given
            Some(meant) if !meant.is_ascii() => {
                format!("`{meant}` looks like it, but has a letter outside a–z: write that anew")
            }
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "give it a value first, or check its spelling".into(),
        }
    }
}

/// The object that an unknown name before `.method(…)` most likely means.
pub(super) fn owner(method: &str) -> Option<String> {
    let mut of = [(Store::Cache, CACHE), (Store::Database, DATABASE)].into_iter();
    of.find_map(|(store, is_called)| {
        let own = StoreCommand::find(store, method)
            .map(|command| format!("{is_called}: write `{}(…)`", command.call()));
        own.or_else(|| {
            let instead = store.instead_of(method)?;
            let is_own = instead.starts_with(store.object());
            is_own.then(|| format!("{is_called}: write `{instead}`"))
        })
    })
}

/// The advice for a line at the top level that makes a client, a lock or something that functions
/// share.
pub(super) fn made(value: &Expr) -> Option<&'static str> {
    let callee = match &value.kind {
        ExprKind::List(_) => {
            return Some(
                "lists never change: a line of what is to be done is a queue, `queue = Queue(at=app)`",
            );
        }
        ExprKind::Dictionary(_) => {
            return Some("what functions share belongs in a store: `cache`, `db` or a queue");
        }
        ExprKind::Call(callee, _) => callee,
        _ => return None,
    };
    let name = match &callee.kind {
        ExprKind::Name(name) => name,
        ExprKind::Attribute(_, name) => &name.text,
        _ => return None,
    };
    Some(match name.as_ref() {
        "Redis" | "StrictRedis" | "from_url" | "Client" | "MemcacheClient" | "TTLCache"
        | "LRUCache" | "Cache" | "RedisCluster" => {
            "leave the line out: the cache is here, and is called `cache`"
        }
        "connect" | "create_engine" | "MongoClient" | "Session" | "cursor" | "Database" => {
            "leave the line out: the database is here, and is called `db`"
        }
        "getLogger" => "leave the line out, and write `log(…)`",
        "Lock" | "RLock" => "leave the line out, and write `with lock(key):`",
        "deque" | "SimpleQueue" | "PriorityQueue" | "list" => {
            "a line of what is to be done is a queue: write `queue = Queue(at=app)`"
        }
        "dict" | "defaultdict" | "OrderedDict" | "Counter" => {
            "what functions share belongs in a store: `cache`, `db` or a queue"
        }
        "Thread" | "Timer" => "a function that runs again and again has `@every(60)` above it",
        _ => return None,
    })
}
