//! The commands of stores: one table.
//!
//! `commands!` passes the table to a macro. Below, it makes the names, the arguments and the lists;
//! `strategy::call` makes the typed calls from the same rows, and converts their arguments from the
//! values of a running strategy. To add a command, add a row here and implement it in the store.

use super::Store;

/// Passes the table to `$make!`.
///
/// A row is: the number that represents the command in a history's checksum (never changed; a new
/// command takes the next free one), the variant, the word, `reads` or `writes`, and the arguments
/// in order. An argument is the field of the call, its name if the field's name has a unit, its
/// kind ([`strategy::argument`](crate::strategy::argument)), and its default.
macro_rules! commands {
    ($make:ident) => {
        $make! {
            Cache "cache." CacheCommand CacheCall {
                /// The value, or `None`; never an expired one.
                1 Get "get" reads (key: Key),
                /// `None`, or `.value .age .ttl .fresh .version`, also during its grace; `.ttl` is
                /// `None` if it never expires.
                2 Entry "entry" reads (key: Key),
                /// Whether it was stored: an older version is refused. `stale` is the
                /// grace after the TTL during which `cache.entry` still returns it.
                3 Set "set" writes (
                    key: Key, value: Held, ttl_us as "ttl": Ttl = None,
                    stale_us as "stale": Seconds = 0, version: Version = None,
                ),
                /// Whether it was stored: only if there was no entry.
                4 Add "add" writes (key: Key, value: Held, ttl_us as "ttl": Ttl = None),
                /// Whether there was an entry. `version`: later sets with a lower version are
                /// refused.
                5 Delete "delete" writes (key: Key, version: Version = None),
                /// The new value; of a memcached, `None` if there was no entry.
                6 Incr "incr" writes (key: Key, by: Amount = 1),
                /// `(value, None)` on a hit, `(None, lease)` for the caller that is to load,
                /// `(None, None)` for others.
                7 Lease "lease" writes (key: Key),
                /// Whether the lease was still valid, so that the value was stored.
                8 SetWithLease "set_with_lease" writes (
                    key: Key, value: Held, lease: Lease, ttl_us as "ttl": Ttl = None,
                ),
                /// Whether there was an entry, which now has this TTL.
                9 Expire "expire" writes (key: Key, ttl_us as "ttl": Lifetime),
                /// Whether the entry was this token, and so was deleted: the owner of a lock taken
                /// with `add` releases it (the script in the documentation of Redis' `SET`).
                38 Release "release" writes (key: Key, token: Token),
                /// Whether the entry is this token, whose TTL is now this.
                39 Extend "extend" writes (key: Key, token: Token, ttl_us as "ttl": Lifetime),
                /// A list of values, in the order of the keys; `None` for a missing one. Like all
                /// commands of many keys it is one message, carried out at one instant.
                34 GetMany "get_many" reads (keys: Keys),
                /// `None`. The first value belongs to the first key, and so on.
                35 SetMany "set_many" writes (
                    keys: Keys, values: Values, ttl_us as "ttl": Ttl = None,
                ),
                /// `None`.
                36 DeleteMany "delete_many" writes (keys: Keys),
            }
            Database "db." DatabaseCommand DatabaseCall {
                /// The value, or `None`.
                10 Read "read" reads (key: Key),
                /// `None`, or `.value .version`.
                11 Row "row" reads (key: Key),
                /// The row's new version. The value `None` deletes the row.
                12 Write "write" writes (key: Key, value: Plain),
                /// Whether there was a row.
                13 Delete "delete" writes (key: Key),
                /// The new value.
                14 Incr "incr" writes (key: Key, by: Amount = 1),
                /// Whether the row had that version (0: no row), so that it was written.
                15 CompareAndSet "compare_and_set" writes (
                    key: Key, value: Held, version: RowVersion,
                ),
                /// Begins `with db.transaction():` by taking a connection of the pool. Programs do
                /// not write this command, nor the two that end a transaction.
                31 Begin "begin" reads (repeatable: Switch = 0),
                /// Ends it: all its changes become visible at once.
                32 Commit "commit" writes (),
                /// Ends it after an error: none of its changes ever becomes visible.
                33 Rollback "rollback" reads (),
                /// A list of values, in the order of the keys; `None` for a missing row.
                37 ReadMany "read_many" reads (keys: Keys),
            }
            Replica "replica." ReplicaCommand ReplicaCall {
                /// The value, or `None`.
                16 Read "read" reads (key: Key),
                /// `None`, or `.value .version`.
                17 Row "row" reads (key: Key),
            }
            Queue "" QueueCommand QueueCall {
                /// The value `None` means a deletion. `version`: the row's, from `.version` of an
                /// item.
                18 Push "push" writes (key: Key, value: Plain, version: Version = None),
                /// An amount to add.
                19 Add "add" writes (key: Key, by: Amount = 1),
                /// A list of at most `n` items: `.key .value .attempts .version .add`.
                20 Take "take" reads (most as "n": Count = 1),
                /// Removes an item that is done. False if it is no longer the caller's.
                21 Ack "ack" reads (item: Item),
                /// Returns an item to the queue, to be taken again after `after` seconds.
                22 Retry "retry" reads (item: Item, after_us as "after": Seconds = 0),
                /// Sets an item aside for good.
                23 DeadLetter "dead_letter" reads (item: Item),
            }
        }
    };
}
pub(crate) use commands;

/// An argument of a command, with its default.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Argument {
    pub name: &'static str,
    pub kind: ArgumentKind,
    pub default: Default,
}

/// The kind of an argument; [`strategy::argument`](crate::strategy::argument) describes each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgumentKind {
    Key,
    Plain,
    Held,
    Amount,
    Version,
    RowVersion,
    Keys,
    Values,
    Switch,
    Lease,
    Token,
    Item,
    Count,
    Seconds,
    Ttl,
    Lifetime,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Default {
    Required,
    None,
    Int(i64),
}

/// An argument's name: its field's, unless the row gives another.
macro_rules! argument_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}
pub(crate) use argument_name;

macro_rules! argument_default {
    () => {
        Default::Required
    };
    (None) => {
        Default::None
    };
    ($number:literal) => {
        Default::Int($number)
    };
}

/// An argument as text, for the docs: "key", "ttl=None".
macro_rules! argument_words {
    ($field:ident $($name:literal)?) => {
        argument_name!($field $($name)?)
    };
    ($field:ident $($name:literal)? = $default:tt) => {
        concat!(argument_name!($field $($name)?), "=", stringify!($default))
    };
}

macro_rules! is_write {
    (reads) => {
        false
    };
    (writes) => {
        true
    };
}

macro_rules! names {
    ($($Store:ident $prefix:literal $Command:ident $Call:ident {
        $($(#[$about:meta])* $number:literal $Variant:ident $word:literal $effect:ident (
            $($field:ident $(as $name:literal)?: $Kind:ident $(= $default:tt)?),* $(,)?
        )),* $(,)?
    })*) => {
        /// A command of a store.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum StoreCommand {
            $($Store($Command)),*
        }

        $(
            #[doc = concat!("The commands of [`Store::", stringify!($Store), "`].")]
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
            pub enum $Command {
                $(
                    #[doc = concat!("`", $prefix, $word, "`"
                        $(, " · `", argument_words!($field $($name)? $(= $default)?), "`")*)]
                    ///
                    $(#[$about])*
                    $Variant
                ),*
            }
        )*

        impl StoreCommand {
            /// Every command, store by store.
            pub const ALL: &[StoreCommand] =
                &[$($(StoreCommand::$Store($Command::$Variant)),*),*];

            /// The store that it is for.
            pub const fn store(self) -> Store {
                match self {
                    $(StoreCommand::$Store(_) => Store::$Store),*
                }
            }

            /// Its word in the language and in documents.
            pub const fn name(self) -> &'static str {
                match self {
                    $($(StoreCommand::$Store($Command::$Variant) => $word),*),*
                }
            }

            /// The call as in a strategy; for a queue, without the queue's name.
            pub const fn call(self) -> &'static str {
                match self {
                    $($(StoreCommand::$Store($Command::$Variant) => concat!($prefix, $word)),*),*
                }
            }

            /// Its arguments, in order.
            pub const fn arguments(self) -> &'static [Argument] {
                match self {
                    $($(StoreCommand::$Store($Command::$Variant) => const { &[$(Argument {
                        name: argument_name!($field $($name)?),
                        kind: ArgumentKind::$Kind,
                        default: argument_default!($($default)?),
                    }),*] }),*),*
                }
            }

            /// Whether it changes a key's data, or leads to a change: pushing a value on a queue
            /// does, taking it off does not.
            pub const fn writes(self) -> bool {
                match self {
                    $($(StoreCommand::$Store($Command::$Variant) => is_write!($effect)),*),*
                }
            }

            /// Whether its reply is a value from the store: that of a read, or a sum.
            pub const fn answers(self) -> bool {
                let counts = matches!(
                    self,
                    StoreCommand::Cache(CacheCommand::Incr)
                        | StoreCommand::Database(DatabaseCommand::Incr)
                );
                !self.writes() || counts
            }

            /// Its number in checksums.
            pub const fn number(self) -> isize {
                match self {
                    $($(StoreCommand::$Store($Command::$Variant) => $number),*),*
                }
            }
        }
    };
}
commands!(names);

impl StoreCommand {
    /// The command of a store with this word.
    pub fn find(store: Store, word: &str) -> Option<StoreCommand> {
        store.commands().find(|command| command.name() == word)
    }
}

impl StoreCommand {
    /// Whether it concerns many keys at once.
    pub const fn is_of_many(self) -> bool {
        use CacheCommand::{DeleteMany, GetMany, SetMany};
        matches!(
            self,
            StoreCommand::Cache(GetMany | SetMany | DeleteMany)
                | StoreCommand::Database(DatabaseCommand::ReadMany)
        )
    }

    /// Whether programs can write it: the ends of a transaction are implied by its block.
    pub fn is_written(self) -> bool {
        use DatabaseCommand::{Begin, Commit, Rollback};
        !matches!(self, StoreCommand::Database(Begin | Commit | Rollback))
    }
}

impl QueueCommand {
    /// The commands of the database's change stream, a queue that the database fills.
    pub const OF_CHANGES: [QueueCommand; 3] =
        [QueueCommand::Take, QueueCommand::Ack, QueueCommand::Retry];
}
