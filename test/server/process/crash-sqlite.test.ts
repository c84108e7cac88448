/** kill -9 of the serving process on SQLite, restored backups, a bad network: through the whole server, over http. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openStorage } from "../../../server/src/storage/open.js";
import { badNetwork, Campaign, race } from "./campaign.js";
import { buildLts, envOf, LtsProcess, openShop } from "./lts-process.js";

const KILLS = process.env.TALLYMARK_LONG === "1" ? 50 : 10;

const folder = mkdtempSync(join(tmpdir(), "lts-crash-"));
let built: Awaited<ReturnType<typeof buildLts>>;
const running = new Set<LtsProcess>();

beforeAll(async () => {
  built = await buildLts();
});
afterEach(async () => {
  for (const server of running) await server.kill();
  running.clear();
});
afterAll(() => {
  built?.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(name: string, order = {}) {
  const env = envOf(join(folder, name));
  const shop = await openShop(env, order);
  const server = await LtsProcess.start(built.lts, env);
  running.add(server);
  return { env, shop, server };
}

test(`${KILLS} kills of the server under load, two tabs, a bad network: nothing acknowledged is lost, nothing counts twice`, {
  timeout: KILLS * 20_000,
}, async () => {
  const { shop, server } = await serve("killed");
  const campaign = await Campaign.open(shop, 8, server.url);
  campaign.begin([server.url], { tabs: 2, network: badNetwork(1) });
  await campaign.hear(40);
  const generations = campaign.generations;
  for (let kill = 0; kill < KILLS; kill++) {
    await campaign.hear(40);
    await sleep((kill * 37) % 90);
    await server.kill();
    await server.start();
    await campaign.expectNothingLost();
  }
  await campaign.end();
  await campaign.expectExact(server.url);
  // A crash is no restored backup: nobody has to send everything again.
  expect([...generations, ...campaign.generations]).toHaveLength(2);
  expect(campaign.generations).toEqual(generations);
  expect(await server.stop()).toBe(0);
});

test("10 % lost answers, 10 % duplicates, 5 % out of order, two tabs: totals are the devices' own truth", async () => {
  const { shop, server } = await serve("bad network");
  const campaign = await Campaign.open(shop, 12, server.url);
  campaign.begin([server.url], { tabs: 2, network: badNetwork(2) });
  await campaign.hear(600);
  await campaign.end();
  await campaign.expectExact(server.url);
});

test("a backup put back after a crash is healed by what devices have kept", async () => {
  const { shop, server } = await serve("restored");
  const copy = join(folder, "restored.copy");
  const campaign = await Campaign.open(shop, 8, server.url);
  campaign.begin([server.url]);
  await campaign.hear(100);
  const storage = await openStorage(shop.database);
  await storage.backup(copy);
  await storage.close();
  await campaign.hear(200);
  await campaign.end();
  const before = campaign.generations;
  await server.kill();
  for (const suffix of ["-wal", "-shm"]) rmSync(shop.database + suffix, { force: true });
  copyFileSync(copy, shop.database);
  expect(existsSync(`${shop.database}.generation`)).toBe(true);
  await server.start();
  await expect(campaign.expectNothingLost()).rejects.toThrow();
  campaign.begin([server.url]);
  await campaign.hear(50);
  await campaign.end();
  await campaign.expectExact(server.url);
  expect(campaign.generations.size).toBe(1);
  expect(campaign.generations).not.toEqual(before);
});

test("R40 a crowd that comes at once over two nodes gets exactly as many seats as there are", async () => {
  const { env, shop, server } = await serve("seats", { type: "per-device", units: 7 });
  const second = await LtsProcess.start(built.lts, env);
  running.add(second);
  const answers = await race(shop, 30, [server.url, second.url]);
  expect(answers.filter((answer) => answer === "ok")).toHaveLength(7);
  expect(new Set(answers)).toEqual(new Set(["ok", "seats_taken"]));
});
