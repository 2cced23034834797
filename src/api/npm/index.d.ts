/// <reference lib="esnext.disposable" />

/**
 * A playground for caching strategies: runs of a simulated cache and database, played, broken and
 * looked at.
 *
 * A call runs at most 200000 events, a fraction of a second. One that did not get to where it
 * should returns `false` and leaves `arrived` false: `goOn()` takes it there.
 */

import type {
  Activity,
  Change,
  HistoryEvent,
  LinkCheck,
  LogLine,
  PresetInfo,
  Report,
  Stores,
  StrategyInfo,
  Violation,
} from "./report.js";
import type { Scenario, What } from "./scenario.js";

export type * from "./report.js";
export type * from "./scenario.js";

/** What kind of thing is wrong. */
export type ErrorCode =
  /** A method was called with something that it does not take. */
  | "argument"
  /** It is no scenario, or one that can't run. */
  | "scenario"
  /** There is no such preset. */
  | "preset"
  /** A link does not open, or a scenario is too long for one. */
  | "link"
  /** It is no action, or one that can't be done now. */
  | "action"
  /** The run can't go on. */
  | "stopped"
  /** The run was freed. */
  | "freed"
  /** The engine has broken down, most likely for want of memory: load the module anew. */
  | "broken";

/** One thing that is wrong with a document. */
export interface Problem {
  /** Where: `topology.apps.count`; empty where all of it is meant. */
  path: string;
  /** What, and what is allowed: `is 0; allowed: 1..16`. */
  message: string;
}

/** What is thrown: the words are those of the page and of the command line. */
export interface StalemateError extends Error {
  code: ErrorCode;
  /** One by one, where it is a document that is wrong. */
  problems: Problem[];
}

/** Whether something that was thrown is one of ours. */
export function isStalemateError(error: unknown): error is StalemateError;

/** What to go to. */
export type Stop = "violation" | "request";

/** What a link is to be like. */
export interface LinkOptions {
  /** The page's address, to stand in front; left out: the fragment alone. */
  base?: string;
  /** Open at the present instant; left out: at the start. */
  now?: boolean;
  /** Hold all of the scenario, also where it is nearly a preset. */
  whole?: boolean;
}

/** Every preset, in the order in which a course comes to it. */
export function presets(): PresetInfo[];

/** A preset's scenario. Throws `preset`. */
export function preset(id: string): Scenario;

/** Every built-in strategy. */
export function strategies(): StrategyInfo[];

/** A run of a scenario. */
export class Stalemate {
  /**
   * A run at its first instant, of a scenario or of its JSON text. A lesson in it is left aside.
   * Throws `scenario`.
   */
  constructor(scenario: Scenario | string);

  /** A run of a preset. Throws `preset`. */
  static fromPreset(id: string): Stalemate;

  /**
   * A run of what a link holds: a whole address, or its fragment. It stands where the link opens,
   * or, if that is far, is on its way there (`arrived`). Throws `link`.
   */
  static fromLink(link: string): Stalemate;

  /** The present instant. */
  readonly nowUs: number;

  /** The furthest instant that this run has been at. */
  readonly furthestUs: number;

  /** How many events there were up to now. */
  readonly eventCount: number;

  /** Whether the last call got to where it should; else `goOn()` takes it there. */
  readonly arrived: boolean;

  /** Whether there is an action to take back. */
  readonly canUndo: boolean;

  /** Whether an action was taken back. */
  readonly canRedo: boolean;

  /**
   * Does something now: an action of a scenario without its `at_us`. In the past it makes another
   * run of what comes after. Throws `action`, `stopped`.
   */
  act(action: What): void;

  /** Runs on for so long, a whole number of microseconds; whether it got there. Throws `stopped`. */
  advance(forUs: number): boolean;

  /** Stands at an instant of the past or of the future; whether it got there. Throws `stopped`. */
  seek(atUs: number): boolean;

  /** Goes on to where the last call has not got; whether it is there. Throws `stopped`. */
  goOn(): boolean;

  /** Runs the next event; whether there was one. Throws `stopped`. */
  step(): boolean;

  /** Goes back by one event; false at the start. In a very long run it takes a few calls' time. */
  back(): boolean;

  /**
   * Goes to the next violation or request, by running on where none is known; whether it stands
   * there. False with `arrived` true: there is none to come. Throws `stopped`.
   */
  next(stop?: Stop): boolean;

  /** Goes back to the last violation or request before now; false: there is none. */
  previous(stop?: Stop): boolean;

  /**
   * Takes the last action back that was not in the scenario, and stands at the same instant of the
   * run without it. `null`: there is none. Throws `stopped`.
   */
  undo(): What | null;

  /** Does the last action again that was taken back. `null`: there is none. Throws `stopped`. */
  redo(): What | null;

  /** The totals up to now. */
  report(): Report;

  /** What went wrong up to now, in the order of time, each with its cause chain. */
  violations(): Violation[];

  /** Both stores, key by key: at most so many keys (1000; up to 100000). */
  stores(most?: number): Stores;

  /** What is under way: at most so many tasks (1000; up to 100000). */
  activity(most?: number): Activity;

  /** The last lines of the log, oldest first: at most so many (100; up to 100000). */
  log(most?: number): LogLine[];

  /** What happened, from the event of this number on (0): at most so many (1000; up to 100000). */
  events(from?: number, most?: number): HistoryEvent[];

  /** The scenario with all that was done in it: played from its start, it comes to the same. */
  scenario(): Scenario;

  /** The same as JSON text, in which 1.0 stays 1.0. */
  scenarioJson(): string;

  /**
   * A link to the scenario with all that was done in it. It takes along what the run comes to,
   * where that takes no more than 200000 events. Throws `link`.
   */
  link(options?: LinkOptions): string;

  /**
   * Whether a run from a link comes to what it came to where the link was made. Ask again until it
   * is `done`. `null`: there is nothing to compare with.
   */
  checkLink(): LinkCheck | null;

  /**
   * Tells of every change from here on, once a call has made it; returns what ends this.
   *
   * A listener may use the run: what that changes is told after. What a listener throws does not
   * reach the call that made the change; it is reported as an uncaught error.
   */
  subscribe(listener: (change: Change) => void): () => void;

  /** Gives the run's memory back; whatever is called afterwards throws `freed`. */
  free(): void;

  /** The same, for `using`. */
  [Symbol.dispose](): void;
}
