import { MAX_LABEL_BYTES } from '../label.js'
import { pathStart, skipParameters, writeTemplate } from './write-template.js'

/** A configured template that cannot be used, and why. */
export interface RouteProblem {
  readonly template: string
  readonly problem: 'no leading slash' | 'empty placeholder' | 'too long' | 'rest not at the end' | 'twice'
}

/** One position in a path. Words are tried before a placeholder with text around it, that before a bare one, `**` last. */
interface Node {
  readonly words: Map<string, Node>
  readonly byBytes: { readonly word: Uint8Array; readonly node: Node }[]
  readonly patterns: { readonly head: Uint8Array; readonly tail: Uint8Array; readonly node: Node }[]
  any: Node | null
  /** Index of the template that ends here, or with `**` from here; -1: none. */
  index: number
  rest: number
}

const PLACEHOLDER = /^([^{}]*)\{([^{}/]+)\}([^{}]*)$/
const SLASH = 0x2f
const SEMICOLON = 0x3b
const QUESTION = 0x3f
const HASH = 0x23

/**
 * Route templates that the operator configured, such as `/orders/{orderId}`, `/files/{name}.json` and `/static/**`. Of
 * several that fit a path the one with the earliest fixed word wins, whatever their order.
 */
export class RouteRules {
  /** The templates, by the index that `match` returns. */
  readonly templates: readonly string[]
  /** Templates that were left out. */
  readonly problems: readonly RouteProblem[]
  readonly #root = newNode()
  readonly #encoded: readonly Uint8Array[]

  private constructor(templates: readonly string[]) {
    const problems: RouteProblem[] = []
    this.templates = [...templates]
    this.#encoded = templates.map((template) => new TextEncoder().encode(template))
    for (const [index, template] of templates.entries()) {
      const problem = this.#add(template, index)
      if (problem !== null) problems.push({ template, problem })
    }
    this.problems = problems
  }

  /** Compiles templates; those that cannot be used are told in `problems` and never match. */
  static compile(templates: readonly string[]): RouteRules {
    return new RouteRules(templates)
  }

  /** The index of the template that the path `from..to` fits, -1 where there is none. Query, `;parameters` and `//` do not count. */
  match(bytes: Uint8Array, from: number, to: number): number {
    const start = bytes[from] === SLASH ? from : pathStart(bytes, from, to)
    return matchNode(this.#root, bytes, start, to)
  }

  /** Writes the route of a path: the configured template that it fits, else the automatic one. As `writeTemplate`. */
  write(bytes: Uint8Array, from: number, to: number, out: Uint8Array): number {
    const template = this.#encoded[this.match(bytes, from, to)]
    if (template === undefined) return writeTemplate(bytes, from, to, out)
    out.set(template)
    return template.length
  }

  #add(template: string, index: number): RouteProblem['problem'] | null {
    if (!template.startsWith('/')) return 'no leading slash'
    if ((this.#encoded[index] as Uint8Array).length > MAX_LABEL_BYTES) return 'too long'
    const segments = template.split('/').filter((segment) => segment !== '')
    if (segments.slice(0, -1).includes('**')) return 'rest not at the end'
    if (segments.some((segment) => /[{}]/.test(segment) && !PLACEHOLDER.test(segment))) return 'empty placeholder'
    const hasRest = segments.at(-1) === '**'
    const end = (hasRest ? segments.slice(0, -1) : segments).reduce(childOf, this.#root)
    if ((hasRest ? end.rest : end.index) >= 0) return 'twice'
    if (hasRest) end.rest = index
    else end.index = index
    return null
  }
}

function newNode(): Node {
  return { words: new Map(), byBytes: [], patterns: [], any: null, index: -1, rest: -1 }
}

function childOf(node: Node, segment: string): Node {
  const [, head, name, tail] = PLACEHOLDER.exec(segment) ?? []
  if (name !== undefined && head === '' && tail === '') return (node.any ??= newNode())
  const known = node.words.get(name === undefined ? segment : `${head}{}${tail}`)
  if (known !== undefined) return known
  const child = newNode()
  const encoder = new TextEncoder()
  node.words.set(name === undefined ? segment : `${head}{}${tail}`, child)
  if (name === undefined) node.byBytes.push({ word: encoder.encode(segment), node: child })
  else node.patterns.push({ head: encoder.encode(head), tail: encoder.encode(tail), node: child })
  return child
}

function matchNode(node: Node, bytes: Uint8Array, from: number, to: number): number {
  const start = segmentStart(bytes, from, to)
  if (start === to) return node.index >= 0 ? node.index : node.rest
  const end = segmentEnd(bytes, start, to)
  const next = skipParameters(bytes, end, to)
  for (const { word, node: child } of node.byBytes) {
    if (word.length !== end - start || !standsAt(word, bytes, start)) continue
    const index = matchNode(child, bytes, next, to)
    if (index >= 0) return index
    break
  }
  for (const { head, tail, node: child } of node.patterns) {
    if (head.length + tail.length >= end - start || !standsAt(head, bytes, start)) continue
    const index = standsAt(tail, bytes, end - tail.length) ? matchNode(child, bytes, next, to) : -1
    if (index >= 0) return index
  }
  const index = node.any === null ? -1 : matchNode(node.any, bytes, next, to)
  return index >= 0 ? index : node.rest
}

/** The next segment's first byte, or `to` where the path ends. */
function segmentStart(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  for (;;) {
    while (i < to && bytes[i] === SLASH) i++
    if (i === to || bytes[i] === QUESTION || bytes[i] === HASH) return to
    if (bytes[i] !== SEMICOLON) return i
    i = skipParameters(bytes, i, to)
  }
}

function segmentEnd(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && bytes[i] !== SLASH && bytes[i] !== SEMICOLON && bytes[i] !== QUESTION && bytes[i] !== HASH) i++
  return i
}

function standsAt(word: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false
  return true
}
