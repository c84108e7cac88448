/**
 * The floors of the architecture (CONTRIBUTING.md, "Floors"): imports point down only, nothing is circular, and the
 * parts meet only where they are meant to. Read by `npm run check` and by test/repo/floors.test.ts.
 *
 * A list runs from the lowest floor to the highest; the entries of one floor are patterns of paths. Entries that may
 * not even see their neighbours on the same floor are in `APART`.
 */
const FLOORS = {
  src: [
    ["^src/rules/"],
    [
      "^src/(formats|types|errors|error-codes|license-error-codes|license-faults|option-check|frame|read-options|region|describe|abort|part|later)\\.ts$",
    ],
    ["^src/image/", "^src/gs1/"],
    ["^src/engine/"],
    ["^src/metering/", "^src/licensing/"],
    ["^src/scanner/"],
    ["^src/(account|licensed-account|opening|barcode-scanner|barcode-reader|still-reads|structured-append)\\.ts$"],
    ["^src/index\\.ts$", "^src/(element|cli|inline)/", "^src/inline\\.ts$"],
  ],
  assembly: [
    ["^assembly/(abi|memory)/"],
    ["^assembly/math/"],
    ["^assembly/image/"],
    ["^assembly/(io|content)/"],
    ["^assembly/kit/"],
    ["^assembly/symbology/"],
    ["^assembly/reader/"],
    ["^assembly/(index|probe[a-z-]*)\\.ts$"],
  ],
  server: [
    ["^server/src/domain/"],
    ["^server/src/ports\\.ts$"],
    ["^server/src/usecases/"],
    ["^server/src/(storage|crypto)/"],
    ["^server/src/(http|portal)/"],
    ["^server/src/(main|config|settings)\\.ts$", "^server/src/cli/"],
  ],
};

/** Pairs of folders on neighbouring or equal floors that do not know each other. */
const APART = [
  ["metering-apart-from-licensing", "^src/metering/", "^src/licensing/"],
  ["licensing-apart-from-metering", "^src/licensing/", "^src/metering/"],
  ["scanner-is-not-metered", "^src/scanner/", "^src/(metering|licensing)/"],
  ["storage-apart-from-http", "^server/src/storage/", "^server/src/(http|portal)/"],
  ["http-apart-from-storage", "^server/src/(http|portal)/", "^server/src/storage/"],
  ["http-apart-from-crypto", "^server/src/(http|portal)/", "^server/src/crypto/"],
  ["crypto-apart-from-storage", "^server/src/crypto/", "^server/src/storage/"],
  ["storage-apart-from-crypto", "^server/src/storage/", "^server/src/crypto/"],
  ["storage-apart-from-usecases", "^server/src/storage/", "^server/src/usecases/"],
];

/** A part of the project and all that it may import from other parts. Its own folder is always allowed. */
const PARTS = [
  ["rules-are-pure", "^src/rules/", "^src/rules/"],
  ["assembly-stands-alone", "^assembly/", "^assembly/"],
  ["wasm-knows-numbers-only", "^wasm/", "^(wasm/|\\./manifest\\.js$|assembly/abi/)"],
  ["src-meets-assembly-at-the-abi", "^src/", "^(src/|wasm/|assembly/abi/|node_modules/)"],
  ["domain-is-pure", "^server/src/domain/", "^(server/src/domain/|src/rules/)"],
  ["ports-know-the-domain-only", "^server/src/ports\\.ts$", "^(server/src/domain/|src/rules/)"],
  ["usecases-know-ports-only", "^server/src/usecases/", "^(server/src/(usecases/|domain/|ports\\.ts$)|src/rules/)"],
  ["server-meets-src-at-the-rules", "^server/", "^(server/|src/rules/|node_modules/)"],
  ["demo-uses-what-is-public", "^demo/", "^(demo/|src/index\\.ts$|assembly/abi/)"],
  [
    "bench-uses-what-is-public",
    "^bench/",
    "^(bench/|test/assembly/|src/index\\.ts$|scripts/|(\\.\\./)?dist/|/index\\.js$|node_modules/)",
  ],
];

const upward = Object.entries(FLOORS).flatMap(([part, floors]) =>
  floors.slice(0, -1).map((patterns, level) => ({
    name: `${part}-floor-${level}-imports-down-only`,
    severity: "error",
    comment: `${patterns.join(", ")} may not know the floors above`,
    from: { path: patterns },
    to: { path: floors.slice(level + 1).flat() },
  })),
);

const apart = APART.map(([name, from, to]) => ({ name, severity: "error", from: { path: from }, to: { path: to } }));

const parts = PARTS.map(([name, from, allowed]) => ({
  name,
  severity: "error",
  from: { path: from },
  to: { pathNot: allowed, dependencyTypesNot: ["core"] },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...upward,
    ...apart,
    ...parts,
    { name: "nothing-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "nothing-unresolved",
      severity: "error",
      comment: "what a build makes is not there before it",
      from: {},
      to: { couldNotResolve: true, pathNot: "(^|/)dist/|^/index\\.js$|/manifest\\.js$" },
    },
    {
      name: "symbologies-are-strangers",
      severity: "error",
      comment: "a symbology may use the floors below, never a sibling",
      from: { path: "^assembly/symbology/([^/]+)/" },
      to: { path: "^assembly/symbology/", pathNot: "^assembly/symbology/$1/" },
    },
    {
      name: "registry-alone-knows-symbologies",
      severity: "error",
      from: { pathNot: "^assembly/(symbology/|reader/registry\\.ts$|probe[a-z-]*\\.ts$)" },
      to: { path: "^assembly/symbology/" },
    },
    {
      name: "every-file-has-a-floor",
      severity: "error",
      comment: "give the new file a floor in .dependency-cruiser.cjs",
      from: {},
      to: { path: "^(src|assembly|server/src)/.*\\.ts$", pathNot: Object.values(FLOORS).flat(2) },
    },
    {
      name: "rules-need-no-platform",
      severity: "error",
      comment: "what Node offers comes in through a port",
      from: { path: "^(src/rules/|server/src/(domain/|usecases/|ports\\.ts$))" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "no-undeclared-package",
      severity: "error",
      from: { path: "^(src|wasm)/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "npm-dev"], pathNot: "(^|/)node_modules/sharp/" },
    },
  ],
  options: {
    doNotFollow: { path: "(^|/)node_modules/|^dist/" },
    exclude: { path: "\\.d\\.ts$" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["types", "import", "node", "default"],
      extensions: [".ts", ".mjs", ".js", ".cjs", ".json"],
    },
  },
};
