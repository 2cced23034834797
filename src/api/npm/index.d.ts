/// <reference lib="esnext.disposable" />

/**
 * A playground for caching strategies: runs of a simulated cache and database, played, broken and
 * inspected.
 *
 * A call runs at most 200000 events, a fraction of a second. A call that stops before its
 * destination returns `false` and leaves `arrived` false; `goOn()` continues.
 *
 * The functions and the class are declared here, by hand. The types of all data are generated from
 * the engine, in `report.d.ts` and `scenario.d.ts`.
 */

import type {
  Activity,
  Change,
  ErrorCode,
  ExploreAnswer,
  ExploreOptions,
  ExploreProgress,
  HistoryEvent,
  LinkCheck,
  LinkOptions,
  LogLine,
  PresetInfo,
  Problem,
  Report,
  Stop,
  Stores,
  StrategyInfo,
  Violation,
} from "./report.js";
import type { Scenario, What } from "./scenario.js";

export type * from "./report.js";
export type * from "./scenario.js";

/** An error that the package throws, with the message of the page and of the command line. */
export interface StalemateError extends Error {
  code: ErrorCode;
  /** Each problem of the document; empty for other errors. */
  problems: Problem[];
}

/** Whether a caught value is a `StalemateError`. */
export function isStalemateError(error: unknown): error is StalemateError;

/** Every preset, in the order of the course. */
export function presets(): PresetInfo[];

/** A preset's scenario. Throws `preset`. */
export function preset(id: string): Scenario;

/** Every built-in strategy. */
export function strategies(): StrategyInfo[];

/**
 * Tries every order of events of a scenario, or of its JSON text: whether something can ever go
 * wrong, and the shortest way to it. The answer is what `stalemate explore --json` prints.
 *
 * It works in slices of some 40 ms, after each of which it calls `onProgress` and yields to the
 * rest of the program. If `signal`, an `AbortSignal`, is aborted, the promise is rejected with its
 * reason. It is rejected with `scenario` or `argument` if the scenario can't be searched or an
 * option is wrong.
 */
export function explore(
  scenario: Scenario | string,
  options?: ExploreOptions & {
    signal?: { throwIfAborted(): void };
    onProgress?: (progress: ExploreProgress) => void;
  },
): Promise<ExploreAnswer | null>;

/** A run of a scenario. */
export class Stalemate {
  /**
   * A run at its first instant, of a scenario or of its JSON text. A lesson in it is ignored.
   * Throws `scenario`.
   */
  constructor(scenario: Scenario | string);

  /** A run of a preset. Throws `preset`. */
  static fromPreset(id: string): Stalemate;

  /**
   * A run of the scenario in a link: a whole address, or its fragment. The run is at the instant at
   * which the link opens or, if that is far, on its way there (`arrived`). Throws `link`.
   */
  static fromLink(link: string): Stalemate;

  /** The present instant. */
  readonly nowUs: number;

  /** The latest instant that this run has reached. */
  readonly furthestUs: number;

  /** The number of events up to now. */
  readonly eventCount: number;

  /** Whether the last call reached its destination; if not, `goOn()` continues. */
  readonly arrived: boolean;

  /** Whether there is an action to undo. */
  readonly canUndo: boolean;

  /** Whether there is an action to redo. */
  readonly canRedo: boolean;

  /**
   * Does an action now: one of a scenario, without its `at_us`. If now is in the past, this changes
   * everything that follows. Throws `action`, `stopped`.
   */
  act(action: What): void;

  /**
   * Runs for a whole number of microseconds. Returns whether it got there. Throws `stopped`.
   */
  advance(forUs: number): boolean;

  /**
   * Goes to an instant, past or future, in microseconds. Returns whether it got there. Throws
   * `stopped`.
   */
  seek(atUs: number): boolean;

  /**
   * Continues towards the destination of the last call. Returns whether it is reached. Throws
   * `stopped`.
   */
  goOn(): boolean;

  /** Runs the next event. Returns whether there was one. Throws `stopped`. */
  step(): boolean;

  /** Goes back by one event; false at the start. In a very long run this is slow. */
  back(): boolean;

  /**
   * Goes to the next violation or request; runs on if none is known yet. Returns whether it found
   * one. `false` with `arrived` true: there are no more. Throws `stopped`.
   */
  next(stop?: Stop): boolean;

  /** Goes back to the last violation or request before now; false: there is none. */
  previous(stop?: Stop): boolean;

  /**
   * Undoes the last action that is not from the scenario, and goes to the same instant of the run
   * without it. `null`: there is none. Throws `stopped`.
   */
  undo(): What | null;

  /** Redoes the last undone action. `null`: there is none. Throws `stopped`. */
  redo(): What | null;

  /** The totals up to now. */
  report(): Report;

  /** The violations up to now, in order of time, each with its cause chain. */
  violations(): Violation[];

  /** Both stores, key by key: at most `most` keys (default 1000; up to 100000). */
  stores(most?: number): Stores;

  /**
   * Tasks, messages, processes and queues now: at most `most` tasks (default 1000; up to 100000).
   */
  activity(most?: number): Activity;

  /** The last `most` lines of the log, oldest first (default 100; up to 100000). */
  log(most?: number): LogLine[];

  /**
   * At most `most` events (default 1000; up to 100000) from number `from` on (default 0), oldest
   * first.
   */
  events(from?: number, most?: number): HistoryEvent[];

  /** The scenario with every action that was done. Played from its start, it gives the same run. */
  scenario(): Scenario;

  /** The scenario as JSON text, in which 1.0 stays 1.0. */
  scenarioJson(): string;

  /**
   * A link to the scenario with every action that was done. It also holds the run's result if the
   * run has at most 200000 events. Throws `link`.
   */
  link(options?: LinkOptions): string;

  /**
   * Compares a run from a link with the result that the link holds. Call again until it is `done`.
   * `null`: there is nothing to compare with.
   */
  checkLink(): LinkCheck | null;

  /**
   * Calls a listener with every change from now on, after the call that made it. Returns a function
   * that ends this.
   *
   * A listener may use the run; it is called for these changes afterwards. An error that it throws
   * does not reach the call that made the change; it is reported as an uncaught error.
   */
  subscribe(listener: (change: Change) => void): () => void;

  /** Frees the run's memory. Every later call throws `freed`. */
  free(): void;

  /** Frees the run's memory, for `using`. */
  [Symbol.dispose](): void;
}
