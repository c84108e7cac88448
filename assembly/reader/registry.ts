/** Generated from src/formats.ts by `npm run generate`. The only importer of symbologies. */
import { Strip } from "../kit/strip";

/** Lets every matrix symbology that is asked for look at the frame. */
export function readMatrix(): void {}

/** Lets every linear symbology that is asked for look at one strip. */
export function readLinear(strip: Strip): void {}
