import type { StatusCode } from './status-code.js'

type Changeable = Omit<StatusCode, 'code' | 'class' | 'source'>

/** What a user says about one code; what is left out stays as the catalogue has it. The class cannot change. */
export type OverlayCode = Pick<StatusCode, 'code'> & {
  readonly [Field in keyof Changeable]?: Changeable[Field] | undefined
}

/** The user's own meaning of some codes, for one traffic source or, without `source`, for all. */
export interface Overlay {
  /** Shown as the `source` of its entries. */
  readonly name: string
  /** The traffic source it holds for; absent: every source. */
  readonly source?: string
  readonly codes: readonly OverlayCode[]
}

/** One code as the configuration lists it: with the traffic source it holds for, if not for all. */
export type ConfiguredCode = OverlayCode & { readonly source?: string | undefined }

/** The name of the overlay that holds for every source. */
export const CONFIGURED = 'configured'

/** Turns the codes of the configuration into one overlay for all sources and one for each source that is named. */
export function overlaysFrom(codes: readonly ConfiguredCode[]): readonly Overlay[] {
  const groups = Map.groupBy(codes, (code) => code.source)
  return [...groups].map(([source, members]) => {
    const own = members.map(({ source: _source, ...code }) => code)
    return source === undefined ? { name: CONFIGURED, codes: own } : { name: source, source, codes: own }
  })
}
