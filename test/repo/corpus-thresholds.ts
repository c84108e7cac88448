/**
 * What the shared corpus must give: at least so many images read and at most so many with a wrong read, per set, upright
 * and with all formats enabled. A change that reads more prints the number to write down here; the rows only go up.
 */
export interface Threshold {
  /** Images of which every labelled symbol is read. */
  readonly read: number;
  /** Images with a result that is none of their symbols. */
  readonly wrong: number;
}

export const THRESHOLDS: Readonly<Record<string, Threshold>> = {
  "aztec-1": { read: 32, wrong: 0 },
  "aztec-2": { read: 16, wrong: 0 },
  "code128-1": { read: 6, wrong: 0 },
  "code128-2": { read: 14, wrong: 0 },
  "code128-3": { read: 2, wrong: 0 },
  "databarltd-1": { read: 2, wrong: 0 },
  "datamatrix-1": { read: 30, wrong: 0 },
  "datamatrix-2": { read: 13, wrong: 0 },
  "datamatrix-3": { read: 25, wrong: 0 },
  "datamatrix-4": { read: 21, wrong: 0 },
  "datamatrix-5": { read: 5, wrong: 0 },
  "codabar-1": { read: 11, wrong: 0 },
  "codabar-2": { read: 4, wrong: 0 },
  "code39-1": { read: 6, wrong: 0 },
  "code39-2": { read: 3, wrong: 0 },
  "code39-3": { read: 5, wrong: 0 },
  "code93-1": { read: 3, wrong: 0 },
  // The fourteenth has four digits, which are read where the format is named.
  "itf-1": { read: 13, wrong: 0 },
  "itf-2": { read: 6, wrong: 0 },
  "telepen-1": { read: 4, wrong: 0 },
  "ean13-1": { read: 15, wrong: 0 },
  "ean13-2": { read: 15, wrong: 0 },
  "ean13-3": { read: 8, wrong: 0 },
  "ean13-4": { read: 19, wrong: 0 },
  "ean13-extension-1": { read: 5, wrong: 0 },
  "ean8-1": { read: 9, wrong: 0 },
  "maxicode-1": { read: 9, wrong: 0 },
  "micropdf417-1": { read: 10, wrong: 0 },
  "pdf417-1": { read: 16, wrong: 0 },
  "pdf417-2": { read: 25, wrong: 0 },
  "pdf417-3": { read: 16, wrong: 0 },
  // The second and third part of a macro symbol whose character set only the first part names: a byte of it is guessed.
  "pdf417-4": { read: 4, wrong: 1 },
  "microqrcode-1": { read: 16, wrong: 0 },
  "qrcode-1": { read: 8, wrong: 0 },
  "qrcode-2": { read: 55, wrong: 0 },
  "qrcode-3": { read: 18, wrong: 0 },
  "qrcode-4": { read: 24, wrong: 0 },
  "qrcode-5": { read: 16, wrong: 0 },
  "qrcode-6": { read: 15, wrong: 0 },
  "qrcode-7": { read: 4, wrong: 0 },
  "rss14-1": { read: 12, wrong: 0 },
  "rss14-2": { read: 6, wrong: 0 },
  "rssexpanded-1": { read: 37, wrong: 0 },
  "rssexpanded-2": { read: 7, wrong: 0 },
  "rssexpanded-3": { read: 118, wrong: 0 },
  "rssexpandedstacked-1": { read: 62, wrong: 0 },
  "rssexpandedstacked-2": { read: 2, wrong: 0 },
  "rmqrcode-1": { read: 3, wrong: 0 },
  "upca-1": { read: 5, wrong: 0 },
  "upca-2": { read: 26, wrong: 0 },
  "upca-3": { read: 6, wrong: 0 },
  "upca-4": { read: 13, wrong: 0 },
  "upca-5": { read: 20, wrong: 0 },
  "upca-extension-1": { read: 6, wrong: 0 },
  "upce-1": { read: 3, wrong: 0 },
  "upce-2": { read: 14, wrong: 0 },
  "upce-3": { read: 11, wrong: 0 },
};

/** Sets not named above hold symbologies that are not read yet, or nothing: no result may be wrong. */
export const OTHERS: Threshold = { read: 0, wrong: 0 };

/** Quarter turns by which pictures without a barcode are shown as well. */
export const FALSE_POSITIVE_TURNS = [0, 90, 180, 270] as const;
