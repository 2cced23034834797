// The playground as a component for React 19: attributes and events with types. Copy it into your
// project; the page loads embed.js, or you import embed.mjs.
import { useEffect, useRef, type Ref } from "react";

/** What is common to all messages is left out. */
export interface PlaygroundState {
  atUs: number;
  playing: boolean;
  preset: string;
  title: string;
  hits: number;
  misses: number;
  staleReads: number;
  lostWrites: number;
  violations: number;
}

export interface PlaygroundEvent {
  atUs: number;
  tone: "good" | "notice" | "bad" | "action";
  text: string;
}

/** The element, as embed.js defines it. */
export interface StaleMateElement extends HTMLElement {
  play(): void;
  pause(): void;
  step(): void;
  reset(): void;
  seek(atUs: number): void;
  setTheme(theme: "auto" | "light" | "dark"): void;
  load(what: { preset: string } | { link: string } | { scenario: object | string }): void;
  getState(): Promise<PlaygroundState>;
  getScenario(): Promise<{ json: string; violations: object[] }>;
  getProgress(): Promise<{ progress: object | null; step: number; steps: number; right: number; questions: number; done: boolean }>;
  setProgress(progress: object): void;
}

interface Attributes {
  preset?: string;
  link?: string;
  src?: string;
  compare?: string;
  theme?: "auto" | "light" | "dark";
  layout?: "full" | "compact";
  hide?: string;
  readonly?: boolean;
  autoplay?: boolean;
  speed?: number;
  memory?: number;
  height?: number | "auto";
  label?: string;
}

export interface PlaygroundProps extends Attributes {
  ref?: Ref<StaleMateElement>;
  onReady?: () => void;
  onState?: (state: PlaygroundState) => void;
  onEvent?: (event: PlaygroundEvent) => void;
  onAnswer?: (answer: { statement: object }) => void;
  onComplete?: (complete: { statement: object }) => void;
  onError?: (error: { code: string; message: string }) => void;
}

declare module "react/jsx-runtime" {
  namespace JSX {
    interface IntrinsicElements {
      "stale-mate": Omit<Attributes, "readonly" | "autoplay"> & {
        readonly?: "" | undefined;
        autoplay?: "" | undefined;
        ref?: Ref<StaleMateElement>;
      };
    }
  }
}

export function Playground({ ref, readonly, autoplay, onReady, onState, onEvent, onAnswer, onComplete, onError, ...attributes }: PlaygroundProps) {
  const own = useRef<StaleMateElement | null>(null);
  // Attached after the first render, so that a page that a server has rendered has them as well.
  const handlers = useRef<Record<string, ((detail: never) => void) | undefined>>({});
  handlers.current = { ready: onReady, state: onState, event: onEvent, answer: onAnswer, complete: onComplete, error: onError };
  useEffect(() => {
    const ends = new AbortController();
    for (const name of Object.keys(handlers.current)) {
      const hear = (event: Event) => handlers.current[name]?.((event as CustomEvent).detail as never);
      own.current?.addEventListener(`stalemate-${name}`, hear, { signal: ends.signal });
    }
    return () => ends.abort();
  }, []);
  const take = (element: StaleMateElement | null) => {
    own.current = element;
    if (typeof ref === "function") ref(element);
    else if (ref) ref.current = element;
  };
  // As attributes have it: there, or not there.
  const flag = (on?: boolean) => (on ? ("" as const) : undefined);
  return <stale-mate ref={take} readonly={flag(readonly)} autoplay={flag(autoplay)} {...attributes} />;
}
