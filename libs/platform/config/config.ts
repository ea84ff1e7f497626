import type { Setting, SETTINGS } from './settings.js'

type ValuesOf<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends Setting<infer T> ? T : ValuesOf<Table[Name]>
}

/** All settings of a process, complete and checked. Sizes are bytes, times carry their unit in the name. */
export type Config = ValuesOf<typeof SETTINGS>
/** What the configuration says about one source. */
export type SourceSettings = Config['sources'] extends ReadonlyMap<string, infer T> ? T : never
/** A webhook that receives notices. */
export type WebhookSettings = Config['alert']['webhooks'][number]
/** A status code of the operator's own. */
export type OverlayCode = Config['codes'][number]
