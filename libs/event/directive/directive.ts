import type { Layout } from '../layout/layout.js'
import { compileApache } from './apache.js'
import { compileEnvoy } from './envoy.js'
import { compileHaproxy } from './haproxy.js'
import { compileNginx } from './nginx.js'
import type { Problem } from './variable.js'
import { compileW3c } from './w3c.js'

/** What turns the directive of one product into a layout. */
type Compile = (name: string, directive: string) => Layout | Problem

/** The products whose own directive says how their lines look. A new one is a file of this folder and a line here. */
const COMPILERS = {
  nginx: compileNginx,
  apache: compileApache,
  envoy: compileEnvoy,
  haproxy: compileHaproxy,
  w3c: compileW3c,
} as const satisfies Record<string, Compile>

/** A product whose directive can be compiled. */
export type DirectiveKind = keyof typeof COMPILERS

/** Their words. */
export const DIRECTIVE_KINDS = Object.keys(COMPILERS) as readonly DirectiveKind[]

/** The directive of one product as its configuration has it. */
export type Directive = Partial<Readonly<Record<DirectiveKind, string>>>

/** The layout of a directive, under a name of the operator's; a problem says what is wrong and what is allowed. */
export function compileLayout(name: string, directive: Directive): Layout | Problem {
  const given = DIRECTIVE_KINDS.filter((kind) => directive[kind] !== undefined)
  const [kind, ...more] = given
  if (kind === undefined || more.length > 0)
    return {
      problem: `has ${given.length === 0 ? 'no directive' : given.join(' and ')}; allowed: exactly one of ${DIRECTIVE_KINDS.join(', ')}`,
    }
  const text = directive[kind] ?? ''
  if (text.length > MAX_DIRECTIVE_CHARS)
    return { problem: `${kind} has ${text.length} characters; allowed: at most ${MAX_DIRECTIVE_CHARS}` }
  const layout = COMPILERS[kind](name, text)
  return 'problem' in layout ? { problem: `${kind} ${layout.problem}` } : layout
}

const MAX_DIRECTIVE_CHARS = 16_384
