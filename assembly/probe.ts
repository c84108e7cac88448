/** Test build only: everything that unit tests reach into, with bounds checks on. */
export * from "./index";
export { alloc, mark, release, reset, wipe } from "./memory/arena";
export { binaryAt, columnsAt, planeAt, rowsAt } from "./image/frame";
