/**
 * A linear symbol's place as the row scan hands it to a linear decoder: a grey profile taken along the normal to the
 * bars, aligned and averaged over many parallel scan lines.
 */
@unmanaged
export class Strip {
  /** Ends of the centre line in pixels of level 0. */
  x0: f32;
  y0: f32;
  x1: f32;
  y1: f32;
  /** Height of the bars in pixels, measured along them. */
  height: f32;
}
