/**
 * The look of the view, kept inside its shadow root. Text only; given to the browser as a constructed style sheet, which
 * a strict content security policy allows.
 *
 * Colours hold against any picture because every light line lies on a dark one (WCAG 2.2, 1.4.11).
 */
export const VIEW_STYLE = `
:host { display: block; position: relative; width: 100%; height: 100%; overflow: hidden; contain: layout paint; }
:host([data-overlay]) { position: absolute; inset: 0; pointer-events: none; }
video { display: block; width: 100%; height: 100%; background: #000; }
video[data-fit="cover"] { object-fit: cover; }
video[data-fit="contain"] { object-fit: contain; }
svg { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; }
.mask { fill: rgb(0 0 0 / .5); fill-rule: evenodd; }
.finder { fill: none; stroke: var(--tallymark-finder, #fff); stroke-width: 3; stroke-linecap: round; }
.finder-edge { fill: none; stroke: rgb(0 0 0 / .7); stroke-width: 6; stroke-linecap: round; }
.outline { opacity: 1; transition: opacity .35s linear; }
.outline[data-fading] { opacity: 0; }
.outline polygon { stroke-linejoin: round; }
.edge { fill: none; stroke: rgb(0 0 0 / .75); stroke-width: 7; }
.line { fill: var(--tallymark-fill, rgb(46 230 120 / .18)); stroke: var(--tallymark-line, #2ee678); stroke-width: 3; }
.notice { position: absolute; left: 50%; top: 50%; transform: translate(-50%, -50%); max-width: 80%; margin: 0;
  padding: .6em 1em; border-radius: .5em; background: rgb(0 0 0 / .8); color: #fff; text-align: center;
  font: 1rem/1.4 system-ui, sans-serif; }
.notice:empty, [hidden] { display: none; }
.controls { position: absolute; right: .75rem; bottom: .75rem; display: flex; gap: .5rem; pointer-events: auto; }
button { min-width: 44px; min-height: 44px; padding: .4em .9em; border: 2px solid #fff; border-radius: 999px;
  background: rgb(0 0 0 / .8); color: #fff; font: 600 .9rem/1.2 system-ui, sans-serif; cursor: pointer; }
button[aria-pressed="true"] { background: #fff; color: #000; border-color: #000; }
button:focus-visible { outline: 3px solid #fff; outline-offset: 2px; box-shadow: 0 0 0 7px #000; }
.status { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (prefers-reduced-motion: reduce) { .outline { transition: none; } }
@media (forced-colors: active) { button { border-color: ButtonText; } .line { stroke: Highlight; } }
`;

/** Gives a root its style: constructed where the browser can, else as an element with the page's nonce. */
export const applyStyle = (root: ShadowRoot, nonce: string | undefined): void => {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(VIEW_STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = root.ownerDocument.createElement("style");
    if (nonce) style.nonce = nonce;
    style.textContent = VIEW_STYLE;
    root.append(style);
  }
};
