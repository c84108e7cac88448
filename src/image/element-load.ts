/**
 * Waits until an image element has its picture. Knows elements and events, nothing of pixels.
 */
import { abortable, throwIfAborted } from "../abort.js";
import { ScanError } from "../errors.js";

/**
 * The element itself once it is loaded, or a stand-in for one that the page holds back (`loading="lazy"`).
 * @throws ScanError `empty_image` without a source, `invalid_image` where loading failed, `aborted`
 */
export async function loadedImage(
  element: HTMLImageElement,
  signal: AbortSignal | undefined,
): Promise<HTMLImageElement> {
  if (!element.currentSrc && !element.src && !element.srcset)
    throw new ScanError("empty_image", "The image element has no source.");
  const image = !element.complete && element.loading === "lazy" ? eagerTwin(element) : element;
  if (!image.complete) await abortable(settled(image), signal);
  throwIfAborted(signal);
  if (image.naturalWidth === 0 || image.naturalHeight === 0)
    throw new ScanError(
      "invalid_image",
      "The image element could not load its image: the address is wrong or what is there is no image.",
    );
  return image;
}

/** A new image element that loads at once. */
export function imageFrom(url: string, crossOrigin?: string | null): HTMLImageElement {
  const image = new Image();
  if (crossOrigin !== undefined && crossOrigin !== null) image.crossOrigin = crossOrigin;
  image.src = url;
  return image;
}

const eagerTwin = (element: HTMLImageElement): HTMLImageElement =>
  imageFrom(element.currentSrc || element.src, element.crossOrigin);

/** Resolves at the next load or error, whichever it is: the element's size tells them apart. */
function settled(image: HTMLImageElement): Promise<void> {
  return new Promise((resolve) => {
    image.addEventListener("load", () => resolve(), { once: true });
    image.addEventListener("error", () => resolve(), { once: true });
  });
}
