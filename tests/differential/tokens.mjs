import { secp256k1 } from '@noble/curves/secp256k1.js'
import { calculateJwkThumbprint, CompactSign, compactVerify, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, importJWK } from 'jose'
import { createHash } from 'node:crypto'
import { bytes } from './common.mjs'

const imported = new Map()

async function keyOf(jwk) {
  const text = JSON.stringify(jwk)
  if (!imported.has(text)) imported.set(text, await importJWK(jwk, 'ES256'))
  return imported.get(text)
}

let pair

export const thumbprint = (jwk) => calculateJwkThumbprint(jwk)

/** jose's opinion of one of our tokens: header and claims, or null. */
export async function verify({ token, jwk }) {
  try {
    const { payload, protectedHeader } = await compactVerify(token, await keyOf(jwk), { algorithms: ['ES256'] })
    return { header: protectedHeader, claims: JSON.parse(Buffer.from(payload).toString('utf8')) }
  } catch {
    return null
  }
}

/** A key pair of jose's, for this process. */
export async function publicKey() {
  pair ??= await generateKeyPair('ES256', { extractable: true })
  return exportJWK(pair.publicKey)
}

/** A token by that pair. */
export async function sign({ typ, kid, claims }) {
  await publicKey()
  return new CompactSign(new TextEncoder().encode(claims)).setProtectedHeader({ alg: 'ES256', typ, kid }).sign(pair.privateKey)
}

const base64url = (data) => Buffer.from(data).toString('base64url')
const digest = (data) => createHash('sha256').update(data).digest()

function jwkOf(point) {
  return { kty: 'EC', crv: 'secp256k1', x: base64url(point.slice(1, 33)), y: base64url(point.slice(33)) }
}

/** A DPoP proof (RFC 9449, ES256K) by a private key; jose has no ES256K, so the signature is noble's. */
export async function prove({ key, method, url, token, body, iat, jti, lowS }) {
  const jwk = jwkOf(secp256k1.getPublicKey(bytes(key), false))
  const claims = { jti, htm: method, htu: url, iat, body: base64url(digest(bytes(body))) }
  if (token !== null) claims.ath = base64url(digest(Buffer.from(token, 'ascii')))
  const input = [{ typ: 'dpop+jwt', alg: 'ES256K', jwk }, claims].map((part) => base64url(JSON.stringify(part))).join('.')
  let signature = secp256k1.sign(digest(input), bytes(key), { prehash: false, lowS: true })
  if (!lowS) {
    const { r, s } = secp256k1.Signature.fromBytes(signature)
    signature = new secp256k1.Signature(r, secp256k1.Point.Fn.ORDER - s).toBytes()
  }
  return { proof: `${input}.${base64url(signature)}`, thumbprint: await calculateJwkThumbprint(jwk) }
}

/** What a server of RFC 9449 would read in one of our proofs; null if the signature is not the key's. */
export async function readProof({ proof }) {
  const header = decodeProtectedHeader(proof)
  const claims = decodeJwt(proof)
  const [head, payload, signature] = proof.split('.')
  const key = Uint8Array.of(4, ...Buffer.from(header.jwk.x, 'base64url'), ...Buffer.from(header.jwk.y, 'base64url'))
  const valid = secp256k1.verify(Uint8Array.from(Buffer.from(signature, 'base64url')), digest(`${head}.${payload}`), key, { prehash: false, lowS: true })
  return valid ? { header, claims, thumbprint: await calculateJwkThumbprint(header.jwk) } : null
}

/** The hash that a proof names its token with. */
export const tokenHash = (token) => base64url(digest(Buffer.from(token, 'ascii')))
