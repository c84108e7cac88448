/**
 * The event target of a scanner with the names and details of its events. Must not know when they happen.
 */
import type { ScannerEventMap } from "./events.js";

type Listener<K extends keyof ScannerEventMap> =
  | ((event: ScannerEventMap[K]) => void)
  | { handleEvent(event: ScannerEventMap[K]): void }
  | null;

export class ScannerEventTarget extends EventTarget {
  override addEventListener<K extends keyof ScannerEventMap>(
    type: K,
    listener: Listener<K>,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener, options);
  }

  override removeEventListener<K extends keyof ScannerEventMap>(
    type: K,
    listener: Listener<K>,
    options?: boolean | EventListenerOptions,
  ): void;
  override removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void {
    super.removeEventListener(type, listener, options);
  }

  protected tell<K extends keyof ScannerEventMap>(type: K, detail: ScannerEventMap[K]["detail"]): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
