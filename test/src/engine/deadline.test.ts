/** Time limits that do not count the sleep of a page or a device. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { afterAwake, within } from "../../../src/engine/deadline.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

test("within() settles as the promise does, or with what late() says", async () => {
  await expect(within(100, Promise.resolve(1), () => "late")).resolves.toBe(1);
  await expect(within(100, Promise.reject("broken"), () => "late")).rejects.toBe("broken");
  const never = within(100, new Promise(() => {}), () => "late");
  vi.advanceTimersByTime(100);
  await expect(never).rejects.toBe("late");
  expect(vi.getTimerCount()).toBe(0);
});

test("afterAwake() calls late() after its time, and not when it is called off", () => {
  const late = vi.fn();
  const callOff = afterAwake(1000, late);
  vi.advanceTimersByTime(999);
  expect(late).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(late).toHaveBeenCalledTimes(1);
  callOff();
  afterAwake(1000, late)();
  vi.advanceTimersByTime(5000);
  expect(late).toHaveBeenCalledTimes(1);
});

test("afterAwake() gives the same time once more after a sleep, and no third", () => {
  const late = vi.fn();
  afterAwake(1000, late);
  // The clock goes on while timers stand still, as when a laptop is closed.
  const now = performance.now();
  const clock = vi.spyOn(performance, "now").mockReturnValue(now + 3_600_000);
  vi.advanceTimersByTime(1000);
  expect(late).not.toHaveBeenCalled();
  vi.advanceTimersByTime(999);
  expect(late).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(late).toHaveBeenCalledTimes(1);
  clock.mockRestore();
});
