/**
 * The scenario: one document that describes a whole run. Fields that are left out have their
 * defaults; times are whole microseconds.
 */

/** A scenario: everything that decides what happens. */
export interface Scenario {
  /**
   * What a person does, and when; of several at one instant the first comes first (0..10000
   * items).
   */
  actions?: Action[];
  /**
   * How long the run lasts for the command line, and the page's time axis (1..one year; default
   * 60000000).
   */
  duration_us?: number;
  /** Entries that the cache holds at the start (0..100000 items). */
  entries?: InitialEntry[];
  /** What has to be so at the end, where the scenario is a test (0..1000 items). */
  expect?: Expectation[];
  /** What is kept of what happened. */
  history?: HistorySettings;
  /** A guided way through it. */
  lesson?: Lesson | null;
  /** What stops a strategy that would run away. */
  limits?: Limits;
  /** What it is about and what to watch, as Markdown. */
  notes?: string;
  /** Rows that the database holds at the start. */
  rows?: Rows;
  /** Seeds every latency, key and loss. The same seed gives the same run (0..2^53; default 1). */
  seed?: number;
  /** What serves which keys: the longest prefix that matches a key wins (0..16 items). */
  strategies?: StrategyUse[];
  /** What the page is headed with. */
  title?: string;
  /** Who is there, and how fast each is. */
  topology?: Topology;
  /** The version of this format: 1. */
  version?: number;
  /** How the page shows it. */
  view?: View;
  /** Clients that come by themselves (0..64 items). */
  workloads?: Workload[];
}

/** Something that a person does at an instant. */
export type Action = What & {
  /** When (0..one year). */
  at_us: number;
};

/** What a person can do. */
export type What =
  | {
      do: "read";
      /** The key. */
      key: string;
      /** Who does it; left out: the first client. */
      client?: string | null;
      /** How often, all at the same instant (1..10000). */
      times?: number;
    }
  /** Left out, the value is a number that no other write has. */
  | {
      do: "write";
      /** The key. */
      key: string;
      /** Who does it; left out: the first client. */
      client?: string | null;
      /** How often, all at the same instant (1..10000). */
      times?: number;
      /** The value; left out: a number that no other write has. */
      value?: Literal | null;
    }
  | {
      do: "delete";
      /** The key. */
      key: string;
      /** Who does it; left out: the first client. */
      client?: string | null;
    }
  | {
      do: "increment";
      /** The key. */
      key: string;
      /** The amount to add (-2^53..2^53). */
      by?: number;
      /** Who does it; left out: the first client. */
      client?: string | null;
      /** How often, all at the same instant (1..10000). */
      times?: number;
    }
  | { do: "kill-cache" }
  | { do: "restart-cache" }
  | { do: "flush-cache" }
  | {
      do: "evict";
      /** The key. */
      key: string;
    }
  | {
      do: "expire";
      /** The key. */
      key: string;
    }
  /** Service times are multiplied by `factor_milli` / 1000. */
  | {
      do: "slow-database";
      /** In thousandths: 3000 is three times as slow (1..1000000). */
      factor_milli: number;
    }
  /** The same for the cache's service times and, since these are small, its links. */
  | {
      do: "slow-cache";
      /** In thousandths: 3000 is three times as slow (1..1000000). */
      factor_milli: number;
    }
  | { do: "stop-database" }
  /** Up again, and at full speed. */
  | { do: "restore-database" }
  | { do: "restore-cache" }
  | { do: "stop-replica" }
  | { do: "restore-replica" }
  /** The next call that matches fails. */
  | {
      do: "fail-next";
      /** Which store. */
      store: Store;
      /** A call's name (`delete`, `write`, …); left out: any. */
      call?: string | null;
      /** How the failure looks from outside. */
      how?: Failure;
      /** How often, all at the same instant (1..10000). */
      times?: number;
    }
  | {
      do: "cut";
      /** Which two kinds of process it joins. */
      link: LinkName;
      /** An app server, from 0; for a link, left out: every one (0..15). */
      app?: number | null;
    }
  | {
      do: "heal";
      /** Which two kinds of process it joins. */
      link: LinkName;
      /** An app server, from 0; for a link, left out: every one (0..15). */
      app?: number | null;
    }
  /** Server 0 is the first. */
  | {
      do: "crash-app";
      /** An app server, from 0; for a link, left out: every one (0..15). */
      app: number;
    }
  | {
      do: "restart-app";
      /** An app server, from 0; for a link, left out: every one (0..15). */
      app: number;
    }
  | { do: "crash-worker" }
  | { do: "restart-worker" }
  /** Past the application: a migration script. */
  | {
      do: "outside-write";
      /** The key. */
      key: string;
      /** The value; left out: a number that no other write has. */
      value?: Literal | null;
    }
  | {
      do: "outside-delete";
      /** The key. */
      key: string;
    }
  /** A message in flight, by the name that the page and the log give it, stays where it is. */
  | {
      do: "hold";
      /** A message in flight: 16 hexadecimal digits. */
      message: string;
    }
  /** … and goes the rest of its way. */
  | {
      do: "release";
      /** A message in flight: 16 hexadecimal digits. */
      message: string;
    }
  /** It lands at once. */
  | {
      do: "deliver";
      /** A message in flight: 16 hexadecimal digits. */
      message: string;
    }
  | {
      do: "delay";
      /** How much later (1..one year). */
      by_us: number;
      /** A message in flight: 16 hexadecimal digits. */
      message: string;
    }
  /** It is lost. */
  | {
      do: "drop";
      /** A message in flight: 16 hexadecimal digits. */
      message: string;
    }
  | {
      do: "start-workload";
      /** A workload's name. */
      workload: string;
    }
  | {
      do: "stop-workload";
      /** A workload's name. */
      workload: string;
    };

/** A number, whole or not. */
export type Amount = number;

/** The app servers. */
export interface Apps {
  /** The longest such line; beyond it a request is refused (0..1000000; default 1000). */
  backlog?: number;
  /** How many app servers stand behind the round robin (1..16; default 2). */
  count?: number;
  /**
   * The most requests that one server works on at a time; more wait in line (1..1000000; default
   * 1000).
   */
  max_in_progress?: number;
}

/** When requests come. */
export type Arrivals =
  /** Open loop: requests come, answered or not, at random times. */
  | {
      kind: "poisson";
      /** Requests a second, on average (0.000001..1000000). */
      per_second: number;
    }
  /** Open loop: one request every `every_us`. */
  | {
      kind: "fixed";
      /** The time between two requests (1..one year). */
      every_us: number;
    }
  /** Closed loop: each user waits for an answer, thinks, asks again. */
  | {
      kind: "closed";
      /** The pause between an answer and the next request. */
      think: Latency;
      /** How many users ask, each with one request at a time (1..10000). */
      users: number;
    };

/** The cache, after Redis. */
export interface CacheSettings {
  /** The most entries that it holds; left out: no limit (1..1000000). */
  capacity?: number | null;
  /** Which entry makes room for a new one (default "allkeys-lru"). */
  eviction?: Eviction;
  /** How long one command takes in the cache. */
  service?: Latency;
  /**
   * Taken every so often (Redis: RDB); a restart loads the last one. Left out: none (1000..one
   * year).
   */
  snapshot_every_us?: number | null;
}

/** Something to choose. */
export interface Choice {
  /** What it says, as Markdown. */
  text: string;
  /**
   * It is right if all of this holds once the run has gone on: comparisons of values of the
   * report, or of facts such as `keys.user:1.cache.value` (1..8 items).
   */
  when: Expectation[];
  /** Why somebody chooses it, and what to say to them. */
  note?: string;
}

/** What a client does when it gets no answer, or an error. */
export interface ClientSettings {
  /**
   * Wait before the first retry; doubled before each further one (0..one year; default 100000).
   */
  backoff_us?: number;
  /** Further tries after the first (0..20; default 0). */
  retries?: number;
  /** How long it waits for an answer (1..one year; default 10000000). */
  timeout_us?: number;
}

/** A row `<child><id>` or `<child><id>:…` needs the row `<parent><id>`. */
export interface Constraint {
  /** What the child's keys begin with. */
  child: string;
  /** What the parent's keys begin with. */
  parent: string;
}

/** The database, after PostgreSQL. */
export interface DatabaseSettings {
  /**
   * Statements that run at a time; more wait in line, first come first served (1..10000; default
   * 20).
   */
  connections?: number;
  /** Foreign keys: a child's row needs its parent's (0..64 items). */
  constraints?: Constraint[];
  /** How long a read takes in the database. */
  read?: Latency;
  /** How long a write takes; it commits at its end. */
  write?: Latency;
}

/** Which entry makes room for a new one (Redis: `maxmemory-policy`). */
export type Eviction =
  | "allkeys-lru"
  | "allkeys-lfu"
  | "allkeys-random"
  /** None: a set that needs room is refused. */
  | "noeviction"
  /** The one that expires first; entries without a TTL are never evicted. */
  | "volatile-ttl";

/** Something that has to be so at the end of a run: `equals`, or `at_least`, `at_most` or both. */
export interface Expectation {
  /**
   * Which value of the report that `run --json` writes: `writes.lost`, `violations[0].kind`, or
   * the length of a list, `divergence.length`.
   */
  path: string;
  /** It is a number, and this or more. */
  at_least?: Amount | null;
  /** It is a number, and this or less. */
  at_most?: Amount | null;
  /** It is exactly this; `null` is a value, too. */
  equals?: Plain;
  /** Why, in words. */
  note?: string;
}

/** How an injected failure looks from outside. */
export type Failure =
  /** An error comes back; nothing was applied. */
  | "error"
  /** The request is lost on its way; the caller times out. */
  | "lost-request"
  /** It is applied, the reply is lost; the caller times out. */
  | "lost-reply";

/** What a learner brings about. */
export interface Goal {
  /** One way to do it, at times counted from when it is asked for (1..100 items). */
  solution: Action[];
  /** What holds of the run once they have: all of it, at one instant (1..8 items). */
  when: Expectation[];
  /** A push in the right direction, as Markdown. */
  hint?: string;
}

/** A number that is commonly taken for the answer, and is not. */
export interface Guess {
  /** Why somebody thinks so, and what to say to them, as Markdown. */
  note: string;
  /**
   * In the question's unit. An answer that is as near to it as the right one has to be to what is
   * measured is this one (-2^53..2^53).
   */
  value: number;
}

/** What is kept of what happened. */
export interface HistorySettings {
  /** Keep only the last so many events; left out: all. Totals stay exact (1..100000000). */
  keep?: number | null;
  /**
   * Judge every read and follow every write; false: totals of requests, latencies and loads
   * alone, a little faster (default true).
   */
  verdicts?: boolean;
}

/** An entry that the cache holds at the start, a copy of the row of its key. */
export interface InitialEntry {
  /** The key of a row that the database starts with. */
  key: string;
  /** Left out: never expires (1..one year). */
  ttl_us?: number | null;
}

/** Keys `<prefix>0` … `<prefix>count-1`. */
export interface Keys {
  /** How many keys, numbered from 0 (1..1000000; default 10). */
  count?: number;
  /** What the keys begin with (default "item:"). */
  prefix?: string;
  /**
   * Zipf's exponent in thousandths: 0 is uniform, 990 is YCSB's default (0..10000; default 990).
   */
  zipf_milli?: number;
}

/** A distribution of times. */
export type Latency =
  | {
      kind: "constant";
      /** Always this long (0..one year). */
      us: number;
    }
  /** Each whole microsecond from `low_us` to `high_us` is as likely. */
  | {
      kind: "uniform";
      /** The longest; not below `low_us` (0..one year). */
      high_us: number;
      /** The shortest (0..one year). */
      low_us: number;
    }
  | {
      kind: "exponential";
      /** The mean (0..one year). */
      mean_us: number;
    }
  /** With a long tail, as real services have. */
  | {
      kind: "lognormal";
      /** The median (0..one year). */
      median_us: number;
      /** The standard deviation of the logarithm, in thousandths (0..5000). */
      sigma_milli: number;
    };

/** A guided lesson about the run that the scenario begins. */
export interface Lesson {
  /** What it is about. */
  group: LessonGroup;
  /** Its name in what is kept of a learner's way through it. */
  id: string;
  /** What a learner can do afterwards, in a sentence. */
  objective: string;
  /** What is done, in order (1..50 items). */
  steps: LessonStep[];
  /** Whom it is for, and what they should know already. */
  audience?: string;
  /** How long it takes, about (1..120; default 10). */
  minutes?: number;
  /**
   * Its place among lessons in the order of difficulty, the easiest first (1..1000; default 1).
   */
  order?: number;
}

/** What a lesson is about. */
export type LessonGroup =
  | "cache-aside"
  | "read-through"
  | "write-through"
  | "write-behind"
  | "write-around"
  | "ttl"
  | "mixing"
  | "fixing-the-races";

/**
 * One step. Where it asks something, its actions are done and the run goes on once the answer is
 * given.
 */
export interface LessonStep {
  /** What it says, as Markdown: paragraphs, emphasis, code, lists and links. */
  text: string;
  /** What it is headed with. */
  title: string;
  /** What is done, at times counted from where the step begins (0..100 items). */
  actions?: Action[];
  /**
   * What it says once the run has gone on, as Markdown; `{path}` stands for a value that was
   * measured.
   */
  after?: string;
  /**
   * What the learner brings about with their own hands. The step goes on until they have, so
   * `actions` and `play` do not go with it.
   */
  goal?: Goal | null;
  /** How far the run goes on in this step. */
  play?: Play;
  /** What the learner predicts before the run goes on. */
  question?: Question | null;
  /** Where given, the run begins anew with this step. */
  restart?: Restart | null;
  /** What to look at. */
  watch?: Watch;
}

/** What stops a strategy that would run away. */
export interface Limits {
  /** Events of the whole run (1..2^53; default 1000000000). */
  events?: number;
  /** Instructions that one task may run in all (1..1000000000; default 1000000). */
  task_steps?: number;
  /** Tasks alive at a time (1..1000000; default 100000). */
  tasks?: number;
  /** Instructions that the whole run may take (1..2^53; default 10000000000). */
  total_steps?: number;
}

/** Which two kinds of process a link joins. */
export type LinkName =
  | "client-app"
  | "app-cache"
  | "app-database"
  | "app-replica"
  | "app-worker"
  | "cache-database"
  | "cache-replica"
  | "cache-worker"
  | "worker-database"
  | "worker-replica"
  | "database-replica";

/** One link, in one direction. */
export interface LinkSettings {
  /** How long a message takes, one way. */
  latency?: Latency;
  /** Messages lost, of a million (0..1000000; default 0). */
  loss_ppm?: number;
}

/** A plain value in a scenario. */
export type Literal = boolean | number | string;

/** The links, each one way; a round trip is twice that. */
export interface Network {
  /**
   * How long a caller waits for a reply from the cache (or a process) (1..one year; default
   * 1000000).
   */
  cache_timeout_us?: number;
  /**
   * How long a caller waits for a reply from the database or its replica (1..one year; default
   * 5000000).
   */
  database_timeout_us?: number;
  /** For every link that is not named in `links`. */
  default?: LinkSettings;
  /** Links that differ from it, by name; a field left out has its usual default. */
  links?: Partial<Record<LinkName, LinkSettings>>;
}

/** A part of the page. */
export type Panel =
  | "clients"
  | "code"
  | "stores"
  | "queues"
  | "ribbons"
  | "messages"
  | "problems"
  | "charts"
  | "log";

/** A value that a report can have. */
export type Plain = null | Literal;

/** How far a run goes on. */
export type Play =
  /** So long. */
  | {
      until: "time";
      /** How long (0..3600000000). */
      for_us: number;
    }
  /**
   * Until the step's actions are done and no request, task or message is under way, but no longer
   * than this.
   */
  | {
      until: "quiet";
      /** The longest that it takes (0..3600000000; default 60000000). */
      most_us?: number;
    }
  /**
   * Until something goes wrong, but no longer than this. Actions that have not come by then are
   * not done.
   */
  | {
      until: "problem";
      /** The longest that it takes (0..3600000000; default 60000000). */
      most_us?: number;
    };

/** Something to predict. */
export type Question =
  /** One of several is right. */
  | {
      ask: "one";
      /** What there is to choose from (2..8 items). */
      choices: Choice[];
      /** What is said afterwards, as Markdown; `{path}` stands for a value that was measured. */
      explanation: string;
      /** Its name in what is kept of a learner's answers; no other has it in this lesson. */
      id: string;
      /** What is asked, as Markdown. */
      prompt: string;
    }
  /** All that apply, and no other, are right. */
  | {
      ask: "all";
      /** What there is to choose from (2..8 items). */
      choices: Choice[];
      /** What is said afterwards, as Markdown; `{path}` stands for a value that was measured. */
      explanation: string;
      /** Its name in what is kept of a learner's answers; no other has it in this lesson. */
      id: string;
      /** What is asked, as Markdown. */
      prompt: string;
    }
  /** A number is right if it is near enough to what is measured. */
  | {
      ask: "number";
      /** What is said afterwards, as Markdown; `{path}` stands for a value that was measured. */
      explanation: string;
      /** Wrong answers that are common, each with why (0..8 items). */
      guesses?: Guess[];
      /** Its name in what is kept of a learner's answers; no other has it in this lesson. */
      id: string;
      /** The fact that is asked for: a number. */
      path: string;
      /** What is asked, as Markdown. */
      prompt: string;
      /**
       * What the number is given in; a fact that is a time is in microseconds (default "count").
       */
      unit?: Unit;
      /** How far off, in this unit, is still right (0..2^53; default 0). */
      within?: number;
    };

/** A read replica. */
export interface ReplicaSettings {
  /** How long after its commit a change is visible here. */
  lag?: Latency;
  /** How long a read takes in the replica. */
  read?: Latency;
}

/** A run that begins anew: the scenario's, with other strategies. */
export interface Restart {
  /** What serves which keys from now on; empty: what the scenario says (0..16 items). */
  strategies?: StrategyUse[];
}

/** Rows with numbered keys and one value. */
export interface RowRange {
  /** How many rows, numbered from 0 (1..1000000). */
  count: number;
  /** What their keys begin with. */
  prefix: string;
  /** The value of each. */
  value: Literal;
}

/** Rows by key, and numbered ones that need not be written out. */
export interface Rows {
  /** Values by key. */
  each?: Record<string, Literal>;
  /**
   * Numbered rows: `{"prefix": "item:", "count": 1000, "value": 0}` is item:0 … item:999 (0..64
   * items).
   */
  ranges?: RowRange[];
}

/** Which store a failure is injected into. */
export type Store =
  | "cache"
  | "database"
  | "replica"
  | "queue";

/** Which strategy serves the keys of a prefix. */
export interface StrategyUse {
  /** Values for the program's parameters, by name. */
  parameters?: Record<string, Literal>;
  /** The keys that it serves: those that begin with this text. Empty: all others. */
  prefix?: string;
  /** The program itself, in the strategy language. */
  source?: string | null;
  /**
   * A built-in strategy's id. Where `source` is given, the one that it was made from (default
   * "cache-aside").
   */
  strategy?: string;
}

/** Who is there, and how fast each is. */
export interface Topology {
  /** The app servers. */
  apps?: Apps;
  /** The cache. */
  cache?: CacheSettings;
  /** Clients that behave otherwise, by name. */
  client_overrides?: Record<string, ClientSettings>;
  /** How every client behaves. */
  clients?: ClientSettings;
  /** The database. */
  database?: DatabaseSettings;
  /** The links between them. */
  network?: Network;
  /** A copy of the database that lags behind it; left out: none. */
  replica?: ReplicaSettings | null;
}

/** What a number is given in. */
export type Unit =
  /** So many. */
  | "count"
  /** Microseconds. */
  | "us"
  /** Milliseconds. */
  | "ms"
  /** Seconds. */
  | "s";

/** How the page shows it. */
export interface View {
  /**
   * The instant at which the page stands when it opens this; left out: the start (0..one year).
   */
  at_us?: number | null;
  /** Clients that the page's controls offer (0..100 items). */
  clients?: string[];
  /** Keys that the page's controls offer (0..200 items). */
  keys?: string[];
  /** Virtual microseconds a real millisecond: 1000 is real time (1..1000000; default 10). */
  speed_us_per_ms?: number;
}

/** What to look at in the page. */
export interface Watch {
  /** Keys (0..20 items). */
  keys?: string[];
  /** A part of the page. */
  panel?: Panel | null;
}

/** Clients that come by themselves. */
export interface Workload {
  /** When its requests come. */
  arrivals?: Arrivals;
  /** Increments by one instead of writes (default false). */
  increments?: boolean;
  /** Which keys it asks for. */
  keys?: Keys;
  /** Left out: no limit (1..2^53). */
  most_requests?: number | null;
  /** Its clients are named after it: `w`, `w-2`, … (default "users") */
  name?: string;
  /**
   * Reads, of a thousand requests; the others are writes (or increments) (0..1000; default 900).
   */
  read_permille?: number;
  /** When it starts by itself; `null`: not before an action starts it (0..one year; default 0). */
  start_us?: number | null;
  /** Left out: until the end (0..one year). */
  stop_us?: number | null;
}
