#!/usr/bin/env node
// The committed artifacts of the deployable contracts, from forge's output, for src/AgentKeys.Chain.
//   artifacts.mjs write | check
// The bytecode has no metadata hash, so it is the same from any folder and any machine.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";

const names = ["AgentKeysScope", "CapLens", "K11Verifier", "K3EpochCounter", "P256Verifier", "RecoveryProposals", "SidecarRegistry"];
const limit = 24576; // EIP-170
const out = new URL("../out/ast/", import.meta.url);
const folder = new URL("../../src/AgentKeys.Chain/Artifacts/", import.meta.url);

function artifact(name) {
  const built = JSON.parse(readFileSync(new URL(`${name}.sol/${name}.json`, out)));
  const { compiler, settings } = built.metadata;
  const size = (built.deployedBytecode.object.length - 2) / 2;
  if (size > limit) throw new Error(`${name}: ${size} bytes of code, a chain takes ${limit}`);
  return {
    contract: name,
    compiler: compiler.version,
    evmVersion: settings.evmVersion,
    optimizerRuns: settings.optimizer.runs,
    abi: built.abi,
    bytecode: built.bytecode.object,
    deployedBytecode: built.deployedBytecode.object,
    immutableReferences: immutables(built),
  };
}

// forge keys them by the compiler's node id, which other files' sources move. The syntax tree has their names.
function immutables(built) {
  const names = new Map();
  const walk = (node) => {
    if (node === null || typeof node !== "object") return;
    if (node.nodeType === "VariableDeclaration" && node.mutability === "immutable") names.set(`${node.id}`, node.name);
    Object.values(node).forEach(walk);
  };
  walk(built.ast);
  const ids = Object.keys(built.deployedBytecode.immutableReferences ?? {});
  if (ids.some((id) => !names.has(id))) {
    process.stderr.write("artifacts: the build has no syntax tree\n");
    process.exit(3);
  }
  return Object.entries(built.deployedBytecode.immutableReferences ?? {})
    .map(([id, places]) => {
      if (!names.has(id)) throw new Error("the compiler gave no syntax tree: scripts/contracts artifacts");
      return { name: names.get(id), places };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const mode = process.argv[2];
if (mode !== "write" && mode !== "check") {
  process.stderr.write("artifacts.mjs: write or check\n");
  process.exit(2);
}
const wanted = new Map(names.map((name) => [`${name}.json`, JSON.stringify(artifact(name), null, 2) + "\n"]));
const present = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".json")) : [];
const stale = [...wanted].filter(([file, text]) => !present.includes(file) || readFileSync(new URL(file, folder), "utf8") !== text);
const surplus = present.filter((file) => !wanted.has(file));

if (mode === "write") {
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of stale) writeFileSync(new URL(file, folder), text);
  for (const file of surplus) rmSync(new URL(file, folder));
  process.stderr.write(`artifacts: ${stale.length} written, ${surplus.length} removed, ${wanted.size} in all\n`);
} else if (stale.length + surplus.length > 0) {
  const files = [...stale.map(([file]) => file), ...surplus].join(", ");
  process.stderr.write(`artifacts: error: not what the contracts compile to: ${files}\nartifacts: hint: scripts/contracts artifacts\n`);
  process.exit(1);
} else {
  process.stderr.write(`artifacts: ${wanted.size} are fresh\n`);
}
