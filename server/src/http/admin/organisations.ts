/** Routes of organisations. */
import { Type } from "typebox";
import {
  createOrganisation,
  getOrganisation,
  listOrganisations,
  renameOrganisation,
} from "../../usecases/admin-organisations.js";
import { type AdminRoute, adminRoute, PAGE_QUERY, paged, pageOf, time } from "./admin-route.js";

const ORGANISATION_ID = Type.String({ pattern: "^[a-z0-9]{1,24}$", description: "Chosen once; part of every code." });

/** A name that a person gives. */
export const NAME = Type.String({ minLength: 1, maxLength: 120, description: "1–120 characters, none of control." });

const ORGANISATION = Type.Object(
  { id: ORGANISATION_ID, name: NAME, createdAt: time("When it was made.") },
  { title: "Organisation" },
);

export const ORGANISATION_ROUTES: readonly AdminRoute[] = [
  adminRoute({
    method: "GET",
    path: "/organisations",
    scope: "own",
    id: "listOrganisations",
    summary: "List organisations.",
    description: "All of them for an operator, their own for everybody else.",
    tag: "organisations",
    action: "organisation.read",
    query: Type.Object(PAGE_QUERY),
    reply: paged(ORGANISATION),
    run: ({ admin, query }) => listOrganisations(admin, pageOf(query)),
  }),
  adminRoute({
    method: "POST",
    path: "/organisations",
    scope: "own",
    id: "createOrganisation",
    summary: "Make an organisation.",
    description: "Its id is yours to choose, so repeating the request answers `conflict` and makes nothing twice.",
    tag: "organisations",
    action: "organisation.create",
    body: Type.Object({ id: ORGANISATION_ID, name: NAME }, { additionalProperties: false }),
    reply: ORGANISATION,
    status: 201,
    run: ({ admin, body: { id, name } }) => createOrganisation(admin, id, name),
  }),
  adminRoute({
    method: "GET",
    path: "",
    id: "getOrganisation",
    summary: "Show an organisation.",
    tag: "organisations",
    action: "organisation.read",
    reply: ORGANISATION,
    run: ({ admin, organisation }) => getOrganisation(admin, organisation),
  }),
  adminRoute({
    method: "PATCH",
    path: "",
    id: "renameOrganisation",
    summary: "Rename an organisation.",
    tag: "organisations",
    action: "organisation.rename",
    body: Type.Object({ name: NAME }, { additionalProperties: false }),
    reply: ORGANISATION,
    run: ({ admin, organisation, body: { name } }) => renameOrganisation(admin, organisation, name),
  }),
];
