/** Everything that makes test images. */
export * from "./background.js";
export * from "./camera-effects.js";
export * from "./geometry.js";
export * from "./scene.js";
export type { Cover, Ink, Picture } from "./symbol-raster.js";
