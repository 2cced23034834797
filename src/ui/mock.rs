//! A stand-in until the engine is there.
#![allow(dead_code)]
use crate::scenario::*;
use crate::simulate::snapshot::*;
use crate::time::Micros;
use std::rc::Rc;

pub struct Builtin { pub id: &'static str, pub title: &'static str, pub source: &'static str }
pub struct Preset { pub id: &'static str, pub title: &'static str }
impl Preset {
    pub fn scenario(&self) -> Scenario {
        let mut s = Scenario { title: self.title.into(), notes: "Read a key twice: the first read misses and loads, the second hits. Then write it and watch the entry go.".into(), ..Scenario::default() };
        s.view.keys = ["user:1", "user:2", "user:3", "item:1", "item:2"].map(str::to_owned).into();
        if self.id == "mixed" { s.strategies.push(StrategyUse { prefix: "flags:".into(), strategy: "write-through".into(), ..Default::default() }); }
        s
    }
}
const ASIDE: &str = "# Cache-aside: load on a miss, invalidate on a write.\nTTL = 60            # seconds an entry lives · 1..3600\nRETRIES = 2         # tries for a failed delete · 0..5\n\ndef read(key):\n    value = cache.get(key)\n    if value is not None:\n        return value\n    value = db.read(key)\n    if value is not None:\n        cache.set(key, value, ttl=TTL)\n    return value\n\ndef write(key, value):\n    db.write(key, value)\n    cache.delete(key)\n\ndef delete(key):\n    db.delete(key)\n    cache.delete(key)\n\n@every(5)\ndef flush():\n    for item in queue.take(100):\n        db.write(item.key, item.value)   # the \"batch\"\n        queue.ack(item)\n";
pub fn all() -> &'static [Builtin] {
    &[Builtin { id: "cache-aside", title: "Cache-aside, invalidate", source: ASIDE }, Builtin { id: "write-through", title: "Write-through, database first", source: ASIDE }, Builtin { id: "write-behind", title: "Write-behind, in the app", source: ASIDE }]
}
pub fn presets() -> &'static [Preset] {
    &[Preset { id: "cache-aside", title: "Cache-aside" }, Preset { id: "mixed", title: "Flags, counters, profiles" }]
}
pub struct Deployed { pub prefix: Rc<str>, pub source: Rc<str>, pub parameters: Vec<(&'static str, i64, f64, f64, &'static str)> }
#[derive(Debug)]
pub enum Advance { Reached, Budget, Stopped(String) }
struct Req { n: u64, read: bool, key: String, client: String, at: Micros, seg: usize, sent: Micros }
// from, to, text, reply, µs, line
use ProcessKind::*;
type Seg = (ProcessKind, ProcessKind, &'static str, bool, Micros, u32);
const READ: &[Seg] = &[(Client, App, "read", false, 250, 5), (App, Cache, "cache.get", false, 250, 6), (Cache, App, "→ None", true, 250, 6), (App, Database, "db.read", false, 250, 9), (Database, Database, "db.read", false, 9_500, 9), (Database, App, "→ 42", true, 250, 9), (App, Cache, "cache.set", false, 250, 11), (Cache, App, "→ stored", true, 250, 11), (App, Client, "→ 42", true, 250, 12)];
const WRITE: &[Seg] = &[(Client, App, "write", false, 250, 14), (App, Database, "db.write", false, 250, 15), (Database, Database, "db.write", false, 9_500, 15), (Database, App, "→ v2", true, 250, 15), (App, Cache, "cache.delete", false, 250, 16), (Cache, App, "refused", true, 250, 16), (App, Client, "→ done", true, 250, 16)];
pub struct Simulation { now: Micros, scenario: Scenario, deployed: Vec<Deployed>, reqs: Vec<Req>, log: Vec<LogLine>, n: u64, counters: Counters, results: Vec<RequestResult>, cache_up: bool, slow: u32, cut: Vec<LinkName>, db_up: bool }
impl Simulation {
    pub fn new(scenario: &Scenario) -> Result<Simulation, Vec<String>> {
        let deployed = scenario.strategies.iter().map(|s| Deployed { prefix: s.prefix.as_str().into(), source: all().iter().find(|b| b.id == s.strategy).map_or("", |b| b.source).into(), parameters: vec![("TTL", match s.parameters.get("TTL") { Some(Literal::Int(n)) => *n, _ => 60 }, 1.0, 3600.0, "seconds an entry lives"), ("RETRIES", 2, 0.0, 5.0, "tries for a failed delete")] }).collect();
        Ok(Simulation { now: 0, scenario: scenario.clone(), deployed, reqs: vec![], log: vec![], n: 0, counters: Counters::default(), results: vec![], cache_up: true, slow: 1000, cut: vec![], db_up: true })
    }
    pub fn now_us(&self) -> Micros { self.now }
    pub fn scenario(&self) -> &Scenario { &self.scenario }
    pub fn programs(&self) -> &[Deployed] { &self.deployed }
    fn segs(r: &Req) -> &'static [Seg] { if r.read { READ } else { WRITE } }
    fn lands(r: &Req) -> Micros { r.sent + Self::segs(r)[r.seg].4 }
    fn say(&mut self, tone: Tone, text: String) { let seq = self.log.len() as u64; self.log.push(LogLine { seq, at_us: self.now, tone, text }); }
    pub fn step(&mut self) -> Advance {
        if let Some(i) = (0..self.reqs.len()).min_by_key(|i| Self::lands(&self.reqs[*i])) {
            let at = Self::lands(&self.reqs[i]); self.now = at;
            let segs = Self::segs(&self.reqs[i]);
            let r = &mut self.reqs[i]; let seg = segs[r.seg];
            r.sent = at; r.seg += 1;
            let label = format!("{}{}", if r.read { "R" } else { "W" }, r.n);
            let (done, key, client, started, read) = (r.seg >= segs.len(), r.key.clone(), r.client.clone(), r.at, r.read);
            if seg.0 == Database && seg.1 == Database { if read { self.counters.database_reads += 1 } }
            let tone = if seg.2.contains("refused") { Tone::Bad } else if seg.2 == "→ None" { Tone::Notice } else { Tone::Plain };
            self.say(tone, format!("{label} · {}({key}) at the {}", seg.2, crate::ui::words::process(seg.1)));
            if done { self.reqs.remove(i); self.counters.misses += read as u64; self.counters.events += 1;
                self.say(if read { Tone::Good } else { Tone::Bad }, format!("{label} by {client} ended: {}", if read { "42, fresh" } else { "the delete was refused, the old value stays in the cache until 60.0 s" }));
                self.results.insert(0, RequestResult { label, client: client.into(), key: key.into(), started_us: started, ended_us: at, value: "42".into(), verdict: if read { "fresh".into() } else { "timed out".into() }, good: read }); }
        }
        Advance::Reached
    }
    pub fn advance(&mut self, until: Micros, _most: u32) -> Advance { while self.next_at_us().is_some_and(|at| at <= until) { self.step(); } self.now = self.now.max(until); Advance::Reached }
    pub fn next_at_us(&self) -> Option<Micros> { self.reqs.iter().map(Self::lands).min() }
    pub fn act(&mut self, what: What) -> Result<(), String> {
        let mut fire = |me: &mut Self, read: bool, key: &str, client: &Option<String>, times: u32| { for _ in 0..times { me.n += 1; let n = me.n; let now = me.now; me.reqs.push(Req { n, read, key: key.into(), client: client.clone().unwrap_or("ann".into()), at: now, seg: 0, sent: now }); } };
        match &what {
            What::Read { key, client, times } => { fire(self, true, key, client, *times); self.counters.reads += *times as u64; self.say(Tone::Action, format!("{} reads {key}", client.as_deref().unwrap_or("ann"))); }
            What::Write { key, client, times, .. } => { fire(self, false, key, client, *times); self.counters.writes += *times as u64; self.say(Tone::Action, format!("{} writes {key}", client.as_deref().unwrap_or("ann"))); }
            What::KillCache => { if !self.cache_up { return Err("The cache is down already.".into()); } self.cache_up = false; self.say(Tone::Action, "The cache is killed; 4 entries are gone".into()); }
            What::RestartCache => { self.cache_up = true; }
            What::SlowDatabase { factor_milli } => { self.slow = *factor_milli; self.say(Tone::Action, "The database is slow".into()); }
            What::StopDatabase => { self.db_up = false; }
            What::RestoreDatabase => { self.db_up = true; self.slow = 1000; }
            What::Cut { link, .. } => self.cut.push(*link),
            What::Heal { link, .. } => self.cut.retain(|l| l != link),
            other => return Err(format!("The stand-in cannot do this: {other:?}")),
        }
        Ok(())
    }
    pub fn snapshot(&self, _rows: usize, _tasks: usize) -> Snapshot {
        let e = |v: &str, o: &str, ver, set, exp| Some(EntryView { value: v.into(), origin: o.into(), version: ver, set_at_us: set, expires_at_us: exp, in_grace: false });
        let d = |v: &str, o: &str, ver| Some(RowView { value: v.into(), origin: o.into(), version: ver, committed_at_us: 0 });
        let row = |key: &str, cache, database, state, since_us, until_us, note: &str| KeyRow { key: key.into(), strategy: 0, cache, database, state, since_us, until_us, note: note.into() };
        let rows = vec![
            row("user:1", e("42", "initial", Some(1), 0, Some(60_000_000)), d("42", "initial", 1), KeyState::InSync, 11_500, None, ""),
            row("user:2", e("7", "W3", Some(3), 0, Some(30_000_000)), d("9", "W5", 5), KeyState::Stale, 2_104_000, Some(30_000_000), "2 versions behind"),
            row("user:3", None, d("'Ada Lovelace'", "initial", 1), KeyState::Cold, 0, None, ""),
            row("item:1", e("117", "W12", None, 0, None), d("100", "W2", 2), KeyState::Ahead, 4_200_000, None, "its write is queued"),
            row("item:2", e("5", "W9", None, 0, Some(60_000_000)), None, KeyState::Phantom, 5_000_000, Some(60_000_000), "the database refused W9"),
        ];
        let pv = |name: &str, kind, up, slow_milli, busy, waiting| ProcessView { name: name.into(), kind, up, slow_milli, busy, waiting };
        let label = |r: &Req| format!("{}{}", if r.read { "R" } else { "W" }, r.n);
        let tasks: Vec<TaskView> = self.reqs.iter().filter(|r| r.seg > 0).map(|r| { let s = Self::segs(r)[r.seg]; TaskView { id: r.n, label: label(r), client: Some(r.client.as_str().into()), process: format!("app {}", 1 + r.n % 2), strategy: 0, function: if r.read { "read".into() } else { "write".into() }, line: s.5, waiting: format!("{}({})", s.2, r.key), started_us: r.at, variables: vec![("key".into(), format!("'{}'", r.key)), ("value".into(), "None".into())] } }).collect();
        let flights: Vec<FlightView> = self.reqs.iter().map(|r| { let s = Self::segs(r)[r.seg]; FlightView { id: r.n * 100 + r.seg as u64, from: s.0, to: s.1, text: if s.3 { s.2.into() } else { format!("{}({})", s.2, r.key) }, label: label(r), reply: s.3, failed: s.2 == "refused", sent_us: r.sent, lands_us: Some(r.sent + s.4) } }).collect();
        Snapshot { at_us: self.now, keys_total: rows.len(), rows,
            processes: vec![pv("app 1", App, true, 1000, self.reqs.len(), 0), pv("app 2", App, true, 1000, 0, 0), pv("cache", Cache, self.cache_up, 1000, 0, 0), pv("database", Database, self.db_up, self.slow, self.reqs.len().min(20), self.reqs.len().saturating_sub(20)), pv("worker", Worker, true, 1000, 0, 0)],
            tasks_total: tasks.len(), tasks, flights_total: flights.len(), flights,
            queues: vec![QueueView { name: "queue".into(), place: "app 1".into(), durable: false, depth: 3, limit: Some(1000), dead_letters: 1, head: vec!["item:1 = 117 (W12)".into(), "item:1 = 118 (W13)".into()], oldest_us: Some(0) }],
            links: [LinkName::ClientApp, LinkName::AppCache, LinkName::AppDatabase, LinkName::AppWorker, LinkName::CacheDatabase, LinkName::WorkerDatabase].map(|name| LinkView { name, cut: self.cut.contains(&name) }).into(),
            results: self.results.iter().take(8).cloned().collect(),
            workloads: vec![WorkloadView { name: "users".into(), running: false, requests: 128 }],
            counters: self.counters.clone() }
    }
    pub fn log_from(&self, seq: u64, most: usize) -> Vec<LogLine> { self.log.iter().skip(seq as usize).take(most).cloned().collect() }
    pub fn log_len(&self) -> u64 { self.log.len() as u64 }
}
