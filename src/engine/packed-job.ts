/**
 * A job made ready for the way to a worker: only the rows that are to be read, in a buffer that can be moved. Pure but
 * for what it is allowed to move.
 */
import type { CoreJob, CoreReport } from "./protocol.js";

export interface PackedJob {
  readonly job: CoreJob;
  readonly moved: Transferable[];
  /** The report in coordinates of the image that was packed. */
  unshift(report: CoreReport): CoreReport;
}

export function packJob(job: CoreJob): PackedJob {
  const { source, rects } = job;
  if (source.kind === "frame") return { job, moved: [source.frame], unshift: (report) => report };
  if (source.transferable && source.data.buffer instanceof ArrayBuffer)
    return { job, moved: [source.data.buffer], unshift: (report) => report };
  // A view is cloned with all of the buffer behind it; a copy of the rows costs less and can be moved.
  const top = Math.min(...rects.map(({ y }) => y));
  const bottom = Math.max(...rects.map(({ y, height }) => y + height));
  const data = source.data.slice(top * source.stride, bottom * source.stride);
  return {
    job: {
      ...job,
      source: { ...source, data, height: bottom - top },
      rects: rects.map((rect) => ({ ...rect, y: rect.y - top })),
    },
    moved: [data.buffer as ArrayBuffer],
    unshift: (report) => ({ ...report, parts: report.parts.map((part) => ({ ...part, y: part.y + top })) }),
  };
}
