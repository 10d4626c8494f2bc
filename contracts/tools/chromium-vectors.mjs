#!/usr/bin/env node
// Writes tests/vectors/webauthn-chromium.json: passkeys and assertions that Chromium and its virtual authenticator make on pages of
// localhost, companion.localhost and desk.companion.localhost, and bends of them. Signatures and keys are random: every run
// writes another file, so no test runs it. tests/vectors/README.md says when to.
//
// What a verifier must answer is stated here, case by case; no verifier is asked.
import { createHash, createPrivateKey, randomBytes, sign } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { servePage, startChromium } from "./chromium.mjs";
import { keccak } from "./keccak.mjs";

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const absent = 2n ** 256n - 1n;
const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts.map((p) => Buffer.from(p)))).digest();
const hex = (bytes) => "0x" + Buffer.from(bytes).toString("hex");
const word = (value) => "0x" + BigInt(value).toString(16).padStart(64, "0");
const base64 = (text) => Buffer.from(text, "base64url");

// Runs in the page. Both answer plain texts; `frame` asks from a frame of another origin.
const page = `<!doctype html><title>vectors</title><script>
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const bytes = (value) => Uint8Array.from(atob(value.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  async function create(rpId, challenge, extensions, userVerification) {
    if (extensions.credBlob) extensions.credBlob = bytes(extensions.credBlob);
    const made = await navigator.credentials.create({ publicKey: {
      rp: { id: rpId, name: "AgentKeys" }, user: { id: crypto.getRandomValues(new Uint8Array(16)), name: "u", displayName: "u" },
      challenge: bytes(challenge), pubKeyCredParams: [{ type: "public-key", alg: -7 }], extensions,
      authenticatorSelection: { residentKey: userVerification === "required" ? "required" : "discouraged", userVerification } } });
    return { id: made.id, attestationObject: text(made.response.attestationObject), clientDataJSON: text(made.response.clientDataJSON), spki: text(made.response.getPublicKey()) };
  }
  async function get(rpId, id, challenge, extensions, userVerification) {
    if (extensions.prf) extensions.prf.eval.first = bytes(extensions.prf.eval.first);
    const made = await navigator.credentials.get({ publicKey: {
      rpId, challenge: bytes(challenge), allowCredentials: id ? [{ type: "public-key", id: bytes(id) }] : [], extensions, userVerification } });
    return { id: made.id, authenticatorData: text(made.response.authenticatorData), clientDataJSON: text(made.response.clientDataJSON), signature: text(made.response.signature) };
  }
  async function getInFrame(origin, parameters) {
    const frame = document.createElement("iframe");
    frame.allow = "publickey-credentials-get *";
    frame.src = origin + "/";
    const loaded = new Promise((resolve) => (frame.onload = resolve));
    document.body.append(frame);
    await loaded;
    const answer = new Promise((resolve) => (window.onmessage = (m) => resolve(m.data)));
    frame.contentWindow.postMessage(parameters, "*");
    return answer;
  }
  if (parent !== window) window.onmessage = async (m) => parent.postMessage(await get(...m.data).catch((e) => String(e)), "*");
</script><body></body>`;

const platform = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
const synced = { ...platform, defaultBackupEligibility: true, defaultBackupState: true };
const securityKey = { ...platform, ctap2Version: "ctap2_1", transport: "usb", hasLargeBlob: true, hasCredBlob: true, hasPrf: true, hasMinPinLength: true };
const withoutVerification = { ...platform, hasResidentKey: false, hasUserVerification: false, isUserVerified: false, transport: "usb" };

const [cases, creations] = [[], []];
const { port, close: closeServer } = await servePage(page);
const browser = await startChromium();
try {
  await record();
} finally {
  await browser.close();
  closeServer();
}
write();

async function record() {
  const first = await withPasskey("localhost", "localhost", platform, async (passkey) => {
    await gets(passkey, "localhost, first key", 6);
    await gets({ ...passkey, originHash: word(0) }, "localhost, first key, origin not compared", 2);
    await gets({ ...passkey, id: null }, "localhost, first key, found by the browser", 1);
    return passkey;
  });
  await withPasskey("localhost", "localhost", synced, async (passkey) => {
    await gets(passkey, "localhost, second key, synced (BE, BS)", 2);
    await passkey.set({ backupState: false });
    await gets(passkey, "localhost, second key, not yet synced (BE)", 2);
  });
  const companion = await withPasskey("companion.localhost", "companion.localhost", platform, async (passkey) => {
    await gets(passkey, "companion.localhost, first key", 6);
    await framed(passkey);
    return passkey;
  });
  await withPasskey("desk.companion.localhost", "companion.localhost", platform, (passkey) => gets(passkey, "companion.localhost from a page below it", 3));
  await withPasskey("desk.companion.localhost", "desk.companion.localhost", platform, (passkey) => gets(passkey, "desk.companion.localhost", 2));
  await withPasskey("companion.localhost", "companion.localhost", securityKey, async (passkey) => {
    await gets(passkey, "a security key, extension credBlob (ED)", 2, { getCredBlob: true });
    await gets(passkey, "a security key, extension prf", 2, { prf: { eval: { first: randomBytes(32).toString("base64url") } } });
    await gets(passkey, "a security key, extension largeBlob", 1, { largeBlob: { read: true } });
  }, { credBlob: randomBytes(16).toString("base64url"), prf: {}, minPinLength: true });
  await withPasskey("localhost", "localhost", platform, async (passkey) => {
    await passkey.replace({ signCount: 2 ** 31 - 3 });
    await gets(passkey, "a counter near its half", 3);
  });
  await withPasskey("localhost", "localhost", withoutVerification, async (passkey) => {
    const made = await get(passkey, {}, "discouraged");
    add("no user verification, as the browser made it", "UserNotVerified", made);
  }, {}, "discouraged");
  await bends(first, companion);
}

async function withPasskey(host, rpId, options, use, extensions = {}, userVerification = "required") {
  const tab = await browser.openPage(`http://${host}:${port}/`);
  const { authenticatorId } = await tab.send("WebAuthn.addVirtualAuthenticator", { options });
  const challenge = randomBytes(32);
  const made = await tab.evaluate(`create(...${JSON.stringify([rpId, challenge.toString("base64url"), extensions, userVerification])})`);
  const key = base64(made.spki);
  const origin = `http://${host}:${port}`;
  const passkey = { id: made.id, credIdHash: hex(sha256(base64(made.id))), x: hex(key.subarray(-64, -32)), y: hex(key.subarray(-32)), rpId,
    rpIdHash: hex(sha256(rpId)), originHash: hex(keccak(Buffer.from(origin))), tab };
  const { credentials } = await tab.send("WebAuthn.getCredentials", { authenticatorId });
  const stored = credentials.find((c) => base64(c.credentialId.replaceAll("+", "-").replaceAll("/", "_")).equals(base64(made.id)));
  passkey.privateKey = createPrivateKey({ key: Buffer.from(stored.privateKey, "base64"), format: "der", type: "pkcs8" });
  passkey.set = (properties) => tab.send("WebAuthn.setCredentialProperties", { authenticatorId, credentialId: stored.credentialId, ...properties });
  passkey.replace = async (change) => {
    await tab.send("WebAuthn.removeCredential", { authenticatorId, credentialId: stored.credentialId });
    await tab.send("WebAuthn.addCredential", { authenticatorId, credential: { ...stored, ...change } });
  };
  const fields = [passkey.credIdHash, passkey.x, passkey.y, passkey.rpIdHash, passkey.originHash];
  creations.push({ attestationObject: hex(base64(made.attestationObject)), challenge: hex(challenge), clientDataJSON: hex(base64(made.clientDataJSON)),
    credentialId: hex(base64(made.id)), origin, passkeyHash: hex(keccak(Buffer.concat(fields.map((f) => Buffer.from(f.slice(2), "hex"))))), rpId,
    userVerified: userVerification === "required", x: passkey.x, y: passkey.y });
  passkey.created = creations.at(-1);
  const result = await use(passkey);
  await tab.close();
  return result;
}

async function get(passkey, extensions = {}, userVerification = "required") {
  const challenge = randomBytes(32);
  const parameters = [passkey.rpId, passkey.id, challenge.toString("base64url"), extensions, userVerification];
  return assertion(passkey, challenge, await passkey.tab.evaluate(`get(...${JSON.stringify(parameters)})`));
}

// What came from a frame of another origin says so, and does not count.
async function framed(passkey) {
  const challenge = randomBytes(32);
  const top = await browser.openPage(`http://localhost:${port}/`);
  const { authenticatorId } = await top.send("WebAuthn.addVirtualAuthenticator", { options: platform });
  const pkcs8 = passkey.privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
  await top.send("WebAuthn.addCredential", { authenticatorId, credential: { credentialId: base64(passkey.id).toString("base64"), isResidentCredential: false, rpId: passkey.rpId, privateKey: pkcs8, signCount: 0 } });
  const parameters = [passkey.rpId, passkey.id, challenge.toString("base64url"), {}, "required"];
  const made = await top.evaluate(`getInFrame(...${JSON.stringify([`http://companion.localhost:${port}`, parameters])})`);
  if (typeof made === "string") throw new Error(`the frame: ${made}`);
  add("asked in a frame of another page, as the browser made it", "CrossOrigin", assertion(passkey, challenge, made));
  await top.close();
}

async function gets(passkey, name, count, extensions) {
  for (let i = 1; i <= count; i++) add(`${name}, ${i}`, "", await get(passkey, extensions));
}

function assertion(passkey, challenge, made) {
  return { passkey, challenge, data: base64(made.authenticatorData), json: base64(made.clientDataJSON).toString(), signature: fromDer(base64(made.signature)) };
}

function fromDer(der) {
  const r = der.subarray(4, 4 + der[3]);
  return [r, der.subarray(6 + der[3])].map((part) => BigInt(hex(part)));
}

function add(name, fault, { passkey, challenge, data, json, signature, at = {} }, contractError = fault) {
  const index = (key) => word(at[key] ?? (json.includes(`"${key}"`) ? json.indexOf(`"${key}"`) : absent));
  cases.push({ authenticatorData: hex(data), challenge: hex(challenge), challengeIndex: index("challenge"), clientDataJSON: hex(Buffer.from(json)), contractError,
    credIdHash: passkey.credIdHash, fault, name, originHash: passkey.originHash, originIndex: index("origin"), r: word(signature[0]), rpIdHash: passkey.rpIdHash,
    s: word(signature[1]), typeIndex: index("type"), x: passkey.x, y: passkey.y });
}

// Each changes one thing of a real assertion. Where it is not the signature that is bad, the authenticator's own key signs again.
async function bends(passkey, other) {
  const made = cases[0];
  const [data, json] = [Buffer.from(made.authenticatorData.slice(2), "hex"), Buffer.from(made.clientDataJSON.slice(2), "hex").toString()];
  const good = { passkey, challenge: Buffer.from(made.challenge.slice(2), "hex"), data, json, signature: [BigInt(made.r), BigInt(made.s)] };
  const signed = (a) => {
    const both = Buffer.concat([a.data, sha256(a.json)]);
    const raw = sign("sha256", both, { key: a.passkey.privateKey, dsaEncoding: "ieee-p1363" });
    return { ...a, signature: [BigInt(hex(raw.subarray(0, 32))), BigInt(hex(raw.subarray(32)))] };
  };
  const flags = (value) => Buffer.concat([data.subarray(0, 32), Buffer.from([value]), data.subarray(33)]);
  const bend = (name, fault, change, contractError) => add(`bent: ${name}`, fault, signed({ ...good, ...change }), contractError);
  const edit = (from, to) => {
    if (!json.includes(from)) throw new Error(`nothing to bend: ${from}`);
    return { json: json.replace(from, () => to) };
  };
  const challengeText = `"challenge":"${good.challenge.toString("base64url")}"`;

  bend("signed again, nothing changed", "", {});
  bend("authenticatorData cut to 36 bytes", "AuthenticatorDataLength", { data: data.subarray(0, 36) });
  bend("rpIdHash of companion.localhost", "RpIdMismatch", { data: Buffer.concat([sha256("companion.localhost"), data.subarray(32)]) });
  bend("UP cleared", "UserNotPresent", { data: flags(data[32] & ~1) });
  bend("UV cleared", "UserNotVerified", { data: flags(data[32] & ~4) });
  bend("BS set without BE", "BackupStateInvalid", { data: flags(data[32] | 0x10) });
  bend("an escaped key", "ClientDataMalformed", edit('"type"', '"\\u0074ype"'));
  bend("text after the object", "ClientDataMalformed", { json: json + "x" });
  bend("type twice", "ClientDataDuplicate", { json: json.slice(0, -1) + ',"type":"webauthn.get"}' });
  bend("type nested only", "TypeMissing", edit('"type":"webauthn.get"', '"x":{"type":"webauthn.get"}'), "TypeIndexMismatch");
  bend("challenge nested only", "ChallengeMissing", edit(challengeText, `"x":{${challengeText}}`), "ChallengeIndexMismatch");
  bend("origin away", "OriginMissing", edit(`"origin":"http://localhost:${port}",`, ""), "OriginIndexMismatch");
  bend("type of a creation", "TypeMismatch", edit("webauthn.get", "webauthn.create"));
  bend("another challenge", "ChallengeMismatch", { challenge: randomBytes(32) });
  bend("another port", "OriginMismatch", edit(`localhost:${port}"`, `localhost:${port + 1}"`));
  bend("crossOrigin true", "CrossOrigin", edit('"crossOrigin":false', '"crossOrigin":true'));
  bend("members in another order", "", { json: "{" + json.slice(1, -1).split(",").reverse().join(",") + "}" });

  const [r, s] = good.signature;
  const unsigned = (name, change) => add(`bent: ${name}`, "SignatureInvalid", { ...good, ...change });
  unsigned("r and s exchanged", { signature: [s, r] });
  unsigned("one bit of r", { signature: [r ^ 1n, s] });
  unsigned("s is the order", { signature: [r, order] });
  unsigned("the counter raised afterwards", { data: Buffer.concat([data.subarray(0, 33), Buffer.from([0, 0, 1, 0])]) });
  unsigned("another key", { passkey: { ...passkey, x: other.x, y: other.y } });
  add("bent: s replaced by n - s", "", { ...good, signature: [r, order - s] });
  add("bent: an index that is one too large", "", { ...good, at: { type: json.indexOf('"type"') + 1 } }, "TypeIndexMismatch");

  // What the browser made for create is no approval, whoever asks for it.
  const created = Buffer.from(passkey.created.clientDataJSON.slice(2), "hex").toString();
  add("bent: what create made, in place of what get made", "TypeMismatch",
    signed({ ...good, challenge: Buffer.from(passkey.created.challenge.slice(2), "hex"), json: created }));
}

function write() {
  const good = cases.filter((c) => c.fault === "" && !c.name.startsWith("bent"));
  const high = good.filter((c) => BigInt(c.s) > order / 2n).length;
  if (high < 3 || good.length - high < 3) throw new Error("all s on one side: run it again");
  const script = readFileSync(new URL(import.meta.url));
  const content = {
    description: "Passkeys and assertions as Chromium and its virtual authenticator make them, and bends of them. fault: AssertionVerifier's answer; contractError: K11Verifier's, called with these positions (2^256 - 1 where there is no such member). Both empty: the assertion counts.",
    generatedBy: "contracts/tools/chromium-vectors.mjs (scripts/contracts chromium-vectors)",
    generatorSha256: hex(sha256(script)),
    browser: browser.product,
    creations,
    cases,
  };
  writeFileSync(new URL("../../tests/vectors/webauthn-chromium.json", import.meta.url), JSON.stringify(content, null, 2) + "\n");
  process.stderr.write(`webauthn-chromium.json: ${good.length} assertions (${high} with high s), ${cases.length - good.length} others, ${creations.length} passkeys\n`);
}
