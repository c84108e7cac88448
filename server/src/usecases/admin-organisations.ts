/** Organisations: made by operators, seen by their own people. */

import { found } from "../domain/domain-error.js";
import { namedByPerson, newOrganisation, type Organisation } from "../domain/organisation.js";
import type { Page, Paged } from "../ports.js";
import { type Admin, change, look, pageWithin } from "./admin.js";

export const createOrganisation = (admin: Admin, id: string, name: string): Promise<Organisation> =>
  change(admin, "organisation.create", id, async (records, now) => {
    const organisation = newOrganisation(id, name, now);
    await records.organisations.insert(organisation);
    return { result: organisation, target: id, detail: { name: organisation.name } };
  });

export const renameOrganisation = (admin: Admin, id: string, name: string): Promise<Organisation> =>
  change(admin, "organisation.rename", id, async (records) => {
    const before = found(await records.organisations.get(id), "such organisation");
    const organisation = { ...before, name: namedByPerson(name) };
    await records.organisations.update(organisation);
    return { result: organisation, target: id, detail: { name: organisation.name } };
  });

export const getOrganisation = (admin: Admin, id: string): Promise<Organisation> =>
  look(admin, "organisation.read", id, async (records) =>
    found(await records.organisations.get(id), "such organisation"),
  );

/** All of them for an operator, their own for everybody else. */
export async function listOrganisations(admin: Admin, page: Page): Promise<Paged<Organisation>> {
  const { actor } = admin;
  if (actor.role !== "operator") return { rows: [await getOrganisation(admin, actor.organisation)] };
  return look(admin, "organisation.read", actor.organisation, (records) =>
    records.organisations.list(pageWithin(page)),
  );
}
