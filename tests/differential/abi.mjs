import { AbiCoder, FunctionFragment, ParamType, Result } from 'ethers'
import { decodeAbiParameters, encodeAbiParameters, toFunctionSelector } from 'viem/utils'
import { agreed, orRefused } from './common.mjs'

const coder = AbiCoder.defaultAbiCoder()

const parameters = (types) => types.map((t) => ParamType.from(t))

/** viem wants the members spelled out. */
function spelled(type) {
  const brackets = /(\[\d*\])+$/.exec(type.format())?.[0] ?? ''
  let item = type
  while (item.arrayChildren) item = item.arrayChildren
  return item.components ? { type: 'tuple' + brackets, components: item.components.map(spelled) } : { type: item.type + brackets }
}

/** Decimal text to numbers, where the type says so. */
function typed(type, value) {
  if (type.arrayChildren) return value.map((v) => typed(type.arrayChildren, v))
  if (type.components) return value.map((v, i) => typed(type.components[i], v))
  return /^u?int/.test(type.type) ? BigInt(value) : value
}

function plain(value) {
  if (value instanceof Result) return value.toArray().map(plain)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'bigint' || typeof value === 'number') return value.toString()
  return typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value) ? value.toLowerCase() : value
}

export function encode({ types, values }) {
  const list = parameters(types)
  const native = values.map((v, i) => typed(list[i], v))
  return agreed('ABI encoding', coder.encode(list, native), encodeAbiParameters(list.map(spelled), native))
}

/** The values, if these bytes are the encoding of some: both peers are lenient, so each writes again what it read. */
export function decode({ types, data }) {
  const list = parameters(types)
  const first = orRefused(() => {
    const values = coder.decode(list, data)
    return coder.encode(list, values) === data ? plain(values) : null
  })
  const second = orRefused(() => {
    const values = decodeAbiParameters(list.map(spelled), data)
    return encodeAbiParameters(list.map(spelled), values) === data ? plain(values) : null
  })
  const values = agreed('ABI decoding', first, second)
  return values === null ? null : { values }
}

export const selector = (signature) =>
  agreed('selectors', FunctionFragment.from(signature).selector, toFunctionSelector(signature))
