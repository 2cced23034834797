/**
 * What a run says of itself, as plain data with the names of `stalemate run --json`. Times are
 * whole virtual microseconds.
 */

import type { LinkName } from "./scenario.js";

/** A whole number; a bigint where it is beyond 2^53, which no number holds exactly. */
export type Whole = number | bigint;

/** A value in a store. */
export type Value = null | boolean | string | Whole;

/** What became of a read. */
export type Verdict = "fresh" | "stale" | "dirty" | "phantom" | "failed";

/** The cache against the database, for one key. */
export type KeyState =
  /** The cache has no entry. */
  | "cold"
  /** Both hold what the same write made. */
  | "in sync"
  /** The entry is older than the row. */
  | "stale"
  /** The entry is newer than the row, and its write is on its way. */
  | "ahead"
  /** The entry's value will never be in the database. */
  | "phantom";

/** What can go wrong, the worst first. */
export type ViolationKind =
  | "lost write"
  | "phantom read"
  | "overtaken write"
  | "own write not read"
  | "non-monotonic read"
  | "not linearizable"
  | "stale read"
  | "dirty read";

/** A promise that an operation breaks besides. */
export type Promised = "read your writes" | "monotonic reads" | "linearizability";

/** How a line of the log is meant. */
export type Tone =
  /** A message, a hit, a commit. */
  | "plain"
  /** A request ended well. */
  | "good"
  /** It will cost time or freshness: a miss, an eviction, an expiry. */
  | "notice"
  /** Stale, dirty, phantom, lost, failed. */
  | "bad"
  /** What a person did. */
  | "action";

/** The totals of a run up to an instant: what `stalemate run --json` writes. */
export interface Report {
  /** The instant. */
  at_us: number;
  reads: Reads;
  writes: Writes;
  /** Of requests that ended well. */
  latency_us: { read: Percentiles; write: Percentiles };
  database: DatabaseTotals;
  cache: CacheTotals;
  queue: QueueTotals;
  /** Time during which entries were older than their rows. */
  staleness_us: Staleness;
  sessions: Sessions;
  linearizability: Linearizability;
  /** Keys in which the two stores differ now. */
  divergence: Divergence[];
  /** The states of each key over time, in the order of first use; at most 10000 of them. */
  intervals: Interval[];
  /** What went wrong, in the order of time; of each kind the first 1000. */
  violations: Violation[];
  /** The metrics over time. */
  series: Series;
  /** What a strategy did that it cannot do. */
  errors: StrategyFault[];
  /** Sixteen hexadecimal digits: the same only where the same happened. */
  checksum: string;
}

/** Reads, by what became of them. */
export interface Reads {
  total: number;
  /** Reads whose first look into the cache found a value. */
  hits: number;
  misses: number;
  stale: number;
  dirty: number;
  phantom: number;
  failed: number;
}

/** Writes, by what became of them. */
export interface Writes {
  total: number;
  acknowledged: number;
  committed: number;
  pending: number;
  lost: number;
  overtaken: number;
  /** Not acknowledged: an error, or no answer in time. */
  failed: number;
  /** Of the failed ones, those that may have been applied. */
  unknown: number;
}

/** To three digits; `null` where there are none. */
export interface Percentiles {
  p50: number | null;
  p95: number | null;
  p99: number | null;
  max: number | null;
}

/** What the database had to do. */
export interface DatabaseTotals {
  reads: number;
  writes: number;
  /** How large a stampede was. */
  max_concurrent_loads_of_one_key: number;
}

/** What the cache was good for. */
export interface CacheTotals {
  /** Entries there are now. */
  entries: number;
  /** Entries that were never served, there now or gone. */
  never_read: number;
  evictions: number;
  expirations: number;
}

/** What the queues had to hold. */
export interface QueueTotals {
  max_depth: number;
  /** Writes that a newer one took the place of before they were flushed. */
  absorbed: number;
  dead_letters: number;
  /** From an acknowledgement to the commit, where that came after it. */
  flush_lag_us: Percentiles;
}

/** Time during which entries were older than their rows. */
export interface Staleness {
  max: number;
  /** Over all keys. */
  total: Whole;
}

/** Reads that broke a promise to their own client. */
export interface Sessions {
  /** They returned something older than what their client had written. */
  read_your_writes: number;
  /** … or than what it had read before. */
  monotonic_reads: number;
}

/** Keys, each as a register of its own. */
export interface Linearizability {
  keys: number;
  /** Keys for which no order of the operations explains what clients saw. */
  violated: number;
}

/** A key in which the two stores differ. */
export interface Divergence {
  key: string;
  state: KeyState;
  cache: Value;
  database: Value;
  since_us: number;
  /** When an expiry will end it; `null`: nothing that is known will. */
  until_us: number | null;
  /** The same in words, with what else may end it. */
  forecast: string;
  /** What led to it, oldest first. */
  cause: string[];
}

/** A state of a key, from an instant to another. */
export interface Interval {
  key: string;
  state: KeyState;
  from_us: number;
  /** `null`: it lasts. */
  until_us: number | null;
  /** What began it. */
  began: string;
  /** What ended it. */
  ended: string | null;
}

/** Something that went wrong, and why. */
export interface Violation {
  kind: ViolationKind;
  key: string;
  /** The request: "R12", "W3". */
  op: string;
  at_us: number;
  /** What it breaks besides. */
  breaks: Promised[];
  /** In a sentence. */
  what: string;
  /** What led to it, oldest first: two to five events. */
  cause: string[];
}

/** Metrics in equal steps from 0, at most 128. */
export interface Series {
  /** How long a step is. It doubles as the run grows. */
  step_us: number;
  steps: SeriesStep[];
}

/** What happened in one step. */
export interface SeriesStep {
  reads: number;
  hits: number;
  misses: number;
  stale: number;
  dirty: number;
  phantom: number;
  failed: number;
  writes: number;
  database_reads: number;
  database_writes: number;
  max_concurrent_loads_of_one_key: number;
  queue_depth: number;
  flush_lag_us: number | null;
  lost: number;
  entries: number;
  never_read: number;
  stale_keys: number;
  read_p50_us: number | null;
  read_p99_us: number | null;
  write_p50_us: number | null;
  write_p99_us: number | null;
}

/** What a strategy did that it cannot do. */
export interface StrategyFault {
  /** Which of the scenario's strategies, from 0. */
  strategy: number;
  /** From 1. */
  line: number;
  message: string;
  times: number;
}

/** Both stores at an instant. */
export interface Stores {
  at_us: number;
  /** In the order of first use; at most as many as were asked for. */
  keys: KeyRow[];
  /** How many keys there are in all. */
  keys_total: number;
}

/** One key in both stores. */
export interface KeyRow {
  key: string;
  /** Which of the scenario's strategies serves it, from 0. */
  strategy: number;
  /** `null`: the cache has no entry. */
  cache: CacheEntry | null;
  /** `null`: the database has no row. */
  database: DatabaseRow | null;
  /** The cache against the database. */
  state: KeyState;
  /** Since when. */
  since_us: number;
  /** When an expiry will end it; `null`: none will. */
  until_us: number | null;
  /** The difference in words; empty where they agree. */
  note: string;
  /** When it will end, in words. */
  forecast: string;
  /** What led to it, oldest first. */
  cause: CauseEvent[];
}

/** What the cache holds of a key. */
export interface CacheEntry {
  value: Value;
  /** The write that made the value: "W3", or "initial". */
  origin: string;
  /** The version that came with it; `null`: none did. */
  version: Whole | null;
  set_at_us: number;
  /** `null`: never. */
  expires_at_us: number | null;
  /** How long until then; 0 where that is over; `null`: for ever. */
  ttl_us: number | null;
  /** Its TTL is over, and it is kept for a grace. */
  in_grace: boolean;
}

/** What the database holds of a key. */
export interface DatabaseRow {
  value: Value;
  /** The write that made the value: "W3", or "initial". */
  origin: string;
  version: Whole;
  committed_at_us: number;
}

/** One event of a cause chain. */
export interface CauseEvent {
  at_us: number;
  text: string;
}

/** A kind of process. */
export type ProcessKind = "client" | "app" | "cache" | "worker" | "database" | "replica";

/** What is under way at an instant, and where. */
export interface Activity {
  at_us: number;
  processes: Process[];
  /** Tasks that run, oldest first; at most as many as were asked for. */
  tasks: Task[];
  tasks_total: number;
  /** Messages in flight and statements in service, by the time of sending: the first sixty. */
  messages: Message[];
  messages_total: number;
  queues: Queue[];
  links: Link[];
  workloads: WorkloadState[];
}

/** A process: up or down, and how busy. */
export interface Process {
  name: string;
  kind: ProcessKind;
  up: boolean;
  /** 1000: at its own speed. */
  slow_milli: number;
  /** Requests, statements or tasks in progress. */
  busy: number;
  waiting: number;
}

/** A task that runs a strategy's function. */
export interface Task {
  /** "R12"; of a loop, its function's name. */
  label: string;
  client: string | null;
  /** Where it runs: "app 1". */
  process: string;
  strategy: number;
  function: string;
  /** The line that it stands at, from 1. */
  line: number;
  /** What it waits for: "db.read(user:1)". */
  waiting: string;
  started_us: number;
  variables: Variable[];
}

/** A local variable, as Python would print it. */
export interface Variable {
  name: string;
  value: string;
}

/** A message in flight, or a statement in service at a store. */
export interface Message {
  /** What an action (`hold`, `drop`, …) calls it; `null`: a statement, which no hand can hold. */
  message: string | null;
  /** Whose it is: "R12". */
  label: string;
  from: ProcessKind;
  to: ProcessKind;
  text: string;
  reply: boolean;
  failed: boolean;
  held: boolean;
  sent_us: number;
  /** When it lands, where that is known. */
  lands_us: number | null;
}

/** A queue. */
export interface Queue {
  name: string;
  place: string;
  durable: boolean;
  depth: number;
  limit: number | null;
  dead_letters: number;
  /** Its first items, in words. */
  head: string[];
  /** When the oldest item was put there. */
  oldest_us: number | null;
}

/** A link between two kinds of process. */
export interface Link {
  name: LinkName;
  cut: boolean;
}

/** Clients that come by themselves. */
export interface WorkloadState {
  name: string;
  running: boolean;
  requests: number;
}

/** A line of the log. */
export interface LogLine {
  /** The number of its event. */
  seq: number;
  at_us: number;
  tone: Tone;
  text: string;
}

/** What can happen. */
export type EventName =
  | "initial"
  | "started"
  | "retried"
  | "ended"
  | "judged"
  | "task-began"
  | "task-ended"
  | "strategy-error"
  | "uncaught"
  | "logged"
  | "arrived"
  | "dropped"
  | "timed-out"
  | "failed"
  | "hit"
  | "miss"
  | "set"
  | "retimed"
  | "set-refused"
  | "removed"
  | "no-entry-to-delete"
  | "grace-began"
  | "version-remembered"
  | "version-forgotten"
  | "load-began"
  | "load-ended"
  | "replica-read"
  | "committed"
  | "nothing-to-delete"
  | "queued"
  | "coalesced"
  | "taken"
  | "acked"
  | "retried-item"
  | "dead-letter"
  | "redelivered"
  | "queue-dropped"
  | "replicated"
  | "restored"
  | "outside"
  | "action"
  | "refused";

/** Something that happened. */
export interface HistoryEvent {
  /** Counts from 0. */
  seq: number;
  at_us: number;
  event: EventName;
  /** Whose: "R12"; `null`: nobody's. */
  op: string | null;
  key: string | null;
  client: string | null;
  /** What was asked to be written, was returned, committed, cached or queued. */
  value: Value;
  /** Of a message: from where. */
  from: string | null;
  /** … to where. */
  to: string | null;
  /** … and when it was sent. */
  sent_us: number | null;
  /** Of a read that has returned (`judged`). */
  verdict: Verdict | null;
  /** Of a stale one: how long something newer had been acknowledged. */
  stale_for_us: number | null;
  /** … and how many versions it was behind. */
  versions_behind: number | null;
  /** How the log means it; `null`: the log does not tell of it. */
  tone: Tone | null;
  /** In words. */
  text: string;
}

/** What one call has changed. */
export interface Change {
  /** Where the run stood before. */
  from_us: number;
  /** Where it stands now. */
  at_us: number;
  /**
   * It went back, or became another run than it was: what was told of it does not hold any more,
   * and `events` and `violations` are empty. Ask anew.
   */
  went_back: boolean;
  /** What was known of its future does not hold any more. */
  forked: boolean;
  /** What has happened, oldest first; of more than 10000 the latest. */
  events: HistoryEvent[];
  /** How many events are left out, before those. */
  left_out: number;
  /** What has gone wrong. */
  violations: Violation[];
}

/** Whether a run comes to what its link says. */
export interface LinkCheck {
  /** It has been played as far as the link says; else ask again. */
  done: boolean;
  /** That it comes to something else, in words. */
  mismatch: string | null;
}

/** A preset, without its document. */
export interface PresetInfo {
  id: string;
  title: string;
  /** What it shows, as Markdown. */
  notes: string;
  /** The ids of its strategies. */
  strategies: string[];
}

/** A built-in strategy. */
export interface StrategyInfo {
  id: string;
  title: string;
  /** What it does. */
  sentence: string;
  parameters: ParameterInfo[];
  /** The program. */
  source: string;
}

/** A parameter of a strategy. */
export interface ParameterInfo {
  name: string;
  default: Value;
  /** `null`: no bound. */
  low: number | null;
  high: number | null;
  /** What it is. */
  text: string;
}
