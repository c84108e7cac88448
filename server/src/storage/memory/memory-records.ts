/** The cold records over a state in memory. It must not know the transaction that it is used in. */
import { DomainError } from "../../domain/domain-error.js";
import type { Records } from "../../ports.js";
import type { ColdState } from "./memory-state.js";
import { keyOf, pageOf, tableOver } from "./memory-table.js";

/** Removes the rows of a map that a predicate picks; returns how many. */
function removeWhere<T>(rows: Map<string, T>, isPicked: (row: T) => boolean): number {
  const picked = [...rows].filter(([, row]) => isPicked(row));
  for (const [key] of picked) rows.delete(key);
  return picked.length;
}

export function recordsOver(state: ColdState): Records {
  const users = tableOver(state.users, ({ id }) => id);
  const byLogin = (login: string) => [...state.users.values()].find((user) => user.login === login);
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
    apiKeys: tableOver(state.apiKeys, ({ id }) => id),
    codes: tableOver(state.codes, ({ name }) => name),
    items: tableOver(state.items, ({ id }) => id),
    orders: tableOver(state.orders, ({ id }) => id),
    devices: {
      get: async (organisation, id) => state.devices.get(keyOf(organisation, id)),
      async list(organisation, page, seenSince) {
        const seen = [...state.devices.values()].filter(
          (device) => device.organisation === organisation && device.lastSeen >= seenSince,
        );
        return pageOf(seen, ({ id }) => id, page);
      },
      async count(organisation, seenSince) {
        const devices = [...state.devices.values()].filter((device) => device.organisation === organisation);
        return devices.filter((device) => device.lastSeen >= seenSince).length;
      },
      async remove(organisation, id) {
        removeWhere(state.seats, (seat) => seat.organisation === organisation && seat.device === id);
        return state.devices.delete(keyOf(organisation, id));
      },
      removeUnseen: async (organisation, before) =>
        removeWhere(state.devices, (device) => device.organisation === organisation && device.lastSeen < before),
    },
    seats: {
      async count(organisation, item, period, usedSince) {
        const seats = [...state.seats.values()].filter(
          (seat) => seat.organisation === organisation && seat.item === item && seat.period === period,
        );
        return seats.filter((seat) => seat.usedAt >= usedSince).length;
      },
      removeUnused: async (organisation, item, before) =>
        removeWhere(
          state.seats,
          (seat) => seat.organisation === organisation && seat.item === item && seat.usedAt < before,
        ),
    },
    audit: {
      async head(organisation) {
        const last = state.audit.get(organisation)?.at(-1);
        return last && { sequence: last.sequence, hash: last.hash };
      },
      async append(record) {
        const chain = state.audit.get(record.organisation) ?? [];
        if (record.sequence !== chain.length + 1) throw new DomainError("conflict", "The audit log has moved on.");
        state.audit.set(record.organisation, [...chain, structuredClone(record)]);
      },
      list: async (organisation, afterSequence, limit) =>
        (state.audit.get(organisation) ?? []).slice(afterSequence, afterSequence + limit),
    },
  };
}
