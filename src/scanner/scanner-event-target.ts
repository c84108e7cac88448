/**
 * The event target of a scanner with the names and details of its events. Must not know when they happen.
 */
import type { ScannerEventMap } from "./events.js";

type Listener<K extends keyof ScannerEventMap> =
  | ((event: ScannerEventMap[K]) => void)
  | { handleEvent(event: ScannerEventMap[K]): void }
  | null;

/** An EventTarget that knows its events. */
interface ScannerEvents extends EventTarget {
  addEventListener<K extends keyof ScannerEventMap>(
    type: K,
    listener: Listener<K>,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof ScannerEventMap>(
    type: K,
    listener: Listener<K>,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

const ScannerEvents = EventTarget as new () => ScannerEvents;

export class ScannerEventTarget extends ScannerEvents {
  protected tell<K extends keyof ScannerEventMap>(type: K, detail: ScannerEventMap[K]["detail"]): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
