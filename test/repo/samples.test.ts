/** Shows that the samples of README and docs are accepted by the compiler, as they would be in a page of somebody's own. */
import ts from "typescript";
import { expect, it } from "vitest";
import { root, textOf } from "./tracked-files.js";

const PAGES = ["README.md", "docs/errors.md", "docs/gs1.md", "docs/license.md"];

/** What the samples take for granted. */
const AROUND = `
  type Library = typeof import("tallymark");
  declare const BarcodeScanner: Library["BarcodeScanner"];
  declare const reader: import("tallymark").BarcodeReader;
  declare const container: HTMLElement;
  declare const file: File;
  declare const image: ImageData;
  declare function show(text: unknown): void;
  declare function offerAnotherTry(): void;`;

const at = (path: string): string => ts.sys.resolvePath(`${root}/${path}`);

it("the samples compile", () => {
  const texts = new Map([[at("around.d.ts"), AROUND]]);
  for (const page of PAGES) {
    for (const [index, [, code = ""]] of Array.from(textOf(page).matchAll(/^```ts\n(.*?)^```/gms)).entries())
      texts.set(at(`${page}.${index}.ts`), `${code}\nexport {};`);
  }
  expect(texts.size).toBeGreaterThan(PAGES.length);
  const config = ts.readConfigFile(at("tsconfig.json"), ts.sys.readFile);
  const { options: ours } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const options = {
    ...ours,
    noUncheckedIndexedAccess: false,
    noUnusedLocals: false,
    paths: { tallymark: [at("src/index.ts")] },
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = texts.get(file);
    return text === undefined ? getSourceFile(file, version, ...rest) : ts.createSourceFile(file, text, version);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  const problems = [...texts.keys()].flatMap((file) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => `${file.slice(at(".").length)}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`),
  );
  expect(problems).toEqual([]);
}, 60_000);
