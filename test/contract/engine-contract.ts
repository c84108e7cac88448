/**
 * What every engine promises, as cases that run on each of them, in Node and in pages: results, regions, filters,
 * order, abort, bad data, recovery.
 */
import type { DecodeOutcome } from "../../src/index.js";
import {
  type ContractCase,
  equal,
  expectedReadings,
  isTrue,
  orderFor,
  pixelsOf,
  readings,
  refuses,
  requestOf,
  using,
} from "./contract-kit.js";
import { HANGS, RUNS_OUT_OF_MEMORY, TAKES_ITS_TIME, TALKS_NONSENSE, TRAPS } from "./orders.js";

const WITH_CORE = ["direct", "worker"] as const;

/** Pixels by which corners may differ from the truth; the fallback knows finder middles and one scan line only. */
const CORNER_SLACK = 12;

/** Ends of several decodes: "text" or the error's code. */
async function ends(decodes: readonly Promise<DecodeOutcome>[]): Promise<readonly string[]> {
  const settled = await Promise.allSettled(decodes);
  return settled.map((end) => (end.status === "fulfilled" ? (end.value.barcodes[0]?.rawValue ?? "") : end.reason.code));
}

const results: readonly ContractCase[] = [
  {
    title: "nothing in the image is an empty list, with the image's size",
    run: ({ open }) =>
      using(open(), async (engine) => {
        const data = new Uint8Array(200 * 100).fill(200);
        const source = { kind: "pixels", data, width: 200, height: 100, stride: 200, layout: "grey" } as const;
        const { barcodes, width, height, elapsedMs } = await engine.decode(requestOf(source));
        equal([barcodes, width, height], [[], 200, 100], "outcome");
        isTrue(Number.isFinite(elapsedMs) && elapsedMs >= 0, "elapsedMs is a time");
      }),
  },
  {
    title: "every layout and stride gives the same reading, and the caller keeps its pixels",
    run: ({ open, image }) =>
      using(open(), async (engine) => {
        for (const layout of ["grey", "rgba", "bgra"] as const) {
          for (const padding of [0, 12]) {
            const source = pixelsOf(image, layout, padding);
            const outcome = await engine.decode(requestOf(source));
            equal(readings(outcome), expectedReadings(image), `${layout}, ${padding} bytes of padding`);
            isTrue(source.kind === "pixels" && source.data.byteLength > 0, "the buffer is not detached");
          }
        }
      }),
  },
  {
    title: "a barcode says where it is and carries its bytes",
    run: ({ open, image }) =>
      using(open(), async (engine) => {
        const { barcodes } = await engine.decode(requestOf(pixelsOf(image, "grey")));
        for (const { format, text, left, right, top, bottom } of image.symbols) {
          const found = barcodes.find((barcode) => barcode.format === format);
          if (!found) throw new Error(`${format} was not read`);
          const box = found.boundingBox;
          isTrue(Math.abs(box.left - left) < CORNER_SLACK, `${format} begins at ${left}, not ${box.left}`);
          isTrue(Math.abs(box.right - right) < CORNER_SLACK, `${format} ends at ${right}, not ${box.right}`);
          isTrue(box.top > top - CORNER_SLACK && box.bottom < bottom + CORNER_SLACK, `${format} lies within its rows`);
          equal(String.fromCharCode(...found.bytes), text, `bytes of ${format}`);
          isTrue(/^\][A-Z][0-9A-F]$/i.test(found.symbologyIdentifier), `identifier ${found.symbologyIdentifier}`);
          isTrue(found.confidence >= 30 && found.confidence <= 100, `confidence ${found.confidence}`);
        }
      }),
  },
  {
    title: "only what lies in a region is read, once, in coordinates of the image",
    run: ({ open, image }) =>
      using(open(), async (engine) => {
        const [first, second] = image.symbols;
        if (!first || !second) throw new Error("the image has too few symbols");
        const around = ({ left, top, right, bottom }: typeof first) => ({
          left: left - 24,
          top: top - 24,
          right: right + 24,
          bottom: bottom + 24,
          unit: "pixel" as const,
        });
        for (const layout of ["grey", "rgba"] as const) {
          const source = pixelsOf(image, layout, 8);
          const one = await engine.decode(requestOf(source, { region: around(second) }));
          equal(readings(one), [`${second.format} ${second.text}`], "one region");
          isTrue(
            Math.abs((one.barcodes[0]?.boundingBox.left ?? 0) - second.left) < CORNER_SLACK,
            "coordinates are those of the image",
          );
          const twice = await engine.decode(
            requestOf(source, { region: [around(first), around(first), around(second)] }),
          );
          equal(
            readings(twice),
            [first, second].map(({ format, text }) => `${format} ${text}`),
            "overlapping regions",
          );
        }
      }),
  },
  {
    title: "R58: what the filters drop is not in the result",
    run: ({ open, image }) =>
      using(open(), async (engine) => {
        const read = async (options: object) =>
          readings(await engine.decode(requestOf(pixelsOf(image, "grey"), options))).map((line) => line.split(" ")[0]);
        equal(await read({ formats: ["ean_13"] }), ["ean_13"], "formats");
        equal(await read({ minConfidence: 100.5 }), [], "minConfidence");
        equal(await read({ minTextLength: 14 }), ["qr_code"], "minTextLength");
        equal(await read({ maxTextLength: 12 }), ["code_128"], "maxTextLength");
        equal(await read({ textPattern: /^\d+$/ }), ["ean_13"], "textPattern");
        equal((await read({ maxSymbols: 1 })).length, 1, "maxSymbols");
        equal(await read({ textPattern: /^\d+$/, maxSymbols: 1 }), ["ean_13"], "maxSymbols counts what is left");
      }),
  },
  {
    title: "R16: the decoded image is handed out when asked for, and only then",
    run: ({ open, image }) =>
      using(open(), async (engine) => {
        const source = pixelsOf(image, "rgba");
        const plain = await engine.decode(requestOf(source));
        isTrue(!("image" in plain), "no image without asking");
        const region = { left: 0, top: 0, right: 100, bottom: 25 };
        const { image: kept } = await engine.decode(requestOf(source, { region }, { keepImage: true }));
        equal([kept?.width, kept?.height], [image.width, image.height], "size of the image");
        const quarter = (image.height / 4) * image.width;
        const same = kept?.data.every((value, at) => value === (at < quarter ? image.grey[at] : 255));
        isTrue(same === true, "luma inside the region, white outside");
      }),
  },
];

const order: readonly ContractCase[] = [
  {
    title: "stills are decoded in order and never dropped",
    kinds: WITH_CORE,
    run: ({ open, puppet }) =>
      using(open({ wasmModule: puppet }), async (engine) => {
        const values = [101, 102, 103, 104, 105];
        const finished: string[] = [];
        const decodes = values.map(async (value) => {
          const outcome = await engine.decode(orderFor(value));
          finished.push(outcome.barcodes[0]?.rawValue ?? "");
        });
        await Promise.all(decodes);
        equal(finished, values.map(String), "order");
      }),
  },
  {
    title: "of each stream only the newest waiting frame is decoded",
    kinds: WITH_CORE,
    run: ({ open, puppet }) =>
      using(open({ wasmModule: puppet }), async (engine) => {
        const still = engine.decode(orderFor(TAKES_ITS_TIME));
        const left = [21, 22, 23].map((value) => engine.decode(orderFor(value, "left")));
        const right = [31, 32].map((value) => engine.decode(orderFor(value, "right")));
        const kept = ["015", "aborted", "aborted", "023", "aborted", "032"];
        equal(await ends([still, ...left, ...right]), kept, "the still, the left and the right stream");
      }),
  },
  {
    title: "abort before, while waiting and while decoding rejects at once; the next image is read",
    run: ({ open, image }) =>
      using(open(), async (engine) => {
        const request = () => requestOf(pixelsOf(image, "grey"));
        await refuses(engine.decode(request(), { signal: AbortSignal.abort() }), "aborted", "before");
        const control = new AbortController();
        const running = engine.decode(request(), control);
        const waiting = engine.decode(request(), control);
        await Promise.resolve();
        control.abort();
        equal(await ends([running, waiting]), ["aborted", "aborted"], "while decoding and while waiting");
        equal(readings(await engine.decode(request())), expectedReadings(image), "the next image");
      }),
  },
  {
    title: "close() refuses what runs, waits and comes; twice is fine",
    run: async ({ open, image }) => {
      const engine = await open();
      const request = () => requestOf(pixelsOf(image, "grey"));
      const pending = [engine.decode(request()), engine.decode(request())];
      const closed = [engine.close(), engine.close()];
      equal(await ends(pending), ["closed", "closed"], "pending");
      await Promise.all(closed);
      await refuses(engine.decode(request()), "closed", "later");
      await engine.close();
    },
  },
];

const badData: readonly ContractCase[] = [
  {
    title: "bad data is refused with a code, and the engine goes on",
    run: ({ open, image }) =>
      using(open(), async (engine) => {
        const grey = {
          kind: "pixels",
          data: new Uint8Array(100),
          width: 10,
          height: 10,
          stride: 10,
          layout: "grey",
        } as const;
        const decode = (source: object, options = {}) => engine.decode(requestOf({ ...grey, ...source }, options));
        for (const [width, height] of [
          [0, 10],
          [10, 0],
          [-1, 10],
          [Number.NaN, 10],
          [1.5, 10],
        ])
          await refuses(decode({ width, height }), "empty_image", `${width} × ${height}`);
        await refuses(decode({ height: 11 }), "invalid_buffer", "too short");
        await refuses(decode({ stride: 9 }), "invalid_buffer", "a stride shorter than a row");
        await refuses(decode({ layout: "rgba" }), "invalid_buffer", "four bytes a pixel");
        const detached = new Uint8Array(100);
        structuredClone(detached.buffer, { transfer: [detached.buffer] });
        await refuses(decode({ data: detached }), "invalid_buffer", "detached");
        const outside = { left: 20, top: 0, right: 30, bottom: 10, unit: "pixel" };
        await refuses(decode({}, { region: outside }), "invalid_region", "a region outside");
        equal(readings(await engine.decode(requestOf(pixelsOf(image, "grey")))), expectedReadings(image), "afterwards");
      }),
  },
  {
    title: "an image beyond the core's limits is refused, and a region of it is not",
    kinds: WITH_CORE,
    run: ({ open }) =>
      using(open(), async (engine) => {
        const wide = {
          kind: "pixels",
          data: new Uint8Array(40_000),
          width: 40_000,
          height: 1,
          stride: 40_000,
          layout: "grey",
        } as const;
        await refuses(engine.decode(requestOf(wide)), "image_too_large", "40,000 pixels wide");
        const region = { left: 0, top: 0, right: 50, bottom: 100 };
        equal((await engine.decode(requestOf(wide, { region }))).barcodes, [], "half of it");
      }),
  },
];

const recovery: readonly ContractCase[] = [
  {
    title: "a trap, exhausted memory and nonsense are errors of that image only",
    kinds: WITH_CORE,
    run: ({ open, puppet }) =>
      using(open({ wasmModule: puppet }), async (engine) => {
        await refuses(engine.decode(orderFor(TRAPS)), "decode_failed", "trap");
        equal(await ends([engine.decode(orderFor(41))]), ["041"], "after the trap");
        await refuses(engine.decode(orderFor(RUNS_OUT_OF_MEMORY)), "image_too_large", "memory");
        await refuses(engine.decode(orderFor(TALKS_NONSENSE)), "decode_failed", "nonsense");
        equal(await ends([engine.decode(orderFor(42))]), ["042"], "after all that");
      }),
  },
  {
    title: "a hang ends with decode_timeout, and the next image is read by a new worker",
    kinds: ["worker"],
    run: ({ open, puppet }) =>
      using(open({ wasmModule: puppet, timeoutMs: 1500 }), async (engine) => {
        const hanging = engine.decode(orderFor(HANGS));
        const waiting = engine.decode(orderFor(51));
        await refuses(hanging, "decode_timeout", "hang");
        equal(await ends([waiting]), ["051"], "the one that waited");
      }),
  },
  {
    title: "abort frees a worker that hangs",
    kinds: ["worker"],
    run: ({ open, puppet }) =>
      using(open({ wasmModule: puppet }), async (engine) => {
        const control = new AbortController();
        const hanging = engine.decode(orderFor(HANGS), control);
        setTimeout(() => control.abort(), 50);
        await refuses(hanging, "aborted", "hang");
        equal(await ends([engine.decode(orderFor(61))]), ["061"], "the next image");
      }),
  },
  {
    title: "close() ends a worker that hangs",
    kinds: ["worker"],
    run: async ({ open, puppet }) => {
      const engine = await open({ wasmModule: puppet });
      const hanging = engine.decode(orderFor(HANGS));
      setTimeout(() => void engine.close(), 50);
      await refuses(hanging, "closed", "hang");
    },
  },
];

export const CONTRACT: readonly ContractCase[] = [...results, ...order, ...badData, ...recovery];
