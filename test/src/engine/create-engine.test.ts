/** Where the core and the worker come from, and what is said when they do not come. In Node, from a built package. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine, EngineOptions } from "../../../src/index.js";
import { threeSymbols } from "../../contract/contract-images.js";
import { expectedReadings, orderFor, pixelsOf, readings, requestOf } from "../../contract/contract-kit.js";
import { buildPuppetCore } from "../../contract/puppet-core.js";
import { BUILD_TIMEOUT_MS, buildTestPackage, type TestPackage } from "../../contract/test-package.js";

let built: TestPackage;
let createEngine: (options?: EngineOptions) => Promise<Engine>;
let simd: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  built = await buildTestPackage();
  ({ createEngine } = await built.load("index.js"));
  simd = new Uint8Array(readFileSync(join(built.folder, "core.simd.wasm")));
}, BUILD_TIMEOUT_MS);
afterAll(() => built?.remove());

/** Kind of the engine, or code of the error. */
async function outcome(options: EngineOptions): Promise<string> {
  try {
    const engine = await createEngine(options);
    await engine.close();
    return engine.kind;
  } catch (error) {
    return (error as { code: string }).code ?? String(error);
  }
}

describe("where the core comes from", () => {
  test("nothing, a path, a file URL, bytes and a module will do", async () => {
    const path = join(built.folder, "core.wasm");
    const padded = new Uint8Array(simd.length + 16);
    padded.set(simd, 8);
    for (const options of [
      {},
      { wasmUrl: path },
      { wasmUrl: pathToFileURL(path) },
      { wasmUrl: pathToFileURL(path).href },
      { wasmBinary: simd },
      { wasmBinary: simd.slice().buffer },
      { wasmBinary: padded.subarray(8, 8 + simd.length) },
      { wasmModule: await WebAssembly.compile(simd) },
    ])
      expect(await outcome(options)).toBe("direct");
  });

  test("a file that is missing or no WebAssembly is wasm_load_failed", async () => {
    expect(await outcome({ wasmUrl: join(built.folder, "nowhere.wasm") })).toBe("wasm_load_failed");
    expect(await outcome({ wasmUrl: join(built.folder, "index.js") })).toBe("wasm_load_failed");
    expect(await outcome({ wasmBinary: new Uint8Array(0) })).toBe("wasm_load_failed");
    expect(await outcome({ wasmBinary: simd.subarray(0, 2000), verifyWasm: false })).toBe("wasm_load_failed");
  });

  test("a failed load is tried again", async () => {
    const wasmUrl = join(built.folder, "late.wasm");
    expect(await outcome({ wasmUrl })).toBe("wasm_load_failed");
    writeFileSync(wasmUrl, simd);
    expect(await outcome({ wasmUrl })).toBe("direct");
  });

  test("another build, another ABI and another module are wasm_mismatch, in a worker too", async () => {
    const puppet = await buildPuppetCore();
    const other = await buildPuppetCore(2);
    // (module (memory (export "memory") 1))
    const stranger = Uint8Array.of(
      0,
      97,
      115,
      109,
      1,
      0,
      0,
      0,
      5,
      3,
      1,
      0,
      1,
      7,
      10,
      1,
      6,
      109,
      101,
      109,
      111,
      114,
      121,
      2,
      0,
    );
    for (const worker of [false, true]) {
      expect(await outcome({ worker, wasmBinary: puppet })).toBe("wasm_mismatch");
      expect(await outcome({ worker, wasmBinary: puppet, verifyWasm: false })).toBe(worker ? "worker" : "direct");
      expect(await outcome({ worker, wasmBinary: other, verifyWasm: false })).toBe("wasm_mismatch");
      expect(await outcome({ worker, wasmModule: await WebAssembly.compile(stranger) })).toBe("wasm_mismatch");
    }
  });
});

describe("the two builds", () => {
  test("they read alike", async () => {
    const image = threeSymbols();
    for (const file of ["core.simd.wasm", "core.wasm"]) {
      const engine = await createEngine({ wasmUrl: join(built.folder, file) });
      expect(readings(await engine.decode(requestOf(pixelsOf(image, "rgba"))))).toEqual(expectedReadings(image));
      await engine.close();
    }
  });

  test("without SIMD the scalar one is taken, and the other not even looked at", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tallymark-scalar-"));
    try {
      for (const file of readdirSync(built.folder).filter((name) => name !== "core.simd.wasm"))
        copyFileSync(join(built.folder, file), join(folder, file));
      const program = `
        WebAssembly.validate = () => false;
        const { createEngine } = await import(process.argv[1]);
        console.log((await createEngine()).kind);`;
      const entry = pathToFileURL(join(folder, "index.js")).href;
      const output = execFileSync(process.execPath, ["--input-type=module", "-e", program, entry], { timeout: 20_000 });
      expect(output.toString().trim()).toBe("direct");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("options", () => {
  test.each([
    ["wasmUrl", 5],
    ["wasmBinary", "x"],
    ["wasmModule", {}],
    ["workerUrl", {}],
    ["worker", "yes"],
    ["fallback", 1],
    ["verifyWasm", null],
    ["timeoutMs", 0],
    ["timeoutMs", Number.NaN],
    ["startTimeoutMs", "1"],
    ["onWarning", true],
  ])("%s: %j is refused with its name", async (name, value) => {
    await expect(createEngine({ [name]: value } as EngineOptions)).rejects.toMatchObject({
      name: "ScanError",
      code: "invalid_option",
      message: expect.stringContaining(name),
    });
  });

  test("two sources of the core contradict each other", async () => {
    expect(await outcome({ wasmBinary: simd, wasmUrl: "core.wasm" })).toBe("invalid_option");
  });
});

describe("the worker", () => {
  const script = (name: string, text: string): string => {
    const path = join(built.folder, name);
    writeFileSync(path, text);
    return path;
  };

  test("one that does not load, dies or is mute gives way to the package's own, with one warning", async () => {
    const scripts = [
      join(built.folder, "nowhere.mjs"),
      script("dead.mjs", "throw new Error('dead on arrival');"),
      script("gone.mjs", "process.exit(0);"),
      script("mute.mjs", "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => {});"),
    ];
    for (const workerUrl of scripts) {
      const warnings: string[] = [];
      const onWarning = (text: string) => warnings.push(text);
      const engine = await createEngine({ worker: true, workerUrl, startTimeoutMs: 3000, onWarning });
      expect(engine.kind).toBe("worker");
      expect(warnings).toEqual([expect.stringContaining(workerUrl)]);
      await engine.close();
    }
  });

  test("where none starts, decoding runs on this thread, with one warning that names the remedy", async () => {
    const bare = await buildTestPackage();
    try {
      writeFileSync(join(bare.folder, "worker.js"), "throw new Error('dead on arrival');");
      const warnings: string[] = [];
      const { createEngine: create } = await bare.load("index.js");
      const engine = await create({ worker: true, onWarning: (text) => warnings.push(text) });
      expect(engine.kind).toBe("direct");
      expect(warnings).toEqual([expect.stringMatching(/workerUrl.*dead on arrival/)]);
      await engine.close();
    } finally {
      bare.remove();
    }
  });

  test("one that dies over an image is replaced; the image is tried once more and then refused", async () => {
    // Passes everything on to the real worker in a thread below, but dies of an image whose first pixel is 66.
    const log = join(built.folder, "deaths.txt");
    writeFileSync(log, "");
    const workerUrl = script(
      "fragile.mjs",
      `import { parentPort, Worker } from "node:worker_threads";
       import { appendFileSync } from "node:fs";
       const inner = new Worker(new URL("./worker.js", import.meta.url));
       inner.on("message", (message) => parentPort.postMessage(message));
       parentPort.on("message", (message) => {
         const job = message.argumentList?.[0]?.value;
         if (job?.source?.data?.[0] === 66) {
           appendFileSync(${JSON.stringify(log)}, "x");
           process.exit(1);
         }
         inner.postMessage(message);
       });`,
    );
    const engine = await createEngine({
      worker: true,
      workerUrl,
      wasmBinary: await buildPuppetCore(),
      verifyWasm: false,
    });
    const deadly = engine.decode(orderFor(66));
    const next = engine.decode(orderFor(67));
    await expect(deadly).rejects.toMatchObject({ code: "worker_failed", retryable: true });
    expect((await next).barcodes[0]?.rawValue).toBe("067");
    expect(readFileSync(log, "utf8")).toBe("xx");
    const moved = orderFor(66);
    await expect(
      engine.decode({ ...moved, source: { ...moved.source, transferable: true } as typeof moved.source }),
    ).rejects.toMatchObject({ code: "worker_failed" });
    expect(readFileSync(log, "utf8")).toBe("xxx");
    await engine.close();
  });

  test("pixels are moved only where the caller says so", async () => {
    const engine = await createEngine({ worker: true });
    const kept = orderFor(1);
    await engine.decode(kept);
    expect(kept.source.kind === "pixels" && kept.source.data.byteLength).toBe(256);
    const given = orderFor(1);
    const source = { ...given.source, transferable: true } as typeof given.source;
    await engine.decode({ ...given, source });
    expect(source.kind === "pixels" && source.data.byteLength).toBe(0);
    await engine.close();
  });

  test("an idle worker does not keep a process alive", () => {
    const program = `
      const { createEngine } = await import(${JSON.stringify(pathToFileURL(join(built.folder, "index.js")).href)});
      const engine = await createEngine({ worker: true });
      const source = { kind: "pixels", data: new Uint8Array(256), width: 16, height: 16, stride: 16, layout: "grey" };
      const { barcodes } = await engine.decode({ source, options: {}, sighting: { at: 0, forgetMs: 0 } });
      console.log(engine.kind, barcodes.length);`;
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], { timeout: 20_000 });
    expect(output.toString().trim()).toBe("worker 0");
  });
});

describe("importing", () => {
  test.each(["index.js", "inline.js", "rules.js"])("%s touches no global of a browser (SSR)", (file) => {
    const program = `
      for (const name of ["Worker", "document", "window", "navigator", "self", "location", "fetch", "crypto", "indexedDB", "WebAssembly"])
        Object.defineProperty(globalThis, name, { configurable: true, get() { throw new Error("touched " + name); } });
      const names = Object.keys(await import(${JSON.stringify(pathToFileURL(join(built.folder, file)).href)}));
      console.log(names.length > 0);`;
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], { timeout: 20_000 });
    expect(output.toString().trim()).toBe("true");
  });

  const textOf = (file: string): string => readFileSync(join(built.folder, file), "utf8");
  /** Files that are asked for by a fixed name, at once or later. */
  const importsOf = (code: string): string[] =>
    Array.from(
      code.matchAll(/(?:\bfrom|\bimport\(|(?:^|[;}])import)\s*["'`]([^"'`]+)["'`]/g),
      ([, name]) => name ?? "",
    );

  test("no file of the package imports by a bare name; worker.js and fallback-reader.js import nothing", () => {
    const files = readdirSync(built.folder).filter((file) => file.endsWith(".js") && file !== "cli.js");
    for (const file of files)
      for (const name of importsOf(textOf(file))) expect(files.map((other) => `./${other}`)).toContain(name);
    for (const file of ["worker.js", "fallback-reader.js"]) {
      expect(importsOf(textOf(file))).toEqual([]);
      expect(textOf(file)).not.toMatch(/\bimport\(/);
    }
    expect(importsOf(textOf("inline.js"))).toEqual(["./fallback-reader.js"]);
  });

  test("the texts that bundlers look for are kept", () => {
    const library = textOf("library.js");
    expect(library).toContain('new Worker(new URL("./worker.js",import.meta.url),{type:"module"})');
    expect(library).toContain('new URL("./core.simd.wasm",import.meta.url)');
    expect(library).toContain('new URL("./core.wasm",import.meta.url)');
  });

  test("what few pages need is in parts of their own", () => {
    const library = importsOf(textOf("library.js"));
    expect(importsOf(textOf("index.js"))).toEqual(["./library.js"]);
    for (const part of [
      "stage",
      "live-rig",
      "still-reads",
      "licensed-account",
      "direct-engine",
      "fallback-engine",
      "node-worker-link",
    ])
      expect(library).toContain(`./${part}.js`);
    expect(textOf("library.js")).not.toMatch(/limitInputPixels|TRY_HARDER/);
  });
});

describe("without WebAssembly", () => {
  const lockdown = `
    const fail = () => { throw new WebAssembly.CompileError("not allowed here"); };
    WebAssembly.Module = new Proxy(WebAssembly.Module, { construct: fail });
    const { createEngine } = await import(process.argv[1]);`;
  const run = (program: string): string =>
    execFileSync(
      process.execPath,
      ["--input-type=module", "-e", lockdown + program, pathToFileURL(join(built.folder, "index.js")).href],
      { timeout: 20_000 },
    )
      .toString()
      .trim();

  test("the fallback takes its place, with one warning", () => {
    const said = run(`
      const said = [];
      const engine = await createEngine({ onWarning: (text) => said.push(text) });
      console.log(engine.kind, said.length, said[0].includes("wasm-unsafe-eval"));`);
    expect(said).toBe("fallback 1 true");
  });

  test("fallback: false is wasm_unavailable", () => {
    expect(run(`await createEngine({ fallback: false }).catch(({ code }) => console.log(code));`)).toBe(
      "wasm_unavailable",
    );
  });
});
