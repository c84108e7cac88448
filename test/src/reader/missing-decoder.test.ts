/** Node without the optional package `sharp`. In a file of its own, since it loads the modules a second time. */
import sharp from "sharp";
import { afterEach, expect, test, vi } from "vitest";

const BLANK = { width: 10, height: 10, channels: 3, background: "white" } as const;

afterEach(() => {
  vi.doUnmock("sharp");
  vi.resetModules();
});

test("without sharp the remedy is named; raw pixels go on working", async () => {
  const png = await sharp({ create: BLANK }).png().toBuffer();
  vi.resetModules();
  vi.doMock("sharp", () => {
    throw new Error("Cannot find package 'sharp'");
  });
  const { openImage } = await import("../../../src/image/source.js");
  await expect(openImage(png, { transfer: false })).rejects.toMatchObject({
    code: "missing_decoder",
    message: expect.stringMatching(/sharp.*Install it/s),
  });
  const grey = { data: new Uint8Array(100), width: 10, height: 10, layout: "grey" };
  expect((await openImage(grey, { transfer: false })).source.width).toBe(10);
});
