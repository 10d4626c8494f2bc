#!/usr/bin/env node
// Writes tests/vectors/p256.json: signatures over P-256 that verifiers get wrong. Everything is derived from fixed seeds, so a second
// run writes the same bytes. `valid` comes from the textbook arithmetic below; every case that OpenSSL can be asked about
// (the digest is a real SHA-256 and the key is a real point) is checked against it too, and a difference stops the script.
import { createHash, createPublicKey, verify as opensslVerify } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";

const p = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const G = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
];

const mod = (a, m) => ((a % m) + m) % m;
function power(base, exponent, m) {
  let result = 1n;
  for (base = mod(base, m); exponent > 0n; exponent >>= 1n, base = (base * base) % m) if (exponent & 1n) result = (result * base) % m;
  return result;
}
const inverse = (a, m) => power(a, m - 2n, m);
// null is the point at infinity.
function add(A, B) {
  if (!A) return B;
  if (!B) return A;
  let slope;
  if (A[0] !== B[0]) slope = mod((B[1] - A[1]) * inverse(B[0] - A[0], p), p);
  else if (A[1] === B[1]) slope = mod((3n * A[0] * A[0] - 3n) * inverse(2n * A[1], p), p);
  else return null;
  const x = mod(slope * slope - A[0] - B[0], p);
  return [x, mod(slope * (A[0] - x) - A[1], p)];
}
function multiply(k, A) {
  let R = null;
  for (let i = 255n; i >= 0n; i--) {
    R = add(R, R);
    if ((k >> i) & 1n) R = add(R, A);
  }
  return R;
}
function isValid(h, r, s, x, y) {
  if (r < 1n || r >= n || s < 1n || s >= n || x >= p || y >= p) return false;
  if (mod(y * y - (x * x * x - 3n * x + b), p) !== 0n) return false;
  const w = inverse(s, n);
  const R = add(multiply(mod(h * w, n), G), multiply(mod(r * w, n), [x, y]));
  return R !== null && R[0] % n === r;
}
const sha = (...parts) => createHash("sha256").update(parts.join("|")).digest();
const number = (...parts) => BigInt("0x" + sha(...parts).toString("hex"));
const scalar = (...parts) => mod(number(...parts), n - 1n) + 1n;
const hex = (v) => "0x" + v.toString(16).padStart(64, "0");
const sign = (h, d, k) => {
  const r = multiply(k, G)[0] % n;
  return [r, mod(inverse(k, n) * (h + r * d), n)];
};

function askOpenssl(message, r, s, x, y) {
  const word = (v) => Buffer.from(v.toString(16).padStart(64, "0"), "hex");
  const key = createPublicKey({
    key: { kty: "EC", crv: "P-256", x: word(x).toString("base64url"), y: word(y).toString("base64url") },
    format: "jwk",
  });
  return opensslVerify("sha256", Buffer.from(message), { key, dsaEncoding: "ieee-p1363" }, Buffer.concat([word(r), word(s)]));
}

const cases = [];
function put(name, h, r, s, x, y, { message, expect } = {}) {
  const valid = isValid(h, r, s, x, y);
  if (expect !== undefined && valid !== expect) throw new Error(`${name}: expected ${expect}`);
  if (message !== undefined && askOpenssl(message, r, s, x, y) !== valid) throw new Error(`${name}: OpenSSL disagrees`);
  cases.push({ name, digest: hex(h), r: hex(r), s: hex(s), x: hex(x), y: hex(y), valid });
}
const limit = 2n ** 256n;

for (let i = 0; i < 24; i++) {
  const message = `random ${i}`;
  const [h, d, k] = [number(message), scalar("d", i), scalar("k", i)];
  const [x, y] = multiply(d, G);
  const [r, s] = sign(h, d, k);
  put(`random ${i}`, h, r, s, x, y, { message, expect: true });
  put(`random ${i}, other s`, h, r, n - s, x, y, { message, expect: true });
  const bit = 1n << (number("bit", i) % 256n);
  put(`random ${i}, bit of digest flipped`, h ^ bit, r, s, x, y, { expect: false });
  put(`random ${i}, bit of r flipped`, h, r ^ bit, s, x, y, { expect: false });
  put(`random ${i}, bit of s flipped`, h, r, s ^ bit, x, y, { expect: false });
  put(`random ${i}, bit of x flipped`, h, r, s, x ^ bit, y, { expect: false });
  put(`random ${i}, bit of y flipped`, h, r, s, x, y ^ bit, { expect: false });
  put(`random ${i}, key negated`, h, r, s, x, p - y, { message, expect: false });
}

// Keys whose multiples of Q meet multiples of G in the table: additions there are doublings or end in infinity.
for (const d of [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 12n, 15n, 16n, 17n])
  for (const [sign_, key] of [["", d], ["minus ", n - d]])
    for (let i = 0; i < 3; i++) {
      const message = `small ${sign_}${d} ${i}`;
      const [x, y] = multiply(key, G);
      const h = number(message);
      const [r, s] = sign(h, key, scalar(message, "k"));
      put(`key ${sign_}${d} G, ${i}`, h, r, s, x, y, { message, expect: true });
      put(`key ${sign_}${d} G, ${i}, other digest`, h ^ 1n, r, s, x, y, { expect: false });
    }
for (const den of [2n, 3n, 4n])
  for (const num of [1n, 2n, 3n]) {
    const key = (num * inverse(den, n)) % n;
    const [x, y] = multiply(key, G);
    const h = number("fraction", num, den);
    const [r, s] = sign(h, key, scalar("fraction k", num, den));
    put(`key ${num}/${den} G`, h, r, s, x, y, { expect: true });
  }
// Small nonces: the result itself is a small multiple of G.
for (const k of [1n, 2n, 3n, 4n, n - 1n, n - 2n]) {
  const [x, y] = multiply(scalar("small nonce"), G);
  const h = number("nonce", k);
  const [r, s] = sign(h, scalar("small nonce"), k);
  put(`nonce ${k > 9n ? "n - " + (n - k) : k}`, h, r, s, x, y, { expect: true });
}

// Digests at the ends of the range: 0, 1, n - 1, n (is 0), n + 1, 2^256 - 1.
for (const [name, h] of [["0", 0n], ["1", 1n], ["n - 1", n - 1n], ["n", n], ["n + 1", n + 1n], ["2^256 - 1", limit - 1n]]) {
  const d = scalar("digest", name);
  const [x, y] = multiply(d, G);
  const [r, s] = sign(h, d, scalar("digest k", name));
  put(`digest ${name}`, h, r, s, x, y, { expect: true });
  put(`digest ${name}, other key`, h, r, s, ...multiply(d + 1n, G), { expect: false });
}
{
  const d = scalar("same digest");
  const h = mod(number("same digest"), limit - n);
  const [r, s] = sign(h, d, scalar("same digest k"));
  put("digest + n means the same digest", h + n, r, s, ...multiply(d, G), { expect: true });
}

// r and s out of range, alone and together.
{
  const message = "ranges";
  const d = scalar(message);
  const h = number(message);
  const [x, y] = multiply(d, G);
  const [r, s] = sign(h, d, scalar("ranges k"));
  const edges = [["0", 0n], ["n", n], ["n + 1", n + 1n], ["p", p], ["2^256 - 1", limit - 1n]];
  for (const [name, v] of edges) {
    put(`r = ${name}`, h, v, s, x, y, { expect: false });
    put(`s = ${name}`, h, r, v, x, y, { expect: false });
    for (const [other, w] of edges) put(`r = ${name}, s = ${other}`, h, v, w, x, y, { expect: false });
  }
  for (const [name, v] of [["1", 1n], ["n - 1", n - 1n]]) {
    put(`r = ${name}`, h, v, s, x, y, { message, expect: false });
    put(`s = ${name}`, h, r, v, x, y, { message, expect: false });
  }
  // Coordinates off the curve, unreduced, at infinity.
  put("key (0, 0)", h, r, s, 0n, 0n, { expect: false });
  put("key (0, 0), r = s = 0", 0n, 0n, 0n, 0n, 0n, { expect: false });
  put("key (0, 1), off the curve", h, r, s, 0n, 1n, { expect: false });
  put("key (x, 0), off the curve", h, r, s, x, 0n, { expect: false });
  put("key (y, x), off the curve", h, r, s, y, x, { expect: false });
  put("key (p, p)", h, r, s, p, p, { expect: false });
  put("key (2^256 - 1, 2^256 - 1)", h, r, s, limit - 1n, limit - 1n, { expect: false });
}
// A point of the twist-like curve y^2 = x^3 - 3x + b': on some curve, but not on this one.
put("key (1, 1), on another curve", number("twist"), scalar("twist r"), scalar("twist s"), 1n, 1n, { expect: false });

// Unreduced coordinates: x + p and y + p fit 256 bits only for tiny x or y, so such keys are looked for. Points with tiny x are
// found by a square root (p = 3 mod 4); no discrete log is known, so the signature is made backwards: pick u1, u2, set
// R = u1 G + u2 Q, r = R.x, s = r / u2, h = u1 s.
function backwards(name, x, y, suffix, x2, y2) {
  const [u1, u2] = [scalar(name, "u1"), scalar(name, "u2")];
  const r = add(multiply(u1, G), multiply(u2, [x, y]))[0] % n;
  const s = mod(r * inverse(u2, n), n);
  const h = mod(u1 * s, n);
  put(name, h, r, s, x, y, { expect: true });
  put(`${name}, ${suffix}`, h, r, s, x2, y2, { expect: false });
}
let found = 0;
for (let x = 0n; found < 6; x++) {
  const square = mod(x * x * x - 3n * x + b, p);
  const y = power(square, (p + 1n) / 4n, p);
  if (mod(y * y, p) !== square) continue;
  found++;
  backwards(`key with x = ${x}`, x, y, "x + p", x + p, y);
  backwards(`key with x = ${x}, negated`, x, p - y, "x + p", x + p, p - y);
}
// A key with tiny y: a root of x^3 - 3x + b - y^2, found as gcd(x^p - x, cubic) with polynomials over the field.
function cubicRoot(c) {
  // Arithmetic mod x^3 - 3x + c: polynomials [a0, a1, a2].
  const times = (f, g) => {
    const t = [0n, 0n, 0n, 0n, 0n];
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) t[i + j] += f[i] * g[j];
    for (const i of [4, 3]) {
      t[i - 2] += 3n * t[i];
      t[i - 3] -= c * t[i];
      t[i] = 0n;
    }
    return t.slice(0, 3).map((v) => mod(v, p));
  };
  const raise = (f, e) => {
    let result = [1n, 0n, 0n];
    for (; e > 0n; e >>= 1n, f = times(f, f)) if (e & 1n) result = times(result, f);
    return result;
  };
  const degree = (f) => f.reduce((d, v, i) => (v !== 0n ? i : d), -1);
  const remainder = (f, g) => {
    f = f.slice();
    const dg = degree(g);
    for (let d = degree(f); d >= dg; d = degree(f)) {
      const q = mod(f[d] * inverse(g[dg], p), p);
      for (let i = 0; i <= dg; i++) f[d - dg + i] = mod(f[d - dg + i] - q * g[i], p);
    }
    return f;
  };
  let f = [mod(c, p), mod(-3n, p), 0n, 1n];
  let g = raise([0n, 1n, 0n], p);
  g[1] = mod(g[1] - 1n, p);
  while (degree(g) >= 0) [f, g] = [g, remainder(f, g)];
  // Only the simple case, one root; the caller tries the next y otherwise.
  return degree(f) === 1 ? mod(-f[0] * inverse(f[1], p), p) : null;
}
found = 0;
for (let y = 1n; found < 4; y++) {
  const x = cubicRoot(b - y * y);
  if (x === null) continue;
  found++;
  backwards(`key with y = ${y}`, x, y, "y + p", x, y + p);
}

// The sum is infinity: u1 G = -u2 Q. There is no x to compare, whatever r and s are.
for (let i = 0; i < 8; i++) {
  const d = i < 4 ? BigInt(i + 1) : scalar("infinity", i);
  const [r, s] = [scalar("infinity r", i), scalar("infinity s", i)];
  put(`u1 G + u2 Q = infinity, ${i}`, mod(-r * d, n), r, s, ...multiply(d, G), { expect: false });
}
// u1 G = u2 Q: the last addition would be a doubling for a verifier that multiplies apart.
for (let i = 0; i < 4; i++) {
  const d = scalar("equal", i);
  const u2 = scalar("equal u2", i);
  const u1 = mod(u2 * d, n);
  const r = multiply(mod(2n * u1, n), G)[0] % n;
  const s = mod(r * inverse(u2, n), n);
  put(`u1 G = u2 Q, ${i}`, mod(u1 * s, n), r, s, ...multiply(d, G), { expect: true });
}
// u1 or u2 with long runs of zeros or ones.
for (const [name, u1, u2] of [
  ["u1 = 0", 0n, scalar("zero u1")],
  ["u1 = u2 = 1", 1n, 1n],
  ["u1 = 1, u2 = 2", 1n, 2n],
  ["u1 = 2^255, u2 = 1", 1n << 255n, 1n],
  ["u1 = 1, u2 = 2^255", 1n, 1n << 255n],
  ["u1 = n - 1, u2 = 2", n - 1n, 2n],
  ["u1 = 2, u2 = n - 1", 2n, n - 1n],
  ["u1 = u2 = 2^128 - 1", (1n << 128n) - 1n, (1n << 128n) - 1n],
]) {
  const Q = multiply(scalar("runs", name), G);
  const r = add(multiply(u1, G), multiply(u2, Q))[0] % n;
  const s = mod(r * inverse(u2, n), n);
  put(name, mod(u1 * s, n), r, s, ...Q, { expect: true });
}
// x of the sum between n and p: only x mod n is in the signature. Such an x is 2^-128 rare, so it is built: R with x = n + t is
// chosen, then Q = (R - u1 G) / u2.
found = 0;
for (let t = 0n; found < 4; t++) {
  const x = n + t;
  const square = mod(x * x * x - 3n * x + b, p);
  const y = power(square, (p + 1n) / 4n, p);
  if (mod(y * y, p) !== square || t === 0n) continue;
  found++;
  const [u1, u2] = [scalar("wrap u1", t), scalar("wrap u2", t)];
  const minus = multiply(u1, G);
  const Q = multiply(inverse(u2, n), add([x, y], [minus[0], p - minus[1]]));
  const r = t;
  const s = mod(r * inverse(u2, n), n);
  put(`x of the sum is n + ${t}`, mod(u1 * s, n), r, s, ...Q, { expect: true });
  put(`x of the sum is n + ${t}, r not reduced`, mod(u1 * s, n), x, s, ...Q, { expect: false });
}

const folder = new URL("../../tests/vectors/", import.meta.url);
mkdirSync(folder, { recursive: true });
const head = "ECDSA over P-256: digest is SHA-256 of the message, r and s may be high, valid is the one right answer.";
const lines = cases.map((c) => "    " + JSON.stringify(c)).join(",\n");
const made = "contracts/tools/p256-vectors.mjs (scripts/contracts vectors)";
writeFileSync(
  new URL("p256.json", folder),
  `{\n  "description": ${JSON.stringify(head)},\n  "generatedBy": ${JSON.stringify(made)},\n  "cases": [\n${lines}\n  ]\n}\n`,
);
process.stderr.write(`p256.json: ${cases.length} cases, ${cases.filter((c) => c.valid).length} valid\n`);
