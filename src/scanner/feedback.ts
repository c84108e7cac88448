/**
 * Beep and vibration for a new code, made here: no sound file, no network. Must not know what was found.
 */

export interface BeepOptions {
  /** @default 1760 */
  readonly frequencyHz?: number;
  /** @default 90 */
  readonly durationMs?: number;
  /** 0–1. @default 0.3 */
  readonly volume?: number;
}

export interface FeedbackOptions {
  readonly beep: BeepOptions | undefined;
  /** Milliseconds, undefined for none. */
  readonly vibrateMs: number | undefined;
}

export interface FeedbackPlatform {
  readonly createAudio: () => AudioContext | undefined;
  readonly vibrate: (ms: number) => void;
}

const browserFeedbackPlatform = (): FeedbackPlatform => ({
  createAudio: () => (typeof AudioContext === "function" ? new AudioContext() : undefined),
  vibrate: (ms) => {
    if (typeof navigator !== "undefined") navigator.vibrate?.(ms);
  },
});

/** Time in which the tone swells and fades, in seconds; without it a loudspeaker clicks. */
const EDGE_S = 0.008;

export class Feedback {
  readonly #options: FeedbackOptions;
  readonly #platform: FeedbackPlatform;
  #audio: AudioContext | undefined;

  constructor(options: FeedbackOptions, platform: FeedbackPlatform = browserFeedbackPlatform()) {
    this.#options = options;
    this.#platform = platform;
  }

  /** Called at start, which mostly follows a gesture: browsers let sound begin only then. */
  prepare(): void {
    if (!this.#options.beep) return;
    try {
      this.#audio ??= this.#platform.createAudio();
      if (this.#audio?.state === "suspended") this.#audio.resume().catch(() => undefined);
    } catch {
      this.#audio = undefined; // no sound device: scanning goes on in silence
    }
  }

  give(): void {
    const { beep, vibrateMs } = this.#options;
    if (vibrateMs !== undefined) this.#platform.vibrate(vibrateMs);
    if (!beep) return;
    this.prepare();
    if (this.#audio?.state === "running") this.#tone(this.#audio, beep);
  }

  async close(): Promise<void> {
    const audio = this.#audio;
    this.#audio = undefined;
    if (audio && audio.state !== "closed") await audio.close().catch(() => undefined);
  }

  #tone(audio: AudioContext, { frequencyHz = 1760, durationMs = 90, volume = 0.3 }: BeepOptions): void {
    const from = audio.currentTime;
    const to = from + durationMs / 1000;
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    tone.frequency.value = frequencyHz;
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(volume, from + EDGE_S);
    gain.gain.setValueAtTime(volume, Math.max(from + EDGE_S, to - EDGE_S));
    gain.gain.linearRampToValueAtTime(0, to);
    tone.connect(gain).connect(audio.destination);
    tone.onended = () => {
      tone.disconnect();
      gain.disconnect();
    };
    tone.start(from);
    tone.stop(to);
  }
}
