// What the benches measure beside ours, inside one Node process: one line of JSON in, {op, ...}, one line out, {microseconds} of one call, or
// {error}. Ends with its standard input.
import { createInterface } from 'node:readline'
import { compactVerify, importJWK } from 'jose'
import { recoverMessageAddress } from 'viem'
import { parseSiweMessage, validateSiweMessage } from 'viem/siwe'

const calls = {
  /** jose's verification of a compact JWS with an imported key, and its claims parsed. */
  async jose({ token, jwk }) {
    const key = await importJWK(jwk, 'ES256')
    const decoder = new TextDecoder()
    return async () => JSON.parse(decoder.decode((await compactVerify(token, key, { algorithms: ['ES256'] })).payload))
  },

  /** viem's parts of a login: read the text, check its members, recover the signer, compare. */
  async siwe({ text, signature, domain, nonce, time }) {
    return async () => {
      const message = parseSiweMessage(text)
      const valid = validateSiweMessage({ message, domain, nonce, time: new Date(time) })
      const signer = await recoverMessageAddress({ message: text, signature })
      if (!valid || signer !== message.address) throw new Error('refused')
    }
  },
}

/** Processor time of one call, all threads of this process: what else the machine does is not in it. */
async function measure(call, milliseconds) {
  const used = () => { const { user, system } = process.cpuUsage(); return user + system }
  let count = 0, start = 0
  for (const limit of [1000 * milliseconds, 1000 * milliseconds]) { // the first is the warm-up
    count = 0
    start = used()
    while (used() - start < limit) {
      await call()
      count++
    }
  }
  return (used() - start) / count
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer
  try {
    const { op, milliseconds, ...question } = JSON.parse(line)
    answer = { microseconds: await measure(await calls[op](question), milliseconds) }
  } catch (error) {
    answer = { error: String(error.stack ?? error) }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
