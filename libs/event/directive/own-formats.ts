import { BUILT_IN_FORMATS, Formats } from '../format.js'
import type { Layout } from '../layout/layout.js'
import { compileLayout, type Directive } from './directive.js'

/** The formats of a deployment, and what is wrong with those of its own. */
export interface OwnFormats {
  readonly formats: Formats
  /** A line each, with what is allowed; the formats are complete only without any. */
  readonly problems: readonly string[]
}

const NAME = /^[a-z][\w-]{0,63}$/
const MAX_PROBLEM_CHARS = 500

/** Compiles the operator's own formats, by name, and lays them beside the built-in ones. */
export function ownFormats(directives: ReadonlyMap<string, Directive>): OwnFormats {
  const layouts: Layout[] = []
  const problems: string[] = []
  for (const [name, directive] of directives) {
    const layout = compileOwn(name, directive)
    if ('problem' in layout) problems.push(oneLine(layout.problem))
    else layouts.push(layout)
  }
  return { formats: layouts.length === 0 ? BUILT_IN_FORMATS : new Formats(layouts), problems }
}

function compileOwn(name: string, directive: Directive): Layout | { readonly problem: string } {
  if (!NAME.test(name))
    return {
      problem: `formats has ${JSON.stringify(name.slice(0, 80))}; allowed: a lower-case letter, then up to 63 letters, digits, _ and -`,
    }
  if (BUILT_IN_FORMATS.get(name) !== undefined)
    return { problem: `formats has ${JSON.stringify(name)}, which is built in; allowed: any other name` }
  const layout = compileLayout(name, directive)
  return 'problem' in layout ? { problem: `formats.${name}: ${layout.problem}` } : layout
}

function oneLine(problem: string): string {
  const line = problem.replaceAll(/\s+/g, ' ')
  return line.length > MAX_PROBLEM_CHARS ? `${line.slice(0, MAX_PROBLEM_CHARS)}…` : line
}
