#!/usr/bin/env node
// The tables of docs/contracts.md, from what they tell of: operations from SPEC.md, events from the interfaces, gas from the snapshot.
//   docs.mjs write | check
import { readFileSync, writeFileSync } from "node:fs";

const mode = process.argv[2];
const root = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const page = "docs/contracts.md";

function table(header, rows) {
  return [`| ${header.join(" | ")} |`, `|${"---|".repeat(header.length)}`, ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n");
}

function cells(line) {
  return line.split("|").slice(1, -1).map((cell) => cell.trim());
}

// SPEC.md has what the challenge binds too; here is what somebody who uses a contract asks first.
function operations() {
  const spec = read("src/AgentKeys.Protocol/SPEC.md");
  const lines = spec.slice(spec.indexOf("| operation | call |")).split("\n");
  const rows = lines.slice(2, lines.findIndex((line) => !line.startsWith("|"))).map(cells);
  return table(["operation", "call", "who sends", "approvals", "changes"], rows.map(([op, call, who, kind, , changes]) => [op, `\`${call}\``, who, kind, changes]));
}

const contracts = { SidecarRegistry: "ISidecarRegistry", RecoveryProposals: "IRecoveryProposals", AgentKeysScope: "IAgentKeysScope", K3EpochCounter: "IK3EpochCounter" };

function events() {
  const rows = [];
  for (const [contract, file] of Object.entries(contracts)) {
    const text = read(`contracts/src/interfaces/${file}.sol`);
    for (const [, notice, name, parameters] of text.matchAll(/((?:^ *\/\/\/.*\n)+)^ *event (\w+)\(([^)]*)\)/gm)) {
      const says = notice.replace(/^ *\/\/\/ ?(@notice )?/gm, "").trim().replace(/\s+/g, " ");
      const arguments_ = parameters.split(",").map((p) => p.trim().split(/\s+/)).map((p) => (p[1] === "indexed" ? `*${p[2]}*` : p[1]));
      rows.push([contract, `\`${name}\``, arguments_.join(", "), says]);
    }
  }
  return table(["contract", "event", "arguments (*indexed*)", "says"], rows);
}

// Every function that changes something has a scenario, or the table would be silent about it.
function gas() {
  const scenarios = JSON.parse(read("contracts/snapshots/Gas.json"));
  const names = Object.keys(scenarios);
  const unknown = [];
  for (const contract of Object.keys(contracts)) {
    const { abi } = JSON.parse(read(`src/AgentKeys.Chain/Artifacts/${contract}.json`));
    const missing = abi.filter((f) => f.type === "function" && !["view", "pure"].includes(f.stateMutability) && !unpriced.includes(f.name))
      .filter((f) => !names.some((name) => name === f.name || new RegExp(`^(\\w+\\.)?${f.name}\\b`).test(name)));
    unknown.push(...missing.map((f) => `${contract}.${f.name}`));
  }
  if (unknown.length > 0) complain(`no gas scenario of ${unknown.join(", ")}`);
  return table(["scenario", "gas"], names.map((name) => [name, Number(scenarios[name]).toLocaleString("en-US")]));
}

// The page can be written with what there is; only a whole one passes the check.
function complain(words) {
  if (mode === "check") throw new Error(words);
  process.stderr.write(`docs: warning: ${words}\n`);
}

// Parts of other calls, and priced within them.
const unpriced = ["consumeApprovals", "evict"];

function filled(text) {
  for (const [name, make] of Object.entries({ operations, events, gas })) {
    const place = new RegExp(`(<!-- ${name}: made by contracts/tools/docs.mjs -->\n)[^]*?(<!-- end of ${name} -->)`);
    if (!place.test(text)) throw new Error(`${page}: no place for ${name}`);
    text = text.replace(place, (_, before, after) => `${before}\n${make()}\n\n${after}`);
  }
  return text;
}

if (mode !== "write" && mode !== "check") {
  process.stderr.write("docs.mjs: write or check\n");
  process.exit(2);
}
try {
  const present = read(page);
  const wanted = filled(present);
  if (mode === "write") writeFileSync(new URL(page, root), wanted);
  else if (present !== wanted) throw new Error(`${page} is not what its sources say (scripts/contracts docs)`);
} catch (e) {
  process.stderr.write(`docs: error: ${e.message}\n`);
  process.exit(1);
}
