/** Routes of orders: asked for, confirmed once paid, activated by hand where they are the first, withdrawn. */
import { Type } from "typebox";
import {
  activateOrder,
  cancelOrder,
  confirmOrder,
  getOrder,
  listOrders,
  orderItem,
  orderMore,
  orderMoreByKey,
} from "../../usecases/admin-orders.js";
import {
  type AdminRoute,
  adminRoute,
  choice,
  OWN_ID,
  PAGE_QUERY,
  paged,
  pageOf,
  recordId,
  time,
} from "./admin-route.js";
import { BARE_ITEM, LICENSE_TYPE, NEW_SETTINGS, UNITS } from "./items.js";
import { NAME } from "./organisations.js";

const YEARS = Type.Integer({ minimum: 1, maximum: 10, default: 1, description: "Length of the period." });

const ORDER = Type.Object(
  {
    id: Type.String(),
    kind: choice(["initial", "increase", "renewal"] as const),
    item: Type.String({ description: "The licence item that it pays for." }),
    units: Type.Integer(),
    years: Type.Integer({ description: "Length of its period; 0 for an increase, which has none of its own." }),
    status: choice(["requested", "purchased", "activated", "cancelled"] as const),
    requestedAt: time("When it was asked for."),
    purchasedAt: Type.Optional(time("When it was confirmed.")),
    activatedAt: Type.Optional(time("When it took effect.")),
  },
  { title: "Order" },
);
const BOOKING = Type.Object({ order: ORDER, item: BARE_ITEM }, { title: "Booking" });

const FOLLOWING = {
  id: OWN_ID,
  kind: choice(["increase", "renewal"] as const),
  units: Type.Optional(UNITS),
  years: Type.Optional(YEARS),
};
const ID = Type.Object({ order: recordId("The order's id.") });
const LEAVES_UNITS = "An increase names its units; a renewal takes those of the last period where none are named.";

export const ORDER_ROUTES: readonly AdminRoute[] = [
  adminRoute({
    method: "GET",
    path: "/orders",
    id: "listOrders",
    summary: "List orders.",
    tag: "orders",
    action: "order.read",
    query: Type.Object(PAGE_QUERY),
    reply: paged(ORDER),
    run: ({ admin, organisation, query }) => listOrders(admin, organisation, pageOf(query)),
  }),
  adminRoute({
    method: "GET",
    path: "/orders/:order",
    id: "getOrder",
    summary: "Show an order.",
    tag: "orders",
    action: "order.read",
    params: ID,
    reply: ORDER,
    run: ({ admin, organisation, params }) => getOrder(admin, organisation, params.order),
  }),
  adminRoute({
    method: "POST",
    path: "/orders",
    id: "orderItem",
    summary: "Order a new licence item.",
    description: "The item can be put behind codes at once; it is refused until the order is confirmed and activated.",
    tag: "orders",
    action: "order.request",
    body: Type.Object(
      {
        id: OWN_ID,
        type: LICENSE_TYPE,
        name: NAME,
        units: UNITS,
        years: Type.Optional(YEARS),
        isOffline: Type.Optional(Type.Boolean({ description: "For devices that never see a network." })),
        settings: Type.Optional(NEW_SETTINGS),
      },
      { additionalProperties: false },
    ),
    reply: BOOKING,
    status: 201,
    run: ({ admin, organisation, body }) => orderItem(admin, organisation, body),
  }),
  adminRoute({
    method: "POST",
    path: "/items/:item/orders",
    id: "orderMore",
    summary: "Order an increase or a renewal of a licence item.",
    description: LEAVES_UNITS,
    tag: "orders",
    action: "order.request",
    params: Type.Object({ item: recordId("The licence item's id.") }),
    body: Type.Object(FOLLOWING, { additionalProperties: false }),
    reply: ORDER,
    status: 201,
    run: ({ admin, organisation, params, body }) => orderMore(admin, organisation, params.item, body),
  }),
  adminRoute({
    method: "POST",
    path: "/license-key-orders",
    id: "orderMoreByKey",
    summary: "Order an increase or a renewal by the current licence key.",
    description: `One licence behind the key must be able to take the order. ${LEAVES_UNITS}`,
    tag: "orders",
    action: "order.request",
    body: Type.Object(
      { ...FOLLOWING, licenseKey: Type.String({ minLength: 1, maxLength: 8192 }) },
      { additionalProperties: false },
    ),
    reply: ORDER,
    status: 201,
    run: ({ admin, organisation, body: { licenseKey, ...order } }) =>
      orderMoreByKey(admin, licenseKey, order, organisation),
  }),
  adminRoute({
    method: "POST",
    path: "/orders/:order/confirmation",
    id: "confirmOrder",
    summary: "Confirm that an order is paid.",
    description: "An increase or a renewal takes effect by it, an initial order then waits to be activated.",
    tag: "orders",
    action: "order.confirm",
    params: ID,
    reply: BOOKING,
    run: ({ admin, organisation, params }) => confirmOrder(admin, organisation, params.order),
  }),
  adminRoute({
    method: "POST",
    path: "/orders/:order/activation",
    id: "activateOrder",
    summary: "Activate an initial order.",
    description: "Once; its period begins now.",
    tag: "orders",
    action: "order.activate",
    params: ID,
    reply: BOOKING,
    run: ({ admin, organisation, params }) => activateOrder(admin, organisation, params.order),
  }),
  adminRoute({
    method: "POST",
    path: "/orders/:order/cancellation",
    id: "cancelOrder",
    summary: "Withdraw an order that has had no effect yet.",
    tag: "orders",
    action: "order.cancel",
    params: ID,
    reply: ORDER,
    run: ({ admin, organisation, params }) => cancelOrder(admin, organisation, params.order),
  }),
];
