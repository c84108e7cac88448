import { describe, expect, it } from "vitest";
import type { BarcodeFormat } from "../../src/formats.js";
import { joinStructuredAppend } from "../../src/structured-append.js";
import type { Barcode, StructuredAppend } from "../../src/types.js";

interface Part {
  readonly bytes: readonly number[];
  readonly at?: StructuredAppend;
  readonly eci?: number | undefined;
  readonly text?: string;
  readonly format?: BarcodeFormat;
  readonly confidence?: number;
}

function part({ bytes, at, eci, text = String.fromCharCode(...bytes), format = "qr_code", confidence = 80 }: Part) {
  const data = Uint8Array.from(bytes);
  const structuredAppend = at && { structuredAppend: at };
  const segments = [{ eci, bytes: data, text }];
  return { format, rawValue: text, bytes: data, segments, confidence, ...structuredAppend } as unknown as Barcode;
}

const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));
const place = (index: number, count = 3, id = "7"): StructuredAppend => ({ index, count, id });

describe("joining structured-append sequences", () => {
  const [a, b, c] = [
    part({ bytes: ascii("one "), at: place(0) }),
    part({ bytes: ascii("two "), at: place(1) }),
    part({ bytes: ascii("three"), at: place(2) }),
  ] as [Barcode, Barcode, Barcode];

  it("puts parts in order, whatever the order and number of their readings", () => {
    const unsure = part({ bytes: ascii("xxx "), at: place(1), confidence: 10 });
    const [joined, ...more] = joinStructuredAppend([c, unsure, a, b, a, part({ bytes: ascii("alone") })]);
    expect(more).toEqual([]);
    expect(joined).toMatchObject({ id: "7", count: 3, isComplete: true, missing: [], rawValue: "one two three" });
    expect(joined?.parts).toEqual([a, b, c]);
    expect(joined?.bytes).toEqual(Uint8Array.from(ascii("one two three")));
  });

  it("says what is missing, and no message before it is whole", () => {
    expect(joinStructuredAppend([c])).toMatchObject([
      { isComplete: false, missing: [0, 1], rawValue: undefined, bytes: undefined },
    ]);
  });

  it("keeps apart what differs in format, id or count", () => {
    const others = [
      part({ bytes: [65], at: place(0, 3, "8") }),
      part({ bytes: [65], at: place(0, 2) }),
      part({ bytes: [65], at: place(1), format: "ean_13" }),
    ];
    expect(joinStructuredAppend([a, ...others])).toHaveLength(4);
  });

  it("does not call a sequence whole of which nobody says how long it is", () => {
    const open = [0, 2].map((index) => part({ bytes: [65 + index], at: place(index, 0) }));
    expect(joinStructuredAppend(open)).toMatchObject([{ count: 0, isComplete: false, missing: [1] }]);
  });

  it("reads characters that are spread over two symbols", () => {
    const [start, end] = [
      [0x61, 0xe2, 0x82],
      [0xac, 0x62],
    ] as const;
    const parts = (eci?: number) => [
      part({ bytes: start, at: place(0, 2), eci, text: "a\ufffd" }),
      part({ bytes: end, at: place(1, 2), eci, text: "\ufffdb" }),
    ];
    expect(joinStructuredAppend(parts(26))[0]?.rawValue).toBe("a€b");
    expect(joinStructuredAppend(parts())[0]?.rawValue).toBe("a€b");
  });

  it("keeps the texts that the symbols had where they are not UTF-8", () => {
    const parts = [
      part({ bytes: [0x93, 0x5f], at: place(0, 2), text: "点" }),
      part({ bytes: ascii("!"), at: place(1, 2) }),
    ];
    expect(joinStructuredAppend(parts)[0]?.rawValue).toBe("点!");
  });

  it("has nothing to say of nothing", () => {
    expect(joinStructuredAppend([])).toEqual([]);
  });
});
