/** The cold records over a state in memory. It must not know the transaction that it is used in. */
import { DomainError } from "../../domain/domain-error.js";
import { SERVER } from "../../domain/organisation.js";
import type { User } from "../../domain/user.js";
import type { Records } from "../../ports.js";
import type { ColdState } from "./memory-state.js";
import { pageOf, tableOver } from "./memory-table.js";

/** Removes the rows of a map that a predicate picks; returns how many. */
function removeWhere<T>(rows: Map<string, T>, isPicked: (row: T) => boolean): number {
  const picked = [...rows].filter(([, row]) => isPicked(row));
  for (const [key] of picked) rows.delete(key);
  return picked.length;
}

export function recordsOver(state: ColdState): Records {
  const users = tableOver(
    (organisation) => state.tenant(organisation).users,
    ({ id }) => id,
  );
  const byLogin = (login: string): User | undefined => {
    for (const id of state.ids()) {
      for (const user of state.tenant(id).users.values()) if (user.login === login) return user;
    }
    return undefined;
  };
  const seen = (organisation: string, since: number) =>
    [...state.tenant(organisation).devices.values()].filter(({ lastSeen }) => lastSeen >= since);
  return {
    organisations: {
      get: async (id) => state.organisations.get(id),
      async insert(organisation) {
        if (state.organisations.has(organisation.id)) {
          throw new DomainError("conflict", "This organisation exists already.");
        }
        state.organisations.set(organisation.id, structuredClone(organisation));
      },
      async update(organisation) {
        if (!state.organisations.has(organisation.id)) {
          throw new DomainError("not_found", "There is no such organisation.");
        }
        state.organisations.set(organisation.id, structuredClone(organisation));
      },
      list: async (page) => pageOf(state.organisations.values(), ({ id }) => id, page),
    },
    users: {
      ...users,
      async insert(user) {
        if (byLogin(user.login) !== undefined) throw new DomainError("conflict", "This login is taken.");
        await users.insert(user);
      },
      byLogin: async (login) => byLogin(login),
    },
    apiKeys: tableOver(
      (organisation) => state.tenant(organisation).apiKeys,
      ({ id }) => id,
    ),
    sessions: {
      ...tableOver(
        (organisation) => state.tenant(organisation).sessions,
        ({ id }) => id,
      ),
      removeOfUser: async (organisation, user) =>
        removeWhere(state.tenant(organisation).sessions, (session) => session.user === user),
      async removeExpired(before) {
        let removed = 0;
        for (const id of state.ids()) {
          removed += removeWhere(state.tenant(id).sessions, (session) => session.expiresAt < before);
        }
        return removed;
      },
    },
    attempts: {
      ...tableOver(
        (organisation) => state.tenant(organisation).attempts,
        ({ id }) => id,
      ),
      removeExpired: async (before) => removeWhere(state.tenant(SERVER).attempts, ({ since }) => since < before),
    },
    keyring: tableOver(
      (organisation) => state.tenant(organisation).keyring,
      ({ id }) => id,
    ),
    codes: tableOver(
      (organisation) => state.tenant(organisation).codes,
      ({ name }) => name,
    ),
    items: tableOver(
      (organisation) => state.tenant(organisation).items,
      ({ id }) => id,
    ),
    orders: tableOver(
      (organisation) => state.tenant(organisation).orders,
      ({ id }) => id,
    ),
    devices: {
      get: async (organisation, id) => state.tenant(organisation).devices.get(id),
      list: async (organisation, page, seenSince) => pageOf(seen(organisation, seenSince), ({ id }) => id, page),
      count: async (organisation, seenSince) => seen(organisation, seenSince).length,
      async remove(organisation, id) {
        const { devices, seats } = state.tenant(organisation);
        removeWhere(seats, (seat) => seat.device === id);
        return devices.delete(id);
      },
      removeUnseen: async (organisation, before) =>
        removeWhere(state.tenant(organisation).devices, ({ lastSeen }) => lastSeen < before),
    },
    seats: {
      async count(organisation, item, period, usedSince) {
        const seats = [...state.tenant(organisation).seats.values()];
        return seats.filter((seat) => seat.item === item && seat.period === period && seat.usedAt >= usedSince).length;
      },
      removeUnused: async (organisation, item, before) =>
        removeWhere(state.tenant(organisation).seats, (seat) => seat.item === item && seat.usedAt < before),
    },
    audit: {
      async head(organisation) {
        const last = state.tenant(organisation).audit.at(-1);
        return last && { sequence: last.sequence, hash: last.hash };
      },
      async append(record) {
        const tenant = state.tenant(record.organisation);
        if (record.sequence !== tenant.audit.length + 1) {
          throw new DomainError("conflict", "The audit log has moved on.");
        }
        tenant.audit = [...tenant.audit, structuredClone(record)];
      },
      list: async (organisation, afterSequence, limit) =>
        state.tenant(organisation).audit.slice(afterSequence, afterSequence + limit),
    },
  };
}
