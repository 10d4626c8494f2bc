#!/usr/bin/env node
// Writes tests/vectors/challenges.json: ids, device proofs and approval challenges, for every implementation to agree on.
// Shares no code with the contracts or the C#, not even Keccak. A second run writes the same bytes.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { keccak } from "./keccak.mjs";

const hex = (bytes) => "0x" + bytes.toString("hex");
const text = (s) => keccak(Buffer.from(s));
const word = (v) => Buffer.from((typeof v === "string" ? v.slice(2) : BigInt(v).toString(16)).padStart(64, "0"), "hex");
// abi.encode of static values: one word each.
const encode = (...values) => Buffer.concat(values.map(word));
const hash = (...values) => hex(keccak(encode(...values)));
const omni = (address) => hex(createHash("sha256").update("agentkeysevm" + address).digest());
const deviceKeyHash = (address) => hex(keccak(Buffer.from(address.slice(2), "hex")));

const chainId = 31337;
const registry = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
const scope = "0xe7f1725e7734ce288f8367e1bb143e90bb3f0512";
const wallet = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
const master = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
const agent = "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc";
const auditRelay = "0x90f79bf6eb2c4f870365e785982e1f101e93b906";
const deadline = 1800003600;
const passkey = {
  credIdHash: hex(text("credential id")),
  x: hex(text("x, any word")),
  y: hex(text("y, any word")),
  rpIdHash: hex(createHash("sha256").update("agentkeys.example").digest()),
  originHash: hex(text("https://app.agentkeys.example")),
};
const passkeyWords = [passkey.credIdHash, passkey.x, passkey.y, passkey.rpIdHash, passkey.originHash];
const operator = omni(wallet);
const actor = omni(agent);
const grants = [
  { serviceHash: hex(text("openai_api_key")), dataClasses: 1, readOnly: true, expiresAt: 1802592000, maxCalls: 100, periodSeconds: 3600 },
  { serviceHash: hex(text("notes")), dataClasses: 2, readOnly: false, expiresAt: 0, maxCalls: 0, periodSeconds: 0 },
];
// abi.encode(operator, actor, grants): the dynamic array's place is an offset, then its length and items.
const grantWords = grants.flatMap((g) => [g.serviceHash, g.dataClasses, g.readOnly ? 1 : 0, g.expiresAt, g.maxCalls, g.periodSeconds]);

function registration(name, op, actor_, tier, roles, passkeyHash) {
  const type = "Registration(bytes32 op,bytes32 operator,bytes32 actor,uint8 tier,uint8 roles,bytes32 passkeyHash,uint64 deadline)";
  const domainType = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
  const domain = hash(hex(text(domainType)), hex(text("AgentKeys")), hex(text("1")), chainId, registry);
  const content = hash(hex(text(type)), hex(text(op)), operator, actor_, tier, roles, passkeyHash, deadline);
  const digest = hex(keccak(Buffer.concat([Buffer.from("1901", "hex"), word(domain), word(content)])));
  return { name, op, operator, actor: actor_, tier, roles, passkeyHash, deadline, digest };
}
function challenge(op, verifyingContract, nonce, args, fieldsHash) {
  const value = hash(hex(text(op)), chainId, verifyingContract, operator, nonce, deadline, fieldsHash);
  return { op, verifyingContract, operator, nonce, deadline, args, fieldsHash, challenge: value };
}
const prefix = "agentkeys:v1:";
const [firstMaster, agentDevice] = ["register-first-master", "register-agent-device"].map((n) => prefix + n);
const device = deviceKeyHash(agent);
const content = {
  description: "Ids, device proofs (EIP-712 digests) and approval challenges. Strings of op are hashed with Keccak-256.",
  generatedBy: "contracts/tools/vectors.mjs (scripts/contracts vectors)",
  chainId,
  registry,
  scope,
  ids: [wallet, master, agent, "0x" + "0".repeat(40)].map((address) => ({ address, omni: omni(address), deviceKeyHash: deviceKeyHash(address) })),
  passkey: { ...passkey, hash: hash(...passkeyWords) },
  registrations: [
    registration("first master", firstMaster, operator, 1, 7, hash(...passkeyWords)),
    registration("agent device", agentDevice, actor, 2, 1, "0x" + "0".repeat(64)),
  ],
  challenges: [
    challenge(firstMaster, registry, 0, { deviceKeyHash: deviceKeyHash(master), passkey, auditRelay, deadline },
      hash(deviceKeyHash(master), ...passkeyWords, auditRelay, deadline)),
    challenge(agentDevice, registry, 0, { deviceKeyHash: device, operator, actor, deadline }, hash(device, operator, actor, deadline)),
    challenge(prefix + "revoke-agent-device", registry, 1, { deviceKeyHash: device }, hash(device)),
    challenge(prefix + "set-scope", scope, 0, { operator, actor, grants }, hash(operator, actor, 0x60, grants.length, ...grantWords)),
    challenge(prefix + "revoke-scope", scope, 1, { operator, actor }, hash(operator, actor)),
  ],
};
const folder = new URL("../../tests/vectors/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("challenges.json", folder), JSON.stringify(content, null, 2) + "\n");
process.stderr.write(`challenges.json: ${content.challenges.length} challenges\n`);
