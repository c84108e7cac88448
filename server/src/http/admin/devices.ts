/** Routes of devices. Their public keys are nobody's business and stay inside. */
import { Type } from "typebox";
import { getDevice, listDevices, unregisterDevice } from "../../usecases/admin-devices.js";
import { type AdminRoute, adminRoute, PAGE_QUERY, paged, pageOf, time } from "./admin-route.js";

const UUID = Type.String({
  pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
  description: "UUID in lower case.",
});

const DEVICE = Type.Object(
  {
    id: UUID,
    code: Type.String({ description: "Handshake code that it last used." }),
    origin: Type.Optional(Type.String({ description: "Origin of the page, as its browser says." })),
    friendlyName: Type.Optional(Type.String({ description: "What the application calls it." })),
    library: Type.String({ description: "Version of the library." }),
    firstSeen: time("First contact."),
    lastSeen: time("Last contact, to the quarter of an hour."),
  },
  { title: "Device" },
);

const ID = Type.Object({ device: UUID });

export const DEVICE_ROUTES: readonly AdminRoute[] = [
  adminRoute({
    method: "GET",
    path: "/devices",
    id: "listDevices",
    summary: "List devices in use.",
    tag: "devices",
    action: "device.read",
    query: Type.Object(PAGE_QUERY),
    reply: Type.Object({
      ...paged(DEVICE).properties,
      total: Type.Integer({ description: "Devices in use, on all pages." }),
    }),
    run: ({ admin, organisation, query }) => listDevices(admin, organisation, pageOf(query)),
  }),
  adminRoute({
    method: "GET",
    path: "/devices/:device",
    id: "getDevice",
    summary: "Show a device.",
    tag: "devices",
    action: "device.read",
    params: ID,
    reply: DEVICE,
    run: ({ admin, organisation, params }) => getDevice(admin, organisation, params.device),
  }),
  adminRoute({
    method: "DELETE",
    path: "/devices/:device",
    id: "unregisterDevice",
    summary: "Unregister a device and free its seats.",
    description: "What it counted stays. If it comes back it is a new device.",
    tag: "devices",
    action: "device.unregister",
    params: ID,
    run: ({ admin, organisation, params }) => unregisterDevice(admin, organisation, params.device),
  }),
];
