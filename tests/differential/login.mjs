import { Wallet } from 'ethers'
import { recoverMessageAddress } from 'viem'
import { createSiweMessage, parseSiweMessage, validateSiweMessage } from 'viem/siwe'

const seconds = (text) => text.replaceAll('.000Z', 'Z')

/** EIP-4361 by viem. It writes milliseconds, which are always zero here. */
export const write = (m) =>
  seconds(createSiweMessage({ ...m, version: '1', chainId: Number(m.chainId), issuedAt: new Date(m.issuedAt), expirationTime: new Date(m.expirationTime) }))

export function read(text) {
  const m = parseSiweMessage(text)
  const time = (date) => (date && !Number.isNaN(date.getTime()) ? seconds(date.toISOString()) : null)
  return {
    domain: m.domain, address: m.address, statement: m.statement, uri: m.uri, version: m.version, chainId: String(m.chainId), nonce: m.nonce,
    issuedAt: time(m.issuedAt), expirationTime: time(m.expirationTime), resources: m.resources ?? [],
  }
}

export const sign = ({ key, text }) => new Wallet(key).signMessageSync(text)

/** Whether viem lets this text and signature in, at a time, for a domain and a nonce. */
export async function letsIn({ text, signature, time, domain, nonce }) {
  const message = parseSiweMessage(text)
  if (!validateSiweMessage({ message, time: new Date(time), domain, nonce })) return false
  const signer = await recoverMessageAddress({ message: text, signature }).catch(() => null)
  return signer?.toLowerCase() === message.address.toLowerCase()
}
