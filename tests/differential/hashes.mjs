import { keccak_256 } from '@noble/hashes/sha3.js'
import { decodeRlp, encodeRlp, keccak256 } from 'ethers'
import { toRlp } from 'viem/utils'
import { agreed, bytes, hex, orRefused } from './common.mjs'

export const keccak = (data) => agreed('keccak', hex(keccak_256(bytes(data))), keccak256(data))

/** A tree of hex strings and arrays. */
export const rlp = (tree) => agreed('RLP', encodeRlp(tree), toRlp(tree))

/** The tree, if these bytes are the encoding of one. ethers reads other spellings too, so it writes what it read. */
export function rlpTree(data) {
  const tree = orRefused(() => decodeRlp(data))
  return tree !== null && encodeRlp(tree) === data ? { tree } : null
}
