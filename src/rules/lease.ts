/**
 * The lease: how long an authorisation lets a device work, and when it is to be renewed. It must not know how an
 * authorisation is sealed or sent.
 */
import { DAY_MS, type Period } from "./period.js";

/** An authorisation is renewed after a day at the latest, where the server can be reached. */
export const REFRESH_AT_MOST_MS = DAY_MS;

/** When an authorisation should be renewed: after min(24 h, a third of its life), so that two attempts may fail. */
export const refreshAt = ({ start, end }: Period): number =>
  start + Math.min(REFRESH_AT_MOST_MS, Math.max(Math.floor((end - start) / 3), 0));
