import { hashMessage, TypedDataEncoder, verifyMessage, Wallet } from 'ethers'
import { hashMessage as viemHashMessage, hashTypedData } from 'viem'
import { agreed, bytes, orRefused } from './common.mjs'

/** EIP-191: the hash, and the signature by a key. */
export function personal({ key, message }) {
  const data = bytes(message)
  const hash = agreed('EIP-191', hashMessage(data), viemHashMessage({ raw: data }))
  return { hash, signature: new Wallet(key).signMessageSync(data) }
}

export const personalSigner = ({ message, signature }) => orRefused(() => verifyMessage(bytes(message), signature).toLowerCase())

/** Decimal text to numbers, where the type says so. */
function native(structs, type, value) {
  const bracket = type.lastIndexOf('[')
  if (bracket >= 0) return value.map((v) => native(structs, type.slice(0, bracket), v))
  if (structs[type]) return Object.fromEntries(structs[type].map((f) => [f.name, native(structs, f.type, value[f.name])]))
  return /^u?int/.test(type) ? BigInt(value) : value
}

/** EIP-712 of {types, primary, domain, value}; types as [[struct, [[type, name], ...]], ...]. Null where both refuse. */
export function typed({ types, primary, domain: { chainId, ...rest }, value }) {
  const structs = Object.fromEntries(types.map(([name, fields]) => [name, fields.map(([type, field]) => ({ type, name: field }))]))
  const domain = { ...rest, chainId: BigInt(chainId) }
  const message = native(structs, primary, value)
  const first = orRefused(() => TypedDataEncoder.hash(domain, structs, message))
  const second = orRefused(() => hashTypedData({ domain, types: structs, primaryType: primary, message }))
  const digest = agreed('EIP-712', first, second)
  if (digest === null) return null
  const encoder = TypedDataEncoder.from(structs)
  return { digest, type: encoder.encodeType(primary), hash: encoder.hashStruct(primary, message) }
}
