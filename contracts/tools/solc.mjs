#!/usr/bin/env node
// solc as forge calls it (`--version`, `--standard-json` with JSON on stdin), on top of the npm package, which is the same
// compiler built to WebAssembly. The sources are inside the JSON, so --base-path, --allow-paths and the like change nothing.
// Loading the compiler takes most of a second and forge asks for the version every time: the answer is kept beside the package.
import { createRequire } from "node:module";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const versionFile = join(dirname(require.resolve("solc/package.json")), ".version-answer");

if (process.argv.includes("--version")) {
  if (!existsSync(versionFile)) {
    const partial = `${versionFile}.${process.pid}`;
    writeFileSync(partial, `solc, the solidity compiler commandline interface\nVersion: ${require("solc").version()}\n`);
    renameSync(partial, versionFile);
  }
  process.stdout.write(readFileSync(versionFile));
} else if (process.argv.includes("--standard-json")) {
  process.stdout.write(require("solc").compile(readFileSync(0, "utf8")));
} else {
  process.stderr.write("solc.mjs: only --version and --standard-json are served\n");
  process.exitCode = 2;
}
