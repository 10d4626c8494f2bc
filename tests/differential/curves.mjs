import { p256 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { computeAddress, getAddress, recoverAddress } from 'ethers'
import { bytes, hex, orRefused } from './common.mjs'

const whole = { prehash: false }

/** ECDSA on secp256k1 with the nonce of RFC 6979: r || s || v with low s, the public key, its address. */
export function sign({ key, digest }) {
  const recovered = secp256k1.sign(bytes(digest), bytes(key), { ...whole, lowS: true, format: 'recovered' })
  return {
    signature: hex([...recovered.slice(1), 27 + recovered[0]]),
    publicKey: hex(secp256k1.getPublicKey(bytes(key), false)),
    compressed: hex(secp256k1.getPublicKey(bytes(key), true)),
    address: computeAddress(key),
  }
}

export const verify = ({ digest, signature, publicKey, lowS }) =>
  orRefused(() => secp256k1.verify(bytes(signature), bytes(digest), bytes(publicKey), { ...whole, lowS })) ?? false

/** The public key under which r || s with recovery id v is valid; null if there is none. */
export const recover = ({ digest, signature, v }) =>
  orRefused(() => hex(secp256k1.Point.fromBytes(secp256k1.recoverPublicKey(Uint8Array.of(v, ...bytes(signature)), bytes(digest), whole)).toBytes(false)))

/** What Ethereum's ecrecover would say; ethers refuses high s. */
export const recoverer = ({ digest, r, s, v }) => orRefused(() => recoverAddress(digest, { r, s, v: 27 + v }).toLowerCase())

export const point = (data) => orRefused(() => hex(secp256k1.Point.fromBytes(bytes(data)).toBytes(false)))

/** EIP-55: the text, if this is an address by its checksum. */
export const address = (text) => orRefused(() => getAddress(text))

/** ECDSA on P-256 over SHA-256 of a message: r || s and DER. */
export function signP256({ key, message }) {
  const signature = p256.sign(bytes(message), bytes(key), { lowS: false })
  const publicKey = p256.getPublicKey(bytes(key), false)
  return { signature: hex(signature), der: hex(p256.Signature.fromBytes(signature).toBytes('der')), publicKey: hex(publicKey) }
}

export const verifyP256 = ({ message, signature, publicKey }) =>
  orRefused(() => p256.verify(bytes(signature), bytes(message), bytes(publicKey), { lowS: false })) ?? false

/** r || s of a DER signature, strictly read. */
export const der = (data) => orRefused(() => hex(p256.Signature.fromBytes(bytes(data), 'der').toBytes('compact')))
