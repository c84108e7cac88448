/** The `tallymark` command as it is installed: spawned, with real files, pipes and exit codes. */
import { type ChildProcess, spawn } from "node:child_process";
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toBuffer } from "bwip-js/node";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPackage } from "../../../scripts/build.mjs";
import { buildWasm } from "../../../scripts/build-wasm.mjs";
import { FORMAT_NAMES } from "../../../src/formats.js";

interface Outcome {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
  readonly bytes: Buffer;
}

let installed: string;
let images: string;

const qrCode = (text: string): Promise<Buffer> =>
  toBuffer({ bcid: "qrcode", text, scale: 5, paddingwidth: 8, paddingheight: 8, backgroundcolor: "FFFFFF" });

beforeAll(async () => {
  if (!existsSync("wasm/core.simd.wasm")) await buildWasm("release", "wasm");
  mkdirSync(".cache", { recursive: true });
  // Within the project, so that sharp is found as it would be in node_modules.
  installed = mkdtempSync(join(process.cwd(), ".cache", "cli-"));
  await buildPackage({ out: join(installed, "dist"), types: false });
  cpSync("package.json", join(installed, "package.json"));
  images = mkdtempSync(join(tmpdir(), "tallymark-cli-"));
  mkdirSync(join(images, "shelf", "deep"), { recursive: true });
  const blank = await sharp({ create: { width: 60, height: 40, channels: 3, background: "white" } })
    .png()
    .toBuffer();
  const hello = await qrCode("HELLO");
  writeFileSync(join(images, "hello.png"), hello);
  writeFileSync(join(images, "odd.png"), await qrCode("a:b\\c\nd\x1b[31m"));
  writeFileSync(join(images, "blank.png"), blank);
  writeFileSync(join(images, "broken.png"), hello.subarray(0, hello.length / 2));
  writeFileSync(join(images, "shelf", "2.png"), await qrCode("TWO"));
  writeFileSync(join(images, "shelf", "1.PNG"), await qrCode("ONE"));
  writeFileSync(join(images, "shelf", "notes.txt"), "no image");
  writeFileSync(join(images, "shelf", ".hidden.png"), hello);
  writeFileSync(join(images, "shelf", "deep", "3.png"), await qrCode("THREE"));
  symlinkSync(join(images, "shelf"), join(images, "shelf", "loop"));
  writeFileSync(
    join(images, "two.png"),
    await sharp({ create: { width: 700, height: 300, channels: 3, background: "white" } })
      .composite([
        { input: await qrCode("LEFT"), left: 20, top: 5 },
        { input: await qrCode("RIGHT"), left: 400, top: 5 },
      ])
      .png()
      .toBuffer(),
  );
}, 120_000);
afterAll(() => {
  for (const folder of [installed, images]) rmSync(folder, { recursive: true, force: true });
});

function start(args: readonly string[], program = join(installed, "dist", "cli.js")): ChildProcess {
  return spawn(process.execPath, [program, ...args], { cwd: images, stdio: "pipe" });
}

function ended(child: ChildProcess): Promise<Outcome> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on("data", (chunk) => out.push(chunk));
  child.stderr?.on("data", (chunk) => err.push(chunk));
  return new Promise((resolve) => {
    child.on("close", (status) => {
      const bytes = Buffer.concat(out);
      resolve({ status, out: bytes.toString(), err: Buffer.concat(err).toString(), bytes });
    });
  });
}

const tallymark = (...args: string[]): Promise<Outcome> => ended(start(args));

describe("exit status and lines", () => {
  test("0 and FILE:FORMAT:VALUE where something was found", async () => {
    expect(await tallymark("hello.png")).toMatchObject({ status: 0, out: "hello.png:qr_code:HELLO\n", err: "" });
  });

  test("1 and silence where nothing was found", async () => {
    expect(await tallymark("blank.png")).toMatchObject({ status: 1, out: "", err: "" });
  });

  test("2 where a file fails; the others are printed in the order of the arguments", async () => {
    const { status, out, err } = await tallymark("shelf/2.png", "broken.png", "none.png", "blank.png", "hello.png");
    expect([status, out]).toEqual([2, "shelf/2.png:qr_code:TWO\nhello.png:qr_code:HELLO\n"]);
    expect(err.trim().split("\n")).toEqual([
      expect.stringMatching(/^tallymark: broken\.png: .*no image/),
      "tallymark: none.png: no such file or directory",
    ]);
    expect((await tallymark("--no-messages", "none.png")).err).toBe("");
  });

  test.each<[string[], RegExp]>([
    [[], /no image was named/],
    [["--fromats", "qr_code", "hello.png"], /--fromats; did you mean --formats/],
    [["-Z", "hello.png"], /no option -Z/],
    [["--formats", "qr_cod", "hello.png"], /did you mean "qr_code"/],
    [["--formats", ",", "hello.png"], /formats is empty/],
    [["--effort", "much", "hello.png"], /"fast" or "thorough"/],
    [["--min-confidence", "high", "hello.png"], /--min-confidence takes a number, not "high"/],
    [["--min-confidence", "101", "hello.png"], /0 to 100/],
    [["--region", "1,2,3", "hello.png"], /left,top,right,bottom/],
    [["--region", "9,0,1,9", "hello.png"], /inverted/],
    [["--region", "a,b,c,d", "hello.png"], /takes a number/],
    [["--pattern", "(", "hello.png"], /--pattern/],
    [["--jobs", "0", "hello.png"], /--jobs takes a number from 1/],
    [["--json", "--raw", "hello.png"], /--json and --raw exclude each other/],
    [["--first", "--all", "hello.png"], /--first and --all exclude each other/],
    [["--first", "--max-symbols", "2", "hello.png"], /exclude each other/],
    [["--jobs"], /jobs/],
    [["-", "-"], /only once/],
  ])("2 and a hint for %j", async (args, message) => {
    const { status, out, err } = await tallymark(...args);
    expect([status, out]).toEqual([2, ""]);
    expect(err).toMatch(message);
    expect(err).toContain("Try 'tallymark --help'.");
    expect(err).not.toMatch(/\n\s+at /);
  });
});

describe("what is printed", () => {
  test("line ends and back slashes are escaped, so that a line is a barcode", async () => {
    expect((await tallymark("odd.png")).out).toBe("odd.png:qr_code:a:b\\\\c\\nd\x1b[31m\n");
  });

  test("--raw: the bytes and nothing else", async () => {
    expect((await tallymark("--raw", "odd.png", "hello.png")).bytes).toEqual(Buffer.from("a:b\\c\nd\x1b[31m\nHELLO\n"));
  });

  test("--json: one object for each image, also for those that fail", async () => {
    const { status, out } = await tallymark("--json", "odd.png", "blank.png", "broken.png");
    expect(status).toBe(2);
    const reports = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(reports).toMatchObject([
      {
        file: "odd.png",
        barcodes: [
          {
            format: "qr_code",
            rawValue: "a:b\\c\nd\x1b[31m",
            bytes: Buffer.from("a:b\\c\nd\x1b[31m").toString("base64"),
            symbologyIdentifier: "]Q1",
            cornerPoints: { length: 4 },
          },
        ],
      },
      { file: "blank.png", width: 60, height: 40, barcodes: [] },
      { file: "broken.png", error: { code: "invalid_image" } },
    ]);
  });

  test("--no-filename and --quiet", async () => {
    expect((await tallymark("-h", "hello.png")).out).toBe("qr_code:HELLO\n");
    expect(await tallymark("-q", "hello.png", "broken.png")).toMatchObject({ status: 0, out: "" });
    expect(await tallymark("-q", "blank.png")).toMatchObject({ status: 1, out: "" });
  });

  test("--help, --version and --list-formats", async () => {
    expect(await tallymark("--help")).toMatchObject({ status: 0, out: expect.stringContaining("Usage: tallymark") });
    expect((await tallymark("--version")).out).toMatch(/^tallymark \d+\.\d+\.\d+\n$/);
    const { out } = await tallymark("--list-formats");
    expect(
      out
        .trimEnd()
        .split("\n")
        .map((line) => line.split(" ")[0]),
    ).toEqual(FORMAT_NAMES);
  });

  test("R16 R17 --save-decoded writes what was decoded, and only then", async () => {
    const folder = join(images, "decoded");
    await tallymark("hello.png");
    expect(existsSync(folder)).toBe(false);
    await tallymark("--save-decoded", "decoded", "hello.png", "blank.png");
    expect(readdirSync(folder).sort()).toEqual(["0001-hello.png.png", "0002-blank.png.png"]);
    expect((await tallymark("-h", "decoded/0001-hello.png.png")).out).toBe("qr_code:HELLO\n");
  });
});

describe("where images come from", () => {
  test("standard input", async () => {
    const child = start(["-"]);
    child.stdin?.end(await qrCode("PIPED"));
    expect(await ended(child)).toMatchObject({ status: 0, out: "-:qr_code:PIPED\n" });
  });

  test("a directory: its images by name, nothing hidden, nothing else, no deeper", async () => {
    expect((await tallymark("shelf")).out).toBe("shelf/1.PNG:qr_code:ONE\nshelf/2.png:qr_code:TWO\n");
  });

  test("--recursive: deeper, but not in circles", async () => {
    expect((await tallymark("-r", "shelf")).out).toBe(
      "shelf/1.PNG:qr_code:ONE\nshelf/2.png:qr_code:TWO\nshelf/deep/3.png:qr_code:THREE\n",
    );
  });

  test("a URL, and one that is not there", async () => {
    const hello = await qrCode("FAR");
    const server: Server = createServer((request, response) => {
      if (request.url === "/far.png") response.end(hello);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const base = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
    try {
      const { status, out, err } = await tallymark("-h", `${base}/far.png`, `${base}/none.png`);
      expect([status, out]).toEqual([2, "qr_code:FAR\n"]);
      expect(err).toContain("404");
    } finally {
      server.close();
    }
  });
});

describe("what is looked for", () => {
  test("R58 formats, regions, pattern, length and number", async () => {
    const found = async (...args: string[]) =>
      (await tallymark("-h", ...args, "two.png")).out.trimEnd().split("\n").sort();
    expect(await found()).toEqual(["qr_code:LEFT", "qr_code:RIGHT"]);
    expect(await found("--formats", "EAN-13,code_128")).toEqual([""]);
    expect(await found("-f", "ean_13", "-f", "qr_code")).toEqual(["qr_code:LEFT", "qr_code:RIGHT"]);
    expect(await found("--region", "0,0,50,100")).toEqual(["qr_code:LEFT"]);
    expect(await found("--region", "350,0,700,300px")).toEqual(["qr_code:RIGHT"]);
    expect(await found("--region", "0,0,50,100", "--region", "50,0,100,100")).toEqual([
      "qr_code:LEFT",
      "qr_code:RIGHT",
    ]);
    expect(await found("--pattern", "L.*")).toEqual(["qr_code:LEFT"]);
    expect(await found("--min-length", "5")).toEqual(["qr_code:RIGHT"]);
    expect(await found("--max-length", "4")).toEqual(["qr_code:LEFT"]);
    expect(await found("--first")).toHaveLength(1);
    expect(await found("--effort", "fast")).toEqual(["qr_code:LEFT", "qr_code:RIGHT"]);
  });
});

describe("many images", () => {
  test("several workers give the same lines in the same order", async () => {
    const many = Array.from({ length: 24 }, (_, i) =>
      i % 3 === 0 ? "shelf/1.PNG" : i % 3 === 1 ? "hello.png" : "blank.png",
    );
    const [alone, together] = [await tallymark("-j", "1", ...many), await tallymark("-j", "3", ...many)];
    expect(together).toEqual(alone);
    expect(together.out.split("\n")).toHaveLength(17);
    expect(together.err).toBe("");
  });

  test("a reader that goes away early is no error", async () => {
    const child = start(["--json", ...Array.from({ length: 40 }, () => "hello.png")]);
    child.stdout?.once("data", () => child.stdout?.destroy());
    const { status, err } = await ended(child);
    expect([status, err]).toEqual([0, ""]);
  });
});

test.skipIf(!existsSync("/dev/full"))("2 where the output cannot be written", async () => {
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, [join(installed, "dist", "cli.js"), "hello.png"], {
    cwd: images,
    stdio: ["ignore", full, "pipe"],
  });
  const { status, err } = await ended(child);
  closeSync(full);
  expect([status, err]).toEqual([2, expect.stringMatching(/^tallymark: standard output: .*no space[^\n]*\n$/)]);
});

test("without sharp one message names the remedy", async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "tallymark-bare-"));
  try {
    cpSync(installed, elsewhere, { recursive: true });
    const { status, out, err } = await ended(start(["hello.png", "blank.png"], join(elsewhere, "dist", "cli.js")));
    expect([status, out]).toEqual([2, ""]);
    expect(err.trim().split("\n")).toEqual([expect.stringMatching(/sharp.*[Ii]nstall/)]);
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});
