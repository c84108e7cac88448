/** Shows that any order of calls ends where the last wish says, with nothing left open (start and stop are safe). */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ScanError } from "../../../src/errors.js";
import type { ScannerState } from "../../../src/scanner/events.js";
import { Life, type Rig } from "../../../src/scanner/life.js";

const tick = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** A camera of which a test decides when it opens; it complains of every wrong use at once. */
class FakeRig implements Rig {
  open_ = 0;
  opened = 0;
  running = false;
  live = true;
  trouble: string[] = [];
  failures: (ScanError | undefined)[] = [];
  waits: (() => void)[] = [];
  isSlow = false;
  preflights: boolean[] = [];

  async open({ preflight }: { preflight: boolean }, signal: AbortSignal): Promise<void> {
    if (this.open_ > 0) this.trouble.push("opened twice");
    this.preflights.push(preflight);
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(new ScanError("aborted")), { once: true });
      if (this.isSlow) this.waits.push(resolve);
      else setTimeout(resolve, 0);
    });
    const failure = this.failures.shift();
    if (failure) throw failure;
    this.open_++;
    this.opened++;
    this.live = true;
  }
  release(): void {
    if (this.open_ === 0) this.trouble.push("released twice");
    this.open_ = Math.max(0, this.open_ - 1);
  }
  isLive(): boolean {
    return this.live;
  }
  run(): void {
    if (this.open_ !== 1) this.trouble.push("ran without a camera");
    if (this.running) this.trouble.push("ran twice");
    this.running = true;
  }
  async halt(): Promise<void> {
    if (!this.running) this.trouble.push("halted twice");
    this.running = false;
    await tick();
  }
}

const setUp = () => {
  const rig = new FakeRig();
  const states: ScannerState[] = [];
  const errors: string[] = [];
  const life = new Life(rig, {
    onState: (state) => states.push(state),
    onError: (error) => errors.push(error.code),
  });
  return { rig, life, states, errors };
};

describe("life of a scanner", () => {
  test("start, pause, resume, stop", async () => {
    const { rig, life, states } = setUp();
    await life.start();
    await life.pause();
    expect([rig.open_, rig.running]).toEqual([1, false]);
    await life.resume();
    await life.stop();
    expect(states).toEqual(["starting", "scanning", "paused", "scanning", "idle"]);
    expect([rig.open_, rig.running, rig.opened]).toEqual([0, false, 1]);
    expect(rig.trouble).toEqual([]);
  });

  test("start twice opens once", async () => {
    const { rig, life } = setUp();
    await Promise.all([life.start(), life.start(), life.start()]);
    await life.start();
    expect(rig.opened).toBe(1);
    expect(life.state).toBe("scanning");
  });

  test("StrictMode: start, stop, start in one moment is one start", async () => {
    const { rig, life, states } = setUp();
    await Promise.all([life.start(), life.stop(), life.start()]);
    expect(rig.opened).toBe(1);
    expect(states).toEqual(["starting", "scanning"]);
  });

  test("stop while the camera opens gives it up at once, and start() resolves without an error", async () => {
    const { rig, life } = setUp();
    rig.isSlow = true;
    const started = life.start();
    await tick();
    await life.stop(); // although the camera never answers
    await started;
    expect(life.state).toBe("idle");
    expect(rig.open_).toBe(0);
  });

  test("stop then start while scanning opens anew", async () => {
    const { rig, life } = setUp();
    await life.start();
    void life.stop();
    await life.start();
    expect([rig.opened, rig.open_, rig.running]).toEqual([2, 1, true]);
  });

  test("what keeps it from starting rejects start() and is told once", async () => {
    const { rig, life, states, errors } = setUp();
    rig.failures = [new ScanError("camera_permission_denied")];
    await expect(life.start()).rejects.toMatchObject({ code: "camera_permission_denied" });
    expect(errors).toEqual(["camera_permission_denied"]);
    expect(states).toEqual(["starting", "idle"]);
    await life.start(); // allowed by now
    expect(life.state).toBe("scanning");
  });

  test("a lost camera is awaited quietly and taken up again", async () => {
    const { rig, life, states, errors } = setUp();
    await life.start();
    rig.live = false;
    await life.lose();
    expect(life.state).toBe("recovering");
    expect(rig.open_).toBe(0);
    rig.failures = [new ScanError("camera_not_found"), new ScanError("camera_permission_denied")];
    await life.retry();
    await life.retry();
    expect(life.state).toBe("recovering");
    await life.retry();
    expect(life.state).toBe("scanning");
    expect(errors).toEqual([]);
    expect(states).toEqual(["starting", "scanning", "recovering", "scanning"]);
  });

  test("stop while the camera is lost ends the waiting", async () => {
    const { rig, life } = setUp();
    await life.start();
    await life.lose();
    await life.stop();
    await life.retry();
    expect(life.state).toBe("idle");
    expect(rig.open_).toBe(0);
  });

  test("a stalled camera is opened once more behind a plain request; a second stall ends it", async () => {
    const { rig, life, errors } = setUp();
    await life.start();
    rig.failures = [new ScanError("camera_stalled")];
    await life.wake();
    expect(rig.preflights).toEqual([false, true]);
    expect(errors).toEqual(["camera_stalled"]);
    expect(life.state).toBe("idle");
  });

  test("a hidden page suspends, keeps the camera for a while, gives it back, and goes on", async () => {
    const { rig, life, states } = setUp();
    await life.start();
    await life.hide();
    expect([life.state, rig.open_, rig.running]).toEqual(["suspended", 1, false]);
    await life.show();
    expect([life.state, rig.opened, rig.running]).toEqual(["scanning", 1, true]);
    await life.hide();
    await life.letGo();
    expect(rig.open_).toBe(0);
    await life.show();
    expect([life.state, rig.opened]).toEqual(["scanning", 2]);
    expect(states).toEqual(["starting", "scanning", "suspended", "scanning", "suspended", "starting", "scanning"]);
  });

  test("a picture that died behind a hidden page is opened anew on return", async () => {
    const { rig, life } = setUp();
    await life.start();
    await life.hide();
    rig.live = false;
    await life.show();
    expect([rig.opened, rig.open_, rig.running]).toEqual([2, 1, true]);
    expect(rig.trouble).toEqual([]);
  });

  test("start behind a hidden page waits for it", async () => {
    const { rig, life } = setUp();
    await life.hide();
    await life.start();
    expect([life.state, rig.opened]).toEqual(["suspended", 0]);
    await life.show();
    expect(life.state).toBe("scanning");
  });

  test("pause is kept through a hidden page", async () => {
    const { life } = setUp();
    await life.start();
    await life.pause();
    await life.hide();
    await life.show();
    expect(life.state).toBe("paused");
  });

  test("another camera is opened after the first was released; its failure rejects", async () => {
    const { rig, life } = setUp();
    await life.start();
    await life.reopen();
    expect([rig.opened, rig.open_]).toEqual([2, 1]);
    rig.failures = [new ScanError("camera_in_use")];
    await expect(life.reopen()).rejects.toMatchObject({ code: "camera_in_use" });
    expect(life.state).toBe("idle");
  });

  test("closed is for good", async () => {
    const { rig, life } = setUp();
    const started = life.start();
    await life.close();
    await started;
    await expect(life.start()).rejects.toMatchObject({ code: "closed" });
    await life.resume();
    expect([life.state, rig.open_]).toEqual(["closed", 0]);
  });

  const call = fc.constantFrom(
    ...(["start", "stop", "pause", "resume", "hide", "show", "letGo", "lose", "retry", "wake", "reopen"] as const),
  );
  const step = fc.record({
    call,
    /** Turns of the event loop before the next call. */
    wait: fc.nat(4),
    /** The next opening fails. */
    fails: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    dies: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  });

  test("after any interleaving: the state is right, no camera is left open, none was used wrongly", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.boolean(), async (steps, closes) => {
        const { rig, life } = setUp();
        const calls: Promise<unknown>[] = [];
        for (const { call: name, wait, fails, dies } of steps) {
          if (fails) rig.failures.push(new ScanError("camera_in_use"));
          if (dies) rig.live = false;
          calls.push(life[name]().catch((error: ScanError) => error.code));
          for (let turn = 0; turn < wait; turn++) await tick();
        }
        await Promise.all(calls);
        rig.failures = [];
        await life.show(); // settles what is left
        await life.retry();
        expect(rig.trouble).toEqual([]);
        expect(rig.open_).toBe(life.state === "scanning" || life.state === "paused" ? 1 : 0);
        expect(rig.running).toBe(life.state === "scanning");
        expect(["idle", "scanning", "paused"]).toContain(life.state);
        await (closes ? life.close() : life.stop());
        expect([rig.open_, rig.running]).toEqual([0, false]);
        expect(rig.trouble).toEqual([]);
        expect(life.state).toBe(closes ? "closed" : "idle");
      }),
      { seed: 4, numRuns: 150 },
    );
  });
});
