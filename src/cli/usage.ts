/**
 * What `tallymark --help` says. Text only.
 */
import { FORMATS, MAKINGS } from "../formats.js";

export const USAGE = `Usage: tallymark [OPTION]... IMAGE...
Read the barcodes of images and print one line for each: FILE:FORMAT:VALUE

IMAGE is a file, a URL, a directory, or - for standard input.

What to look for:
  -f, --formats LIST         formats, separated by commas (default: all)
      --list-formats         print the formats and exit
  -e, --effort fast|thorough how much work to spend (default: thorough)
      --region L,T,R,B[px]   look only in this part: left, top, right, bottom
                             in percent, or in pixels with px; may be repeated
      --no-inverted          leave out light symbols on a dark ground
  -1, --first                stop after the first barcode of each image
      --all                  read all barcodes of each image (the default)
  -m, --max-symbols N        stop after N barcodes of each image
      --min-confidence N     leave out results below N of 100 (default: 30)
      --min-length N         leave out shorter texts
      --max-length N         leave out longer texts
      --pattern REGEX        keep only texts that match as a whole

Files:
  -r, --recursive            go into the directories within directories
  -j, --jobs N               images at a time (default: one for each processor)
      --timeout SECONDS      give up an image after so long (default: 20)

Output:
      --json                 one JSON object for each image, bytes in base64
      --raw                  the values only, byte for byte, a line feed after each
  -h, --no-filename          leave out FILE
  -q, --quiet                print nothing; stop at the first barcode
      --no-messages          say nothing about files that cannot be read
      --no-progress          no progress bar
      --save-decoded DIR     save the images that were decoded as PNG, to debug
      --help                 print this and exit
      --version              print the version and exit

In lines for people, \\ line feeds and other control characters are escaped.

Exit status: 0 if a barcode was found, 1 if none was, 2 if there was an error
(with --quiet, 0 as soon as one was found).
`;

/** One line for each format: name, kind, standard. */
export function formatList(): string {
  const width = Math.max(...FORMATS.map(({ name }) => name.length)) + 2;
  return FORMATS.map(({ name, kind }) => `${name.padEnd(width)}${kind.padEnd(8)}${MAKINGS[name].standard}\n`).join("");
}
