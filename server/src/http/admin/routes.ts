/** All routes of the admin API that somebody has to be signed in for. */
import type { AdminRoute } from "./admin-route.js";
import { API_KEY_ROUTES } from "./api-keys.js";
import { AUDIT_ROUTES } from "./audit.js";
import { CODE_ROUTES } from "./codes.js";
import { DEVICE_ROUTES } from "./devices.js";
import { ITEM_ROUTES } from "./items.js";
import { ORDER_ROUTES } from "./orders.js";
import { ORGANISATION_ROUTES } from "./organisations.js";
import { SERVER_KEY_ROUTES } from "./server-keys.js";
import { SESSION_ROUTES } from "./sessions.js";
import { USAGE_ROUTES } from "./usage.js";
import { USER_ROUTES } from "./users.js";

export const ADMIN_ROUTES: readonly AdminRoute[] = [
  ...SESSION_ROUTES,
  ...ORGANISATION_ROUTES,
  ...USER_ROUTES,
  ...API_KEY_ROUTES,
  ...CODE_ROUTES,
  ...ITEM_ROUTES,
  ...ORDER_ROUTES,
  ...DEVICE_ROUTES,
  ...USAGE_ROUTES,
  ...AUDIT_ROUTES,
  ...SERVER_KEY_ROUTES,
];
