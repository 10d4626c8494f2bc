#!/usr/bin/env node
// solc for tests/AgentKeys.Mutate: solc.mjs that answers one of forge's questions from memory.
// To choose the files that a test needs, forge first asks for the interfaces of the whole project, every time: longer than the compile
// itself. It looks for names of tests in them, and a mutant of contracts/src names no tests: the first answer is kept beside forge's
// cache under a hash of contracts/test. Every question for code goes to the compiler, which also says when a mutant does not compile.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";

if (!process.argv.includes("--standard-json")) {
  await import("./solc.mjs");
} else {
  const text = readFileSync(0, "utf8");
  const { sources, settings } = JSON.parse(text);
  const wanted = Object.values(settings.outputSelection).flatMap((names) => Object.values(names).flat());
  // Optimizing the compiler's own code takes longer than a compile that runs once has use of it.
  setFlagsFromString("--liftoff-only");
  const compile = () => createRequire(import.meta.url)("solc").compile(text);
  process.stdout.write(wanted.every((output) => output === "abi") ? kept(sources, compile) : compile());
}

function kept(sources, compile) {
  const tests = Object.entries(sources).map(([file, { content }]) => [file, file.startsWith("contracts/test/") ? content : ""]);
  const file = `contracts/cache/interfaces-${createHash("sha256").update(JSON.stringify(tests)).digest("hex")}.json`;
  if (existsSync(file)) return readFileSync(file, "utf8");
  const answer = compile();
  if ((JSON.parse(answer).errors ?? []).some((error) => error.severity === "error")) return answer;
  mkdirSync("contracts/cache", { recursive: true });
  writeFileSync(`${file}.partial`, answer);
  renameSync(`${file}.partial`, file);
  return answer;
}
