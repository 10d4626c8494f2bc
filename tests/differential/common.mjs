export const bytes = (hex) => Uint8Array.from(Buffer.from(hex.slice(2), 'hex'))
export const hex = (data) => '0x' + Buffer.from(data).toString('hex')

/** What a peer does, or null where it throws: its way to refuse. */
export function orRefused(act) {
  try {
    return act()
  } catch {
    return null
  }
}

/** Peers that must say the same before either is compared with us. */
export function agreed(what, ...answers) {
  const texts = answers.map((a) => JSON.stringify(a ?? null))
  if (texts.some((t) => t !== texts[0])) throw new Error(`the peers differ about ${what}: ${texts.join(' and ')}`)
  return answers[0]
}
