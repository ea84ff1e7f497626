import type {
  ASTVisitor,
  DocumentNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionSetNode,
  ValidationContext,
} from 'graphql'
import { graphqlError } from './graphql-errors.js'

/** How large a query may be, before anything is read. */
export interface CostLimits {
  readonly textLength: number
  readonly tokens: number
  readonly depth: number
  /** Fields with all fragments spread. */
  readonly fields: number
  /** Questions (fields of Query, aliases counted) of one request. */
  readonly questions: number
}

/** Room for the largest dashboards and for introspection; not for bombs. */
export const DEFAULT_COST_LIMITS: CostLimits = {
  textLength: 16_384,
  tokens: 4_000,
  depth: 16,
  fields: 1_000,
  questions: 20,
}

interface Size {
  readonly depth: number
  readonly fields: number
}

const EMPTY: Size = { depth: 0, fields: 0 }

/** A validation rule that refuses queries which are too deep, too wide, or ask too much at once. Counting is linear in the text. */
export function costRule(limits: CostLimits): (context: ValidationContext) => ASTVisitor {
  return (context) => ({
    Document: (document: DocumentNode) => {
      for (const definition of document.definitions) {
        const excess = definition.kind === 'OperationDefinition' ? excessOf(definition, context, limits) : null
        if (excess !== null) context.reportError(graphqlError('QUERY_TOO_COMPLEX', excess))
      }
      return undefined
    },
  })
}

function excessOf(operation: OperationDefinitionNode, context: ValidationContext, limits: CostLimits): string | null {
  const sizes = new FragmentSizes((name) => context.getFragment(name))
  const { depth, fields } = sizes.of(operation.selectionSet)
  if (depth > limits.depth) return `the query is ${depth} fields deep; at most ${limits.depth}`
  if (fields > limits.fields) return `the query has ${fields} fields; at most ${limits.fields}`
  const questions = sizes.topOf(operation.selectionSet)
  return questions > limits.questions ? `the query asks ${questions} questions; at most ${limits.questions}` : null
}

/** Sizes of selections; each fragment is measured once, so that spreading one many times costs nothing. */
class FragmentSizes {
  private readonly known = new Map<string, { size: Size; top: number }>()

  constructor(private readonly fragment: (name: string) => FragmentDefinitionNode | null | undefined) {}

  of(set: SelectionSetNode | undefined): Size {
    let size = EMPTY
    for (const selection of set?.selections ?? []) {
      if (selection.kind === 'Field') {
        const below = this.of(selection.selectionSet)
        size = larger(size, { depth: below.depth + 1, fields: below.fields + 1 })
      } else if (selection.kind === 'InlineFragment') size = larger(size, this.of(selection.selectionSet))
      else size = larger(size, this.named(selection.name.value).size)
    }
    return size
  }

  /** Fields at the top of a selection, introspection left out. */
  topOf(set: SelectionSetNode): number {
    return set.selections.reduce((sum, selection) => {
      if (selection.kind === 'Field') return sum + (selection.name.value.startsWith('__') ? 0 : 1)
      if (selection.kind === 'InlineFragment') return sum + this.topOf(selection.selectionSet)
      return sum + this.named(selection.name.value).top
    }, 0)
  }

  /** A fragment inside itself counts as nothing here; another rule refuses it. */
  private named(name: string): { size: Size; top: number } {
    const found = this.known.get(name)
    if (found !== undefined) return found
    this.known.set(name, { size: EMPTY, top: 0 })
    const set = this.fragment(name)?.selectionSet
    const measured = { size: this.of(set), top: set === undefined ? 0 : this.topOf(set) }
    this.known.set(name, measured)
    return measured
  }
}

function larger(a: Size, b: Size): Size {
  return { depth: Math.max(a.depth, b.depth), fields: a.fields + b.fields }
}
