//! Links: the pairs of roles that exchange messages.

use super::Role;
use crate::named::named;

/// A row has the variant, its word, and its two ends.
macro_rules! links {
    ($($Link:ident = $word:literal: $from:ident, $to:ident;)*) => {
        named! {
            /// A link between two kinds of process.
            #[derive(serde::Deserialize)]
            pub enum LinkName { $($Link = $word),* }
        }

        impl LinkName {
            /// The two ends.
            pub const fn ends(self) -> (Role, Role) {
                match self {
                    $(LinkName::$Link => (Role::$from, Role::$to)),*
                }
            }
        }
    };
}

links! {
    ClientApp = "client-app": Client, App;
    AppCache = "app-cache": App, Cache;
    AppDatabase = "app-database": App, Database;
    AppReplica = "app-replica": App, Replica;
    AppWorker = "app-worker": App, Worker;
    CacheDatabase = "cache-database": Cache, Database;
    CacheReplica = "cache-replica": Cache, Replica;
    CacheWorker = "cache-worker": Cache, Worker;
    WorkerDatabase = "worker-database": Worker, Database;
    WorkerReplica = "worker-replica": Worker, Replica;
    DatabaseReplica = "database-replica": Database, Replica;
}

const ROLES: usize = Role::ALL.len();

/// The link between two roles, whichever comes first.
const BETWEEN: [[Option<LinkName>; ROLES]; ROLES] = {
    let mut between = [[None; ROLES]; ROLES];
    let mut at = 0;
    while at < LinkName::ALL.len() {
        let link = LinkName::ALL[at];
        let (from, to) = link.ends();
        between[from as usize][to as usize] = Some(link);
        between[to as usize][from as usize] = Some(link);
        at += 1;
    }
    between
};

impl LinkName {
    /// The link between two roles; `None` if they never exchange messages.
    pub const fn between(one: Role, other: Role) -> Option<LinkName> {
        BETWEEN[one as usize][other as usize]
    }

    /// Whether an app server is at one end.
    pub fn has_app(self) -> bool {
        let (from, to) = self.ends();
        from == Role::App || to == Role::App
    }

    /// Its two ends as text, for one app server (the first is 0) or for all: "app 1–cache".
    pub fn label(self, app: Option<u16>) -> String {
        let end = |role: Role| match app {
            Some(app) if role == Role::App => format!("app {}", u32::from(app) + 1),
            _ => role.name().to_owned(),
        };
        let (from, to) = self.ends();
        format!("{}–{}", end(from), end(to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_named_after_its_ends_and_found_from_both() {
        for link in LinkName::ALL {
            let (from, to) = link.ends();
            assert_eq!(link.name(), format!("{}-{}", from.name(), to.name()));
            assert_eq!(LinkName::between(from, to), Some(link));
            assert_eq!(LinkName::between(to, from), Some(link));
        }
        assert_eq!(LinkName::between(Role::App, Role::App), None);
        assert_eq!(LinkName::between(Role::Client, Role::Cache), None);
    }
}
