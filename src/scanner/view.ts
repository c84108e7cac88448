/**
 * What a person sees of a scanner: video, viewfinder, region mask, outlines of found codes, a notice, two buttons and a
 * live region for screen readers. Lives in a shadow root, so that no style leaks in or out. Must not know cameras.
 */
import type { ScanErrorCode } from "../errors.js";
import type { PixelRect } from "../region.js";
import type { Barcode } from "../types.js";
import type { ButtonState } from "./camera-buttons.js";
import type { ScannerState } from "./events.js";
import { errorMessage, fill, type Messages } from "./messages.js";
import { expire, FADE_AFTER_MS, GONE_AFTER_MS, isFading, type Outline, trackOutlines } from "./outline.js";
import { type RegionPlan, regionsInView } from "./scan-region.js";
import { applyStyle } from "./view-style.js";
import { type Fit, isShown, toView, type Viewport } from "./viewport.js";

export interface ViewOptions {
  readonly container: HTMLElement;
  readonly video: HTMLVideoElement;
  /** The video is the application's own: only the overlay is laid over it. */
  readonly isOverlay: boolean;
  readonly messages: Messages;
  readonly locale: string | undefined;
  readonly nonce: string | undefined;
  readonly fit: "cover" | "contain";
  readonly showOutlines: boolean;
  readonly showViewfinder: boolean;
  readonly showControls: boolean;
  /** After so long what was announced is taken out of the page again (R6). */
  readonly forgetMs: number;
  readonly onTorch: (isOn: boolean) => void;
  readonly onSwitch: () => void;
}

const SVG = "http://www.w3.org/2000/svg";
/** Longest part of a value that is read out; a screen reader cannot be stopped by what is in a code. */
const SPOKEN_LENGTH = 80;
/** Length of the viewfinder's corner marks as part of the shorter side. */
const MARK_PART = 0.12;

const cornerMarks = ({ x, y, width, height }: PixelRect): string => {
  const mark = Math.min(width, height) * MARK_PART;
  const right = x + width;
  const bottom = y + height;
  return (
    `M${x} ${y + mark}V${y}H${x + mark}M${right - mark} ${y}H${right}V${y + mark}` +
    `M${right} ${bottom - mark}V${bottom}H${right - mark}M${x + mark} ${bottom}H${x}V${bottom - mark}`
  );
};

export class View {
  readonly video: HTMLVideoElement;
  readonly #options: ViewOptions;
  readonly #host: HTMLElement;
  readonly #isOverlay: boolean;
  readonly #svg: SVGSVGElement;
  readonly #mask: SVGPathElement;
  readonly #marks: readonly SVGPathElement[];
  readonly #outlineLayer: SVGGElement;
  readonly #notice: HTMLElement;
  readonly #status: HTMLElement;
  readonly #controls: HTMLElement;
  readonly #torch: HTMLButtonElement;
  readonly #switch: HTMLButtonElement;
  readonly #resize: ResizeObserver | undefined;

  #messages: Messages;
  #outlines: readonly Outline[] = [];
  readonly #groups = new Map<number, SVGGElement>();
  #plan: RegionPlan | undefined;
  #zoom = 1;
  #isMirrored = false;
  #isFailed = false;
  #fadeTimer: ReturnType<typeof setTimeout> | undefined;
  #spokenTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ViewOptions) {
    this.#options = options;
    this.#messages = options.messages;
    const { container, messages } = options;
    const page = container.ownerDocument;
    this.#isOverlay = options.isOverlay;
    this.#host = page.createElement("div");
    this.#host.setAttribute("role", "group");
    if (options.locale) this.#host.lang = options.locale;
    if (this.#isOverlay) this.#host.dataset.overlay = "";
    const root = this.#host.attachShadow({ mode: "open" });
    applyStyle(root, options.nonce);

    const make = <K extends keyof HTMLElementTagNameMap>(tag: K, className = ""): HTMLElementTagNameMap[K] =>
      Object.assign(page.createElement(tag), { className });
    const draw = <K extends keyof SVGElementTagNameMap>(tag: K, className = ""): SVGElementTagNameMap[K] => {
      const element = page.createElementNS(SVG, tag);
      if (className) element.setAttribute("class", className);
      return element;
    };
    this.video = options.video;
    if (!this.#isOverlay) {
      this.video.dataset.fit = options.fit;
      this.video.tabIndex = -1;
      this.video.setAttribute("aria-hidden", "true");
      this.video.disablePictureInPicture = true;
      root.append(this.video);
    }
    this.#svg = draw("svg");
    this.#svg.setAttribute("aria-hidden", "true");
    this.#mask = draw("path", "mask");
    this.#marks = [draw("path", "finder-edge"), draw("path", "finder")];
    this.#outlineLayer = draw("g");
    this.#svg.append(this.#mask, ...this.#marks, this.#outlineLayer);

    this.#notice = make("p", "notice");
    this.#notice.setAttribute("role", "alert");
    this.#status = make("div", "status");
    this.#status.setAttribute("role", "status");
    this.#status.setAttribute("aria-live", "polite");
    this.#controls = make("div", "controls");
    this.#torch = this.#button(make("button"), () =>
      options.onTorch(this.#torch.getAttribute("aria-pressed") !== "true"),
    );
    this.#torch.setAttribute("aria-pressed", "false");
    this.#switch = this.#button(make("button"), options.onSwitch);
    this.#controls.append(this.#torch, this.#switch);
    root.append(this.#svg, this.#notice, this.#controls, this.#status);
    container.append(this.#host);
    this.setMessages(messages);

    this.video.addEventListener("resize", this.#redraw);
    if (typeof ResizeObserver === "function") {
      this.#resize = new ResizeObserver(this.#redraw);
      this.#resize.observe(this.video);
    }
  }

  /** Speaks another language from now on; what is read already stays. */
  setMessages(messages: Messages): void {
    this.#messages = messages;
    this.#host.setAttribute("aria-label", messages.view);
    this.#torch.textContent = messages.torch;
    this.#switch.textContent = messages.switchCamera;
  }

  /** Where the picture lies now. Measured each time: a turned phone or a new layout is never missed. */
  viewport(videoWidth = this.video.videoWidth, videoHeight = this.video.videoHeight): Viewport {
    const { offsetWidth: boxWidth, offsetHeight: boxHeight } = this.video;
    const fit = this.#isOverlay ? fitOf(this.video) : this.#options.fit;
    return { boxWidth, boxHeight, videoWidth, videoHeight, fit, zoom: this.#zoom, isMirrored: this.#isMirrored };
  }

  setRegions(plan: RegionPlan): void {
    this.#plan = plan;
    this.#redraw();
  }

  /** Digital zoom and mirroring; an application's own video is left as it is. */
  setPicture(zoom: number, isMirrored: boolean): void {
    this.#zoom = zoom;
    this.#isMirrored = isMirrored && !this.#isOverlay;
    if (!this.#isOverlay) {
      const isPlain = zoom === 1 && !this.#isMirrored;
      this.video.style.transform = isPlain ? "" : `scale(${this.#isMirrored ? -zoom : zoom}, ${zoom})`;
    }
    this.#redraw();
  }

  setControls(controls: ButtonState): void {
    const { showControls } = this.#options;
    this.#torch.hidden = !showControls || !controls.torch;
    this.#torch.setAttribute("aria-pressed", String(controls.isTorchOn));
    this.#switch.hidden = !showControls || controls.cameras < 2;
  }

  showState(state: ScannerState): void {
    const { starting, paused, recovering } = this.#messages;
    const notice: Partial<Record<ScannerState, string>> = { starting, paused, recovering };
    if (state === "idle" || state === "closed") {
      this.setControls({ torch: false, isTorchOn: false, cameras: 0 });
      this.#clearFound();
      if (!this.#isFailed) this.#notice.textContent = ""; // what went wrong stays readable
      return;
    }
    this.#isFailed = false;
    this.#notice.textContent = notice[state] ?? "";
    if (state !== "scanning") this.#clearFound();
  }

  showError(code: ScanErrorCode): void {
    this.#isFailed = true;
    this.#notice.textContent = errorMessage(this.#messages, code);
  }

  /** Draws what a frame of this size showed. */
  showFound(barcodes: readonly Barcode[], width: number, height: number): void {
    if (!this.#options.showOutlines) return;
    if (barcodes.length === 0 && this.#outlines.length === 0) return;
    // Corners are coordinates of the decoded frame; the video may have changed its size since.
    const scaleX = (this.video.videoWidth || width) / width;
    const scaleY = (this.video.videoHeight || height) / height;
    const scaled = barcodes.map((barcode) => ({
      ...barcode,
      cornerPoints: barcode.cornerPoints.map(({ x, y }) => ({
        x: x * scaleX,
        y: y * scaleY,
      })) as unknown as Barcode["cornerPoints"],
    }));
    this.#outlines = trackOutlines(this.#outlines, scaled, performance.now());
    this.#drawOutlines();
  }

  /** Tells new codes to who does not see them. */
  announce(fresh: readonly Barcode[]): void {
    const [first] = fresh;
    if (!first) return;
    const messages = this.#messages;
    this.#status.textContent =
      fresh.length === 1
        ? fill(messages.found, {
            format: first.format.replaceAll("_", " "),
            value: first.rawValue.slice(0, SPOKEN_LENGTH),
          })
        : fill(messages.foundMany, { count: fresh.length });
    clearTimeout(this.#spokenTimer);
    this.#spokenTimer = setTimeout(() => this.#status.replaceChildren(), Math.max(this.#options.forgetMs, 1000));
  }

  /** Leaves no node, observer, timer or listener behind. */
  close(): void {
    this.#resize?.disconnect();
    this.video.removeEventListener("resize", this.#redraw);
    this.#clearFound();
    this.#host.remove();
  }

  #clearFound(): void {
    clearTimeout(this.#fadeTimer);
    clearTimeout(this.#spokenTimer);
    this.#status.replaceChildren();
    this.#outlines = [];
    this.#drawOutlines();
  }

  #button(button: HTMLButtonElement, onClick: () => void): HTMLButtonElement {
    button.type = "button";
    button.hidden = true;
    button.addEventListener("click", onClick);
    return button;
  }

  readonly #redraw = (): void => {
    const viewport = this.viewport();
    if (!isShown(viewport)) return;
    const { x, y, width, height } = this.#boxInHost();
    this.#svg.setAttribute("viewBox", `${-x} ${-y} ${width} ${height}`);
    const { boxWidth, boxHeight } = viewport;
    const rects = this.#plan && this.#options.showViewfinder ? regionsInView(this.#plan, viewport) : [];
    const holes = rects.map((rect) => `M${rect.x} ${rect.y}h${rect.width}v${rect.height}h${-rect.width}Z`);
    this.#mask.setAttribute("d", rects.length ? `M0 0H${boxWidth}V${boxHeight}H0Z${holes.join("")}` : "");
    for (const path of this.#marks) path.setAttribute("d", rects.map(cornerMarks).join(""));
    this.#drawOutlines();
  };

  /** Where the video's box lies in the overlay, whose units are the box's CSS pixels. */
  #boxInHost(): PixelRect {
    if (!this.#isOverlay) return { x: 0, y: 0, width: this.video.offsetWidth, height: this.video.offsetHeight };
    const host = this.#host.getBoundingClientRect();
    const box = this.video.getBoundingClientRect();
    return { x: box.left - host.left, y: box.top - host.top, width: host.width, height: host.height };
  }

  readonly #drawOutlines = (): void => {
    const at = performance.now();
    this.#outlines = expire(this.#outlines, at);
    const viewport = this.viewport();
    const kept = new Set<number>();
    if (isShown(viewport)) {
      for (const outline of this.#outlines) {
        kept.add(outline.id);
        this.#drawOutline(outline, viewport, at);
      }
    }
    for (const [id, group] of this.#groups) {
      if (kept.has(id)) continue;
      group.remove();
      this.#groups.delete(id);
    }
    clearTimeout(this.#fadeTimer);
    if (this.#outlines.length > 0) {
      this.#fadeTimer = setTimeout(this.#drawOutlines, Math.min(FADE_AFTER_MS, GONE_AFTER_MS) + 20);
    }
  };

  #drawOutline(outline: Outline, viewport: Viewport, at: number): void {
    let group = this.#groups.get(outline.id);
    if (!group) {
      const page = this.#svg.ownerDocument;
      group = page.createElementNS(SVG, "g");
      group.setAttribute("class", "outline");
      for (const className of ["edge", "line"]) {
        const polygon = page.createElementNS(SVG, "polygon");
        polygon.setAttribute("class", className);
        group.append(polygon);
      }
      this.#groups.set(outline.id, group);
      this.#outlineLayer.append(group);
    }
    const points = outline.corners
      .map((corner) => toView(corner, viewport))
      .map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`)
      .join(" ");
    for (const polygon of group.children) polygon.setAttribute("points", points);
    group.toggleAttribute("data-fading", isFading(outline, at));
  }
}

const fitOf = (video: HTMLVideoElement): Fit => {
  const fit = getComputedStyle(video).objectFit;
  return fit === "cover" || fit === "fill" ? fit : "contain";
};
