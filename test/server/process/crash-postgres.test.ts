/** kill -9 of two serving nodes and of PostgreSQL's backends, a recovered base backup: through the whole server, over http. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openStorage } from "../../../server/src/storage/open.js";
import { DAY_MS, utcDay } from "../../../src/rules/period.js";
import { slotEnd } from "../../../src/rules/slots.js";
import { startPostgres, type TestPostgres } from "../postgres.js";
import { badNetwork, Campaign, race } from "./campaign.js";
import { buildLts, envOf, LtsProcess, openShop } from "./lts-process.js";

const isLong = process.env.TALLYMARK_LONG === "1";
const KILLS = isLong ? 50 : 10;

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "lts-crash-"));
let built: Awaited<ReturnType<typeof buildLts>>;
let postgres: TestPostgres;
const running = new Set<LtsProcess>();

beforeAll(async () => {
  [built, postgres] = await Promise.all([buildLts(), startPostgres()]);
}, 60_000);
afterEach(async () => {
  for (const server of running) await server.kill();
  running.clear();
});
afterAll(async () => {
  await postgres?.stop();
  built?.remove();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** Two nodes on one database, with one master key. */
async function serve(name: string, order = {}) {
  const masterKey = randomBytes(32).toString("base64url");
  const env = { ...envOf(join(folder, name), await postgres.create(name)), LTS_MASTER_KEY: masterKey };
  const shop = await openShop(env, order);
  const nodes = await Promise.all([LtsProcess.start(built.lts, env), LtsProcess.start(built.lts, env)]);
  for (const node of nodes) running.add(node);
  const [first, second] = nodes as [LtsProcess, LtsProcess];
  return { shop, first, second, urls: [first.url, second.url] };
}

test(`${KILLS} kills of two nodes under load: nothing acknowledged is lost, nothing counts twice`, {
  timeout: KILLS * 10_000,
}, async () => {
  const { shop, first, second, urls } = await serve("killed");
  const campaign = await Campaign.open(shop, 8, first.url);
  campaign.begin(urls, { tabs: 2, network: badNetwork(3) });
  await campaign.hear(40);
  const { generations } = campaign;
  for (let kill = 0; kill < KILLS; kill++) {
    await campaign.hear(40);
    await sleep((kill * 37) % 90);
    const node = kill % 2 === 0 ? first : second;
    await node.kill();
    // The other one goes on meanwhile.
    await campaign.hear(10);
    await node.start();
    await campaign.expectNothingLost();
  }
  await campaign.end();
  await campaign.expectExact(second.url);
  expect(campaign.generations).toEqual(generations);
  expect([await first.stop(), await second.stop()]).toEqual([0, 0]);
});

test.skipIf(process.platform === "win32")(
  `${KILLS} kills of PostgreSQL's backends under load: the same, and both nodes find it again`,
  {
    // Each costs a recovery of PostgreSQL.
    timeout: KILLS * 20_000,
  },
  async () => {
    const { shop, first, urls } = await serve("backends");
    const campaign = await Campaign.open(shop, 8, first.url);
    campaign.begin(urls, { tabs: 2 });
    for (let kill = 0; kill < KILLS; kill++) {
      await campaign.hear(40);
      await sleep((kill * 37) % 90);
      const rows = await postgres.admin("SELECT pid FROM pg_stat_activity WHERE datname = 'backends'");
      const { pid } = rows[kill % rows.length] as { pid: number };
      // PostgreSQL then ends all others and recovers from its log.
      process.kill(pid, "SIGKILL");
      await campaign.hear(10);
      await campaign.expectNothingLost();
    }
    await campaign.end();
    await campaign.expectExact(first.url);
  },
);

test("a recovered base backup is healed by what devices have kept, while both nodes live on", async () => {
  const { shop, first, urls } = await serve("restored");
  const campaign = await Campaign.open(shop, 8, first.url);
  campaign.begin(urls);
  await campaign.hear(100);
  await postgres.keepCopy();
  await campaign.hear(200);
  await campaign.end();
  const before = campaign.generations;
  await postgres.restoreCopy();
  await expect(campaign.expectNothingLost()).rejects.toThrow();
  campaign.begin(urls);
  await campaign.hear(50);
  await campaign.end();
  await campaign.expectExact(first.url);
  expect(campaign.generations.size).toBe(1);
  expect(campaign.generations).not.toEqual(before);
});

test("a server that has begun on SQLite moves to PostgreSQL, and the same devices go on", async () => {
  const data = join(folder, "moved");
  const before = envOf(data);
  const shop = await openShop(before);
  const old = await LtsProcess.start(built.lts, before);
  running.add(old);
  const campaign = await Campaign.open(shop, 6, old.url);
  campaign.begin([old.url]);
  await campaign.hear(60);
  await campaign.end();
  expect(await old.stop()).toBe(0);
  const database = await postgres.create("moved");
  const move = (...more: string[]) =>
    run(process.execPath, [built.lts, "move", ...more], { env: { PATH: process.env.PATH, ...before } });
  await expect(move()).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining("--to takes the URL") });
  const { stdout } = await move("--to", database, "--json");
  expect(JSON.parse(stdout)).toMatchObject({ moved: { organisation: 1, license_item: 1, device: 6 }, audit: [] });
  await expect(move("--to", database)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("empty") });
  const after = { ...envOf(data, database) };
  const server = await LtsProcess.start(built.lts, after);
  running.add(server);
  // Sessions and keys are those of before.
  campaign.begin([server.url]);
  await campaign.hear(60);
  await campaign.end();
  const moved = new Campaign({ ...shop, database }, campaign.devices);
  await moved.expectExact(server.url);
  expect(campaign.generations.size).toBe(1);
  expect(
    await run(process.execPath, [built.lts, "verify"], { env: { PATH: process.env.PATH, ...after } }),
  ).toMatchObject({
    stdout: expect.stringContaining("All totals are right"),
  });
});

test("R40 a crowd that comes at once over two nodes gets exactly as many seats as there are", async () => {
  const { shop, urls } = await serve("seats", { type: "active-device", units: 7 });
  const answers = await race(shop, 30, urls);
  expect(answers.filter((answer) => answer === "ok")).toHaveLength(7);
  expect(new Set(answers)).toEqual(new Set(["ok", "seats_taken"]));
});

test("R60 no slot ever has more concurrent devices than the licence has units", async () => {
  const { shop, urls } = await serve("slots", { type: "concurrent-device", units: 5 });
  const left = slotEnd(Date.now()) - Date.now();
  // A crowd must not be divided by the end of a slot.
  if (left < 10_000) await sleep(left);
  const now = Date.now();
  const answers = await race(shop, 30, urls);
  expect(answers.filter((answer) => answer === "ok")).toHaveLength(5);
  const storage = await openStorage(shop.database);
  const days = [utcDay(now), utcDay(now + DAY_MS)];
  const counts = await Promise.all(days.map((day) => storage.slotCounts("100", shop.item, day)));
  await storage.close();
  expect(counts.flat().filter((count) => count > 0)).toEqual([5]);
});
