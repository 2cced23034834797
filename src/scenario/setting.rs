//! Settings: fields of the document that a person changes one at a time on the page.
//!
//! One table: each row has the setting's name, the unit in which a person reads it, and the
//! document's field. To add a setting, add a row.

use super::{
    Arrivals, CacheReplicaSettings, CacheSettings, Engine, Eviction, Latency, LocalSettings,
    Placement, ReadsFrom, Scenario, Tracking,
};
use crate::time::{MILLISECOND_US, Micros};

/// The unit in which a person reads and writes a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingUnit {
    /// A plain number.
    Count,
    /// Milliseconds; the document has microseconds.
    Milliseconds,
    PerSecond,
    Permille,
}

impl SettingUnit {
    /// The text after the number.
    pub const fn name(self) -> &'static str {
        match self {
            SettingUnit::Count => "",
            SettingUnit::Milliseconds => "ms",
            SettingUnit::PerSecond => "a second",
            SettingUnit::Permille => "of 1000",
        }
    }
}

/// A setting of a scenario, with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The path of the document's field, unique within a scenario.
    pub path: String,
    pub label: String,
    pub unit: SettingUnit,
    /// `None`: the field is left out.
    pub value: Option<f64>,
    /// What it means to leave the field out; `None`: it is required.
    pub without: Option<&'static str>,
    /// The allowed words, if it is one of a few words; then its value is the position among them.
    pub choices: Vec<&'static str>,
}

impl Setting {
    /// A value of the setting as text.
    pub fn words(&self, value: Option<f64>) -> String {
        let Some(value) = value else { return self.without.unwrap_or("nothing").to_owned() };
        match self.choices.get(value as usize) {
            Some(choice) => (*choice).to_owned(),
            None => format!("{value} {}", self.unit.name()).trim_end().to_owned(),
        }
    }
}

/// A number of the document, or one of a few words.
trait Field {
    fn get(&self) -> Option<f64>;
    /// Sets the value. `false`: the field cannot have it.
    fn put(&mut self, value: Option<f64>) -> bool;
    fn choices(&self) -> Vec<&'static str> {
        Vec::new()
    }
}

macro_rules! words {
    ($($Type:ident),*) => {$(
        impl Field for $Type {
            fn get(&self) -> Option<f64> {
                $Type::ALL.iter().position(|each| each == self).map(|at| at as f64)
            }

            fn put(&mut self, value: Option<f64>) -> bool {
                let chosen = value.filter(|value| *value >= 0.0);
                let chosen = chosen.and_then(|value| $Type::ALL.get(value as usize));
                chosen.is_some_and(|chosen| {
                    *self = *chosen;
                    true
                })
            }

            fn choices(&self) -> Vec<&'static str> {
                $Type::ALL.iter().map(|each| each.name()).collect()
            }
        }
    )*};
}
words!(Engine, Placement, ReadsFrom, Eviction, Tracking);

/// Optional parts whose fields are settings too.
macro_rules! parts {
    ($($Type:ident),*) => {$(
        impl Field for $Type {
            fn get(&self) -> Option<f64> {
                Some(0.0)
            }

            fn put(&mut self, value: Option<f64>) -> bool {
                value.is_some()
            }

            fn choices(&self) -> Vec<&'static str> {
                vec!["yes"]
            }
        }
    )*};
}
parts!(CacheReplicaSettings, LocalSettings);

/// A constant time.
impl Field for Latency {
    fn get(&self) -> Option<f64> {
        match self {
            Latency::Constant { us } => us.get(),
            _ => None,
        }
    }

    fn put(&mut self, value: Option<f64>) -> bool {
        let mut us = 0;
        let fits = Field::put(&mut us, value);
        if fits {
            *self = Latency::Constant { us };
        }
        fits
    }
}

macro_rules! whole {
    ($($Type:ty),*) => {$(
        impl Field for $Type {
            fn get(&self) -> Option<f64> {
                Some(*self as f64)
            }

            fn put(&mut self, value: Option<f64>) -> bool {
                let fits = |value: &f64| *value >= 0.0 && *value <= <$Type>::MAX as f64;
                let Some(value) = value.filter(fits) else { return false };
                *self = libm::round(value) as $Type;
                true
            }
        }
    )*};
}
whole!(u16, u32, u64);

impl<T: Field + Default + Clone> Field for Option<T> {
    fn get(&self) -> Option<f64> {
        self.as_ref().and_then(Field::get)
    }

    fn put(&mut self, value: Option<f64>) -> bool {
        let mut inner = self.clone().unwrap_or_default();
        let fits = value.is_none() || inner.put(value);
        if fits {
            *self = value.map(|_| inner);
        }
        fits
    }

    fn choices(&self) -> Vec<&'static str> {
        T::default().choices()
    }
}

impl Field for f64 {
    fn get(&self) -> Option<f64> {
        Some(*self)
    }

    fn put(&mut self, value: Option<f64>) -> bool {
        if let Some(value) = value {
            *self = value;
        }
        value.is_some()
    }
}

/// A row: the path, the name, the unit, and what it means to leave the field out.
type Row = (&'static str, &'static str, SettingUnit, Option<&'static str>, Reach);

/// Finds the field in a scenario, if the scenario has the part that it belongs to.
type Reach = fn(&mut Scenario) -> Option<&mut dyn Field>;

macro_rules! rows {
    ($($path:literal $label:literal $unit:ident $(without $without:literal)?
        => $first:ident $(.$rest:ident)* $(=> $of_part:ident $(.$of_rest:ident)*)?;)*) => {
        &[$(($path, $label, SettingUnit::$unit, rows!(@without $($without)?), |scenario| {
            rows!(@reach scenario.$first$(.$rest)* $(=> $of_part $(.$of_rest)*)?)
        })),*]
    };
    (@reach $scenario:ident $(.$rest:ident)*) => { Some(&mut $scenario$(.$rest)*) };
    // of a part that may be left out
    (@reach $scenario:ident $(.$rest:ident)* => $of_part:ident $(.$of_rest:ident)*) => {
        $scenario$(.$rest)*.as_mut().map(|part| &mut part.$of_part$(.$of_rest)* as &mut dyn Field)
    };
    (@without) => { None };
    (@without $without:literal) => { Some($without) };
}

const ROWS: &[Row] = rows! {
    "topology.apps.count" "App servers" Count => topology.apps.count;
    "topology.apps.max_in_progress" "Requests in progress per server" Count
        => topology.apps.max_in_progress;
    "topology.cache.like" "The cache is like" Count => topology.cache.like;
    "topology.cache.capacity" "Entries in the cache" Count without "no limit"
        => topology.cache.capacity;
    "topology.cache.eviction" "Who makes room in the cache" Count
        without "the product's own way" => topology.cache.eviction;
    "topology.cache.nodes" "Nodes of the cache" Count => topology.cache.nodes;
    "topology.cache.spare_nodes" "Spare nodes, to be added" Count => topology.cache.spare_nodes;
    "topology.cache.placement" "Which node has which key" Count => topology.cache.placement;
    "topology.cache.replica" "A replica of each node" Count without "none"
        => topology.cache.replica;
    "topology.cache.replica.lag.us" "Lag of a replica" Milliseconds
        => topology.cache.replica => lag;
    "topology.cache.replica.failover_after_us" "Until a replica takes over" Milliseconds
        without "only by hand" => topology.cache.replica => failover_after_us;
    "topology.cache.replica.reads" "Who answers reads" Count => topology.cache.replica => reads;
    "topology.local" "A cache in each app server" Count without "none" => topology.local;
    "topology.local.capacity" "Entries in each app server's cache" Count without "no limit"
        => topology.local => capacity;
    "topology.local.eviction" "Who makes room in it" Count => topology.local => eviction;
    "topology.local.tracking" "Told of changes; its copies when disconnected" Count
        without "not told" => topology.local => tracking;
    "topology.database.connections" "Database connections" Count
        => topology.database.connections;
    "topology.database.pool_wait_us" "Longest wait for a connection" Milliseconds
        without "as long as it takes" => topology.database.pool_wait_us;
    "topology.database.statement_timeout_us" "Statement timeout" Milliseconds without "no limit"
        => topology.database.statement_timeout_us;
    "topology.database.idle_in_transaction_timeout_us" "Longest idle in a transaction" Milliseconds
        without "no limit" => topology.database.idle_in_transaction_timeout_us;
    "topology.network.cache_timeout_us" "Timeout of calls to the cache" Milliseconds
        => topology.network.cache_timeout_us;
    "topology.network.database_timeout_us" "Timeout of calls to the database" Milliseconds
        => topology.network.database_timeout_us;
    "topology.clients.timeout_us" "How long a client waits" Milliseconds
        => topology.clients.timeout_us;
    "topology.clients.retries" "How often a client tries again" Count
        => topology.clients.retries;
    "seed" "Seed of all chance" Count => seed;
};

/// What each further cache has: the field, the name, and what it means to leave the field out.
type NamedRow =
    (&'static str, &'static str, Option<&'static str>, fn(&mut CacheSettings) -> &mut dyn Field);

const NAMED: &[NamedRow] = &[
    ("like", "is like", None, |cache| &mut cache.like),
    ("capacity", "entries", Some("no limit"), |cache| &mut cache.capacity),
    ("eviction", "who makes room", Some("the product's own way"), |cache| &mut cache.eviction),
];

/// The path of a further cache, before the dot.
fn named(name: &str) -> String {
    format!("topology.caches.{name}")
}

/// The rate of an open workload with a steady rate or a wave.
fn rate(arrivals: &mut Arrivals) -> Option<&mut f64> {
    match arrivals {
        Arrivals::Poisson { per_second } | Arrivals::Wave { per_second, .. } => Some(per_second),
        _ => None,
    }
}

impl Scenario {
    /// Every setting of the scenario, with its value.
    pub fn settings(&self) -> Vec<Setting> {
        let mut copy = self.clone();
        let mut settings = Vec::new();
        for &(path, label, unit, without, reach) in ROWS {
            let Some(field) = reach(&mut copy) else { continue };
            let value = field.get().map(|value| shown(value, unit));
            let (path, label, choices) = (path.to_owned(), label.to_owned(), field.choices());
            settings.push(Setting { path, label, unit, value, without, choices });
        }
        for (name, cache) in &mut copy.topology.caches {
            for &(field, label, without, reach) in NAMED {
                let reached = reach(cache);
                let (value, choices) = (reached.get(), reached.choices());
                let (path, label) =
                    (format!("{}.{field}", named(name)), format!("{name}: {label}"));
                let unit = SettingUnit::Count;
                settings.push(Setting { path, label, unit, value, without, choices });
            }
        }
        for (at, workload) in copy.workloads.iter_mut().enumerate() {
            let name = workload.name.clone();
            let mut add = |field: &str, label: &str, unit, value| {
                let (path, label) =
                    (format!("workloads[{at}].{field}"), format!("{name}: {label}"));
                let (value, choices) = (Some(value), Vec::new());
                settings.push(Setting { path, label, unit, value, without: None, choices });
            };
            if let Some(rate) = rate(&mut workload.arrivals) {
                add("arrivals.per_second", "requests", SettingUnit::PerSecond, *rate);
            }
            add("read_permille", "reads", SettingUnit::Permille, f64::from(workload.read_permille));
        }
        settings
    }

    /// Sets the field at a path. `false`: there is no such setting, or it cannot have such a value.
    /// Ranges are checked later, with the whole scenario.
    pub fn set(&mut self, path: &str, value: Option<f64>) -> bool {
        if let Some(&(_, _, unit, _, reach)) = ROWS.iter().find(|row| row.0 == path) {
            let value = value.map(|value| stored(value, unit));
            return reach(self).is_some_and(|field| field.put(value));
        }
        for (name, cache) in &mut self.topology.caches {
            let field = path.strip_prefix(&named(name)).and_then(|rest| rest.strip_prefix('.'));
            if let Some(row) = NAMED.iter().find(|row| Some(row.0) == field) {
                return row.3(cache).put(value);
            }
        }
        for (at, workload) in self.workloads.iter_mut().enumerate() {
            let field = path.strip_prefix(&format!("workloads[{at}]."));
            return match field {
                Some("arrivals.per_second") => {
                    rate(&mut workload.arrivals).is_some_and(|rate| rate.put(value))
                }
                Some("read_permille") => workload.read_permille.put(value),
                _ => continue,
            };
        }
        false
    }
}

/// A value of the document as a person reads it.
fn shown(value: f64, unit: SettingUnit) -> f64 {
    match unit {
        SettingUnit::Milliseconds => value / MILLISECOND_US as f64,
        _ => value,
    }
}

fn stored(value: f64, unit: SettingUnit) -> f64 {
    match unit {
        SettingUnit::Milliseconds => value * MILLISECOND_US as Micros as f64,
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_is_where_its_path_says() {
        let document = r#"{"topology": {"caches": {"near": {}, "far": {}}}, "workloads": [{"name": "w"}, {"name": "v", "arrivals": {"kind": "fixed", "every_us": 5}}]}"#;
        let plain = Scenario::parse(document).unwrap();
        let others = 2 * NAMED.len() + 3;
        // without the parts that are left out
        assert_eq!(plain.settings().len(), ROWS.len() - 6 + others);
        let parts = plain.clone();
        let parts =
            ["topology.cache.replica", "topology.local"].iter().fold(parts, |mut all, part| {
                assert!(all.set(part, Some(0.0)));
                all
            });
        let settings = parts.settings();
        assert_eq!(settings.len(), ROWS.len() + others);
        let (chosen, settings): (Vec<_>, Vec<_>) =
            settings.into_iter().partition(|setting| !setting.choices.is_empty());
        for setting in chosen {
            let last = setting.choices.len() - 1;
            let mut changed = parts.clone();
            assert!(changed.set(&setting.path, Some(last as f64)), "{setting:?}");
            assert!(!changed.set(&setting.path, Some(-1.0)) || last == 0, "{setting:?}");
            let written = serde_json::to_value(&changed).unwrap().to_string();
            let word = setting.choices[last];
            assert!(last == 0 || written.contains(word), "{setting:?} in {written}");
            assert_eq!(changed.set(&setting.path, None), setting.without.is_some());
        }
        for setting in settings {
            let mut changed = parts.clone();
            assert!(changed.set(&setting.path, Some(7.0)), "{setting:?}");
            let written = serde_json::to_value(&changed).unwrap();
            let place = crate::scenario::steps(&setting.path).unwrap();
            let found = place.iter().fold(&written, |at, step| match step {
                crate::scenario::PathStep::Name(name) => &at[*name],
                crate::scenario::PathStep::Item(item) => &at[*item],
            });
            let wanted = if setting.unit == SettingUnit::Milliseconds { 7_000.0 } else { 7.0 };
            assert_eq!(found.as_f64(), Some(wanted), "{setting:?} in {written}");
            let now = changed.settings().into_iter().find(|each| each.path == setting.path);
            assert_eq!(now.unwrap().value, Some(7.0));
            assert_eq!(changed.set(&setting.path, None), setting.without.is_some());
        }
        assert!(!plain.clone().set("topology.caches.near.nodes", Some(1.0)));
        assert!(!plain.clone().set("topology.caches.nowhere.like", Some(0.0)));
        assert!(!plain.clone().set("workloads[1].arrivals.per_second", Some(1.0)));
        assert!(!plain.clone().set("topology.apps.count", Some(-1.0)));
    }
}
