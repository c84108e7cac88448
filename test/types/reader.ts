/**
 * What the compiler lets a caller of the reader write, and what not. Compiled by `npm run typecheck`, never run.
 */
import type { Barcode, BarcodeFormat, BarcodeReader, ReadResult, ScanError, ScanErrorCode } from "../../src/index.js";

declare const reader: BarcodeReader;
declare const error: ScanError;
declare const file: File;

const barcodes: readonly Barcode[] = await reader.read(file, { formats: ["qr_code"], signal: AbortSignal.timeout(9) });
const format: BarcodeFormat | undefined = barcodes[0]?.format;
const result: ReadResult = await reader.readDetailed(file, { keepDecodedImage: true });
for (const input of ["a.png", new URL("file:///a.png"), new Uint8Array(9), new ArrayBuffer(9)])
  await reader.read(input);
await reader.read({ data: new Uint8Array(100), width: 10, height: 10, stride: 10, layout: "grey" });

// @ts-expect-error a format that does not exist
await reader.read(file, { formats: ["qr"] });
// @ts-expect-error a slip of the pen
await reader.read(file, { minConfidance: 30 });
// @ts-expect-error the decoded image comes with readDetailed()
await reader.read(file, { keepDecodedImage: true });
// @ts-expect-error a number is no image
await reader.read(5);
// @ts-expect-error a layout that does not exist
await reader.read({ data: new Uint8Array(100), width: 10, height: 10, layout: "rgb" });
// @ts-expect-error results are not changed
result.barcodes.length = 0;
// @ts-expect-error a code that does not exist
error.code satisfies Exclude<ScanErrorCode, "network">;

export { format };
