/**
 * Checks of names that cross the wire, by what they name; one by one and marked as pure, so that a bundler leaves out what a page
 * does not check. It must not know which names exist.
 */
import { dayStart } from "../period.js";
import { text, that } from "./check.js";
import { CODE, FRIENDLY_NAME_LENGTH, ORGANISATION } from "./names.js";

export const organisation = /* @__PURE__ */ text(/* @__PURE__ */ new RegExp(`^${ORGANISATION}$`), "an organisation id");
export const code = /* @__PURE__ */ text(CODE, "a handshake code (organisation-name)");
export const device = /* @__PURE__ */ text(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "a UUID in lower case");
export const epoch = /* @__PURE__ */ text(/^[0-9a-f]{16}$/, "16 hexadecimal digits");
export const metric = /* @__PURE__ */ text(/^[a-z][a-z0-9_]{0,31}$/, "the name of a symbology");
export const day = /* @__PURE__ */ that(
  text(/^\d{4}-\d{2}-\d{2}$/, "a day (YYYY-MM-DD)"),
  (day) => !Number.isNaN(dayStart(day)),
  "a day",
);
/** 128 random bits or more. */
export const nonce = /* @__PURE__ */ text(/^[A-Za-z0-9_-]{22,64}$/, "a nonce in base64url");
/** 256 bits: a coordinate of P-256, an A256GCM key, a thumbprint. */
export const bits256 = /* @__PURE__ */ text(/^[A-Za-z0-9_-]{43}$/, "32 bytes in base64url");
export const password = /* @__PURE__ */ text(/^[^\0]{1,128}$/, "1–128 characters");
export const friendlyName = /* @__PURE__ */ text(
  /* @__PURE__ */ new RegExp(`^[^\\p{Cc}]{1,${FRIENDLY_NAME_LENGTH}}$`, "u"),
  "1–255 characters, none of control",
);
export const version = /* @__PURE__ */ text(/^[0-9A-Za-z.+-]{1,32}$/, "a version");
