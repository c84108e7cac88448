/**
 * A core that does what the first pixel of a grey image says, so that the engines around it can be tested without any
 * decoder: it reads that pixel as an EAN-8 symbol, traps, hangs, takes its time, or runs out of memory.
 */
import asc from "assemblyscript/asc";
import { HANGS, RUNS_OUT_OF_MEMORY, TAKES_ITS_TIME, TALKS_NONSENSE, TRAPS } from "./orders.js";

const SOURCE = `
const PIXELS: usize = 65536;
const BLOCK: usize = 4096;
export function abiVersion(): i32 { return ABI; }
export function begin(width: i32, height: i32, layout: i32): usize {
  if (width == 0) return 0;
  const stride = (width + 63) & ~63;
  const need = ((<i32>PIXELS + stride * height * (layout == 0 ? 1 : 4) + 0xffff) >> 16) - memory.size();
  if (need > 0 && memory.grow(need) < 0) return 0;
  return PIXELS;
}
export function push(rows: i32): void {}
function put(index: usize, value: i32): void { store<i32>(BLOCK + (index << 2), value); }
export function decode(): usize {
  const pixel = <i32>load<u8>(PIXELS);
  if (pixel == ${TRAPS}) unreachable();
  if (pixel == ${RUNS_OUT_OF_MEMORY}) return 0;
  let wait: i64 = pixel == ${HANGS} ? i64.MAX_VALUE : pixel == ${TAKES_ITS_TIME} ? 20000000 : 0;
  while (wait > 0) { wait--; store<i64>(2048, wait); }
  memory.fill(BLOCK, 0, 200);
  put(0, ABI);
  put(1, 176);
  put(2, pixel == ${TALKS_NONSENSE} ? 1000 : 1);
  put(8, 2);
  put(10, 90);
  put(8 + 12, 160);
  put(8 + 13, 3);
  put(8 + 14, 164);
  put(8 + 15, 1);
  put(8 + 16, 0x34);
  put(41, -3);
  put(42, 0);
  put(43, 3);
  store<u8>(BLOCK + 160, <u8>(0x30 + pixel / 100));
  store<u8>(BLOCK + 161, <u8>(0x30 + pixel / 10 % 10));
  store<u8>(BLOCK + 162, <u8>(0x30 + pixel % 10));
  return BLOCK;
}
`;

/** The bytes of a puppet that claims to speak this version of the ABI. */
export async function buildPuppetCore(abiVersion = 1): Promise<Uint8Array<ArrayBuffer>> {
  const { error, binary, stderr } = await asc.compileString(SOURCE.replaceAll("ABI", String(abiVersion)), {
    optimizeLevel: 3,
    runtime: "stub",
    use: ["abort="],
    memoryBase: 8192,
    initialMemory: 2,
  });
  if (error || !binary) throw new Error(`asc failed: ${stderr?.toString()}`);
  return new Uint8Array(binary);
}
