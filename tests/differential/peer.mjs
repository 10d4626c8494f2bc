// Other people's implementations, asked by tests/AgentKeys.Tests/Differential: one line of JSON in, {op, items}; one line out, {results} in the
// items' order, or {error} when a peer did what this script does not expect. A result of null says: refused. Ends with its standard input.
import { createInterface } from 'node:readline'

const areas = new Map()

async function handlerOf(op) {
  const [area, name] = op.split('.')
  if (!/^[a-z]+$/.test(area)) throw new Error(`no such area: ${area}`)
  // Loaded when first asked: each takes its own few hundred milliseconds.
  if (!areas.has(area)) areas.set(area, await import(`./${area}.mjs`))
  const handler = areas.get(area)[name]
  if (typeof handler !== 'function') throw new Error(`no such question: ${op}`)
  return handler
}

async function answer(line) {
  try {
    const { op, items } = JSON.parse(line)
    const handler = await handlerOf(op)
    const results = []
    for (const item of items) results.push((await handler(item)) ?? null)
    return { results }
  } catch (error) {
    return { error: String(error.stack ?? error) }
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(JSON.stringify(await answer(line)) + '\n')
}
