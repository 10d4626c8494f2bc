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
const newWallet = "0x15d34aaf54267db7d7c367839aaf71a00a2c6a65";
const proposals = "0xcf7ed3acca5a467e9e704c703e8d87f634fb0fc9";
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
// abi.encode(operator, actor, generation, grants): the dynamic array's place is an offset, then its length and items.
const grantWords = grants.flatMap((g) => [g.serviceHash, g.dataClasses, g.readOnly ? 1 : 0, g.expiresAt, g.maxCalls, g.periodSeconds]);
const domainType = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const domain = hash(hex(text(domainType)), hex(text("AgentKeys")), hex(text("1")), chainId, registry);
const typed = (content) => hex(keccak(Buffer.concat([Buffer.from("1901", "hex"), word(domain), word(content)])));

function registration(name, op, actor_, tier, roles, passkeyHash) {
  const type = "Registration(bytes32 op,bytes32 operator,bytes32 actor,uint8 tier,uint8 roles,bytes32 passkeyHash,uint64 deadline)";
  const digest = typed(hash(hex(text(type)), hex(text(op)), operator, actor_, tier, roles, passkeyHash, deadline));
  return { name, op, operator, actor: actor_, tier, roles, passkeyHash, deadline, digest };
}
function consent(op) {
  const type = "WalletConsent(bytes32 op,bytes32 operator,address wallet,uint64 deadline)";
  const digest = typed(hash(hex(text(type)), hex(text(op)), operator, newWallet, deadline));
  return { op, operator, wallet: newWallet, deadline, digest };
}
function challenge(operation, verifyingContract, nonce, args, fieldsHash) {
  const op = prefix + operation;
  const value = hash(hex(text(op)), chainId, verifyingContract, operator, nonce, deadline, fieldsHash);
  return { op, verifyingContract, operator, nonce: hex(word(nonce)), deadline, args, fieldsHash, challenge: value };
}
// Fields that are static values of their own, in the order of the arguments.
const plain = (operation, verifyingContract, nonce, args) =>
  challenge(operation, verifyingContract, nonce, args, hash(...Object.values(args).flatMap((v) => (v === passkey ? passkeyWords : [v]))));
const prefix = "agentkeys:v1:";
const [firstMaster, agentDevice, additional] = ["register-first-master", "register-agent-device", "register-additional-master"].map((n) => prefix + n);
const [agentRooted, upgrade, rotateWallet] = ["register-agent-rooted", "upgrade-to-human-anchored", "rotate-master-wallet"].map((n) => prefix + n);
const [deviceKeyHash_, device] = [deviceKeyHash(master), deviceKeyHash(agent)];
const [roles, recoveryThreshold, grantThreshold, threshold, generation, compromisedSince] = [6, 2, 3, 2, 7, 1800000001];
// voids << 128 | counter.
const voided = (5n << 128n) | 3n;
const noPasskey = "0x" + "0".repeat(64);
const content = {
  description: "Ids, device proofs (EIP-712 digests) and approval challenges. Strings of op are hashed with Keccak-256.",
  generatedBy: "contracts/tools/vectors.mjs (scripts/contracts vectors)",
  chainId,
  registry,
  scope,
  proposals,
  ids: [wallet, master, agent, "0x" + "0".repeat(40)].map((address) => ({ address, omni: omni(address), deviceKeyHash: deviceKeyHash(address) })),
  passkey: { ...passkey, hash: hash(...passkeyWords) },
  registrations: [
    registration("first master", firstMaster, operator, 1, 7, hash(...passkeyWords)),
    registration("agent device", agentDevice, actor, 2, 1, noPasskey),
    registration("additional master", additional, operator, 1, roles, hash(...passkeyWords)),
    registration("agent rooted", agentRooted, operator, 2, 1, noPasskey),
    registration("upgrade", upgrade, operator, 1, 7, hash(...passkeyWords)),
  ],
  consents: [consent(rotateWallet), consent(upgrade)],
  challenges: [
    plain("register-first-master", registry, 0, { deviceKeyHash: deviceKeyHash_, passkey, auditRelay, deadline }),
    plain("register-agent-device", registry, 0, { deviceKeyHash: device, operator, actor, deadline }),
    plain("revoke-agent-device", registry, 1, { deviceKeyHash: device }),
    challenge("set-scope", scope, 0, { operator, actor, generation, grants }, hash(operator, actor, generation, 0x80, grants.length, ...grantWords)),
    plain("revoke-scope", scope, 1, { operator, actor }),
    plain("upgrade-to-human-anchored", registry, 0, { newWallet, deviceKeyHash: deviceKeyHash_, passkey, auditRelay, deadline }),
    plain("register-additional-master", registry, voided, { deviceKeyHash: deviceKeyHash_, operator, passkey, roles, recoveryThreshold, grantThreshold, deadline }),
    plain("set-device-roles", registry, 1, { device: deviceKeyHash_, roles }),
    plain("set-recovery-threshold", registry, 2, { operator, threshold }),
    plain("set-grant-threshold", registry, 3, { operator, threshold }),
    plain("rotate-master-wallet", registry, 4, { operator, newWallet, deadline }),
    plain("revoke-master-device", registry, 5, { target: deviceKeyHash_, compromisedSince }),
    plain("set-compromised-since", registry, 6, { target: deviceKeyHash_, compromisedSince }),
    plain("void-approvals", registry, voided, { device: deviceKeyHash_ }),
    plain("set-audit-relay", registry, 7, { operator, relay: auditRelay }),
    plain("propose-recovery", proposals, 8, { operator, target: deviceKeyHash_, compromisedSince }),
    plain("cancel-recovery", proposals, 9, { proposer: deviceKeyHash_ }),
    plain("withdraw-recovery", proposals, 10, { proposer: deviceKeyHash_ }),
  ],
};
const folder = new URL("../../tests/vectors/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("challenges.json", folder), JSON.stringify(content, null, 2) + "\n");
process.stderr.write(`challenges.json: ${content.challenges.length} challenges\n`);
