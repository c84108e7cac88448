/**
 * A camera that shows what a test wants to be seen, where the browser's own shows a test pattern only: a drawn canvas in place
 * of getUserMedia. Knows neither scanner nor barcodes.
 */

/** A picture as JSON: one byte of grey per pixel, in base64. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly grey: string;
}

/** What stands before the camera, and for how many milliseconds. */
export interface Shot {
  readonly picture: Picture;
  readonly ms: number;
}

const FRAMES_PER_SECOND = 15;

export const bytesOf = ({ grey }: Picture): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(grey), (char) => char.charCodeAt(0));

export function imageOf(picture: Picture): ImageData {
  const { width, height } = picture;
  const image = new ImageData(width, height);
  bytesOf(picture).forEach((luma, at) => image.data.set([luma, luma, luma, 255], at * 4));
  return image;
}

export function canvasOf(picture: Picture): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
  canvas.getContext("2d")?.putImageData(imageOf(picture), 0, 0);
  return canvas;
}

let shots: { readonly canvas: HTMLCanvasElement; readonly ms: number }[] = [];

/** The shots one after the other, over and over, in every stream that is open or will be. */
export function pointCamera(wanted: readonly Shot[]): void {
  shots = wanted.map(({ picture, ms }) => ({ canvas: canvasOf(picture), ms }));
}

function shown(): HTMLCanvasElement | undefined {
  let at = performance.now() % shots.reduce((sum, { ms }) => sum + ms, 0);
  return shots.find(({ ms }) => (at -= ms) < 0)?.canvas;
}

/** Every track that was given, so that a test can tell which are still open. */
const tracks: MediaStreamTrack[] = [];

export const liveTracks = (): number => tracks.filter(({ readyState }) => readyState === "live").length;

/** Puts another source in the place of getUserMedia, on the prototype: WebKit forgets what is set on the object itself. */
function setSource(source: MediaDevices["getUserMedia"]): void {
  MediaDevices.prototype.getUserMedia = async function (constraints) {
    const stream = await source.call(this, constraints);
    tracks.push(...stream.getTracks());
    return stream;
  };
}

if (navigator.mediaDevices) setSource(MediaDevices.prototype.getUserMedia);

/** From now on the page's cameras show the shots. */
export function replaceCamera(): void {
  setSource(async () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [640, 480];
    const context = canvas.getContext("2d");
    let turn = 0;
    const draw = () => {
      const picture = shown();
      // A stream delivers a frame only when its canvas was drawn on.
      if (picture) context?.drawImage(picture, (turn ^= 1), 0);
    };
    draw();
    const stream = canvas.captureStream(FRAMES_PER_SECOND);
    const [track] = stream.getVideoTracks();
    const timer = setInterval(() => {
      if (track?.readyState === "ended") clearInterval(timer);
      else draw();
    }, 1000 / FRAMES_PER_SECOND);
    return stream;
  });
}
