/** From the core's report to the outcome: the parts of the library that are loaded on the way where a report asks for them. */
import { expect, test } from "vitest";
import type { DecodeRequest } from "../../../src/engine/engine.js";
import { outcomeOf } from "../../../src/engine/outcome.js";
import { writeBlock } from "./result-block.js";

const CP_437 = 2;
const LATIN_1 = 3;

const request = (more: Partial<DecodeRequest> = {}): DecodeRequest => ({
  source: { kind: "pixels", data: new Uint8Array(8), width: 4, height: 2, stride: 4, layout: "grey" },
  options: {},
  sighting: { at: 0, forgetMs: 0 },
  ...more,
});

const part = (bytes: readonly number[], eci: number, y = 0) => ({
  x: 0,
  y,
  block: writeBlock([{ bytes, segments: [[eci, 0, bytes.length]], corners: [0, 0, 4, 0, 4, 1, 0, 1], confidence: 90 }]),
  image: { data: new Uint8ClampedArray(4).fill(y + 1), width: 4, height: 1 },
});

const report = (...parts: ReturnType<typeof part>[]) => ({ parts, elapsedMs: 1 });

test("a character set that no platform has is at hand", async () => {
  const { barcodes } = await outcomeOf(report(part([0x80, 0xe1, 0x9b], CP_437)), request());
  expect(barcodes.map(({ rawValue }) => rawValue)).toEqual(["Çß¢"]);
});

test("several parts make one list and one image, white where nothing was looked at", async () => {
  const parts = report(part([0x61], LATIN_1), part([0x62], LATIN_1, 2));
  const source = { ...request().source, height: 3 } as DecodeRequest["source"];
  const { barcodes, image } = await outcomeOf(parts, request({ source, keepImage: true }));
  expect(barcodes.map(({ rawValue }) => rawValue)).toEqual(["a", "b"]);
  expect(image).toMatchObject({ width: 4, height: 3 });
  expect([...(image?.data ?? [])]).toEqual([1, 1, 1, 1, 255, 255, 255, 255, 3, 3, 3, 3]);
});
