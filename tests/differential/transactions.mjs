import { Signature, Transaction, Wallet } from 'ethers'
import { parseTransaction, recoverTransactionAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { agreed, orRefused } from './common.mjs'

const nullable = (value) => value ?? undefined

function ethersFields(t) {
  const common = { chainId: BigInt(t.chainId), nonce: Number(t.nonce), gasLimit: BigInt(t.gas), to: t.to, value: BigInt(t.value), data: t.data }
  return t.gasPrice !== undefined
    ? { type: 0, ...common, gasPrice: BigInt(t.gasPrice) }
    : { type: 2, ...common, maxFeePerGas: BigInt(t.maxFee), maxPriorityFeePerGas: BigInt(t.tip), accessList: t.accessList }
}

function viemFields(t) {
  const common = { chainId: Number(t.chainId), nonce: Number(t.nonce), gas: BigInt(t.gas), to: nullable(t.to), value: BigInt(t.value), data: t.data }
  return t.gasPrice !== undefined
    ? { type: 'legacy', ...common, gasPrice: BigInt(t.gasPrice) }
    : { type: 'eip1559', ...common, maxFeePerGas: BigInt(t.maxFee), maxPriorityFeePerGas: BigInt(t.tip), accessList: t.accessList }
}

/** Signed with the key: nonces by RFC 6979, so everybody's bytes are the same. Null where both refuse. */
export async function sign({ key, transaction }) {
  const first = await new Wallet(key).signTransaction(ethersFields(transaction)).catch(() => null)
  const second = await privateKeyToAccount(key).signTransaction(viemFields(transaction)).catch(() => null)
  const raw = agreed('a signed transaction', first, second)
  if (raw === null) return null
  const read = Transaction.from(raw)
  return { raw, signingHash: read.unsignedHash, hash: read.hash }
}

/** What peers read in a transaction that we signed. */
export async function read({ raw, accessList }) {
  const first = orRefused(() => Transaction.from(raw))
  if (first === null) return null
  const second = parseTransaction(raw)
  const from = agreed('the sender', first.from.toLowerCase(), (await recoverTransactionAddress({ serializedTransaction: raw })).toLowerCase())
  const fields = {
    from,
    chainId: agreed('the chain', first.chainId.toString(), String(second.chainId)),
    nonce: agreed('the nonce', String(first.nonce), String(second.nonce ?? 0)),
    gas: agreed('the gas', first.gasLimit.toString(), String(second.gas ?? 0)),
    to: agreed('the recipient', first.to?.toLowerCase() ?? null, second.to?.toLowerCase() ?? null),
    value: agreed('the value', first.value.toString(), String(second.value ?? 0)),
    data: agreed('the data', first.data, second.data ?? '0x'),
  }
  if (first.type === 0) return { ...fields, gasPrice: agreed('the price', first.gasPrice.toString(), String(second.gasPrice ?? 0)) }
  const list = first.accessList.map((e) => ({ address: e.address.toLowerCase(), storageKeys: e.storageKeys }))
  return { ...fields, maxFee: first.maxFeePerGas.toString(), tip: first.maxPriorityFeePerGas.toString(), accessList: list }
}

/** Whether ethers takes s for a transaction: one at most half the order. */
export const takesSignature = ({ r, s, v }) => orRefused(() => Signature.from({ r, s, v: 27 + v }).isValid()) ?? false
