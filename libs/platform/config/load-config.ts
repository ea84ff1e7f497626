import { parseDocument } from 'yaml'
import { mapping, refuseUnknownKeys } from './collection.js'
import type { Config } from './config.js'
import { ConfigError } from './config-error.js'
import { fromVariable } from './from-json.js'
import { SETTINGS } from './settings.js'
import { isSetting, SETTING_LIST, type PlacedSetting } from './setting-list.js'

type Environment = Readonly<Record<string, string | undefined>>
type Mapping = ReadonlyMap<string, unknown>

const FILE_VARIABLE = 'STATUSLINE_CONFIG'

/**
 * Reads all settings: the environment first (NAME, or the file that NAME_FILE names), then the YAML file that
 * STATUSLINE_CONFIG names, then the defaults.
 * Throws ConfigError with one line for the first wrong one. An empty environment variable counts as absent.
 */
export function loadConfig(env: Environment, readFile: (path: string) => string): Config {
  const file = readYaml(env, readFile)
  refuseUnknown(file, SETTINGS, '')
  const config: Record<string, unknown> = {}
  for (const placed of SETTING_LIST) put(config, placed.path, valueOf(placed, env, file, readFile))
  const complete = config as Config
  refuseContradictions(complete)
  return complete
}

function valueOf(placed: PlacedSetting, env: Environment, file: Mapping, readFile: (path: string) => string): unknown {
  const { path, env: variable, setting } = placed
  const fromEnv = env[variable] || valueFile(variable, env, readFile)
  if (fromEnv) return setting.kind.read(fromVariable(setting.kind, fromEnv, variable), variable)
  const fromFile = path.reduce<unknown>((node, name) => (node instanceof Map ? node.get(name) : undefined), file)
  return fromFile === undefined || fromFile === null ? setting.fallback : setting.kind.read(fromFile, path.join('.'))
}

/** NAME_FILE names a file that holds the value of NAME, as container secrets are handed over. */
function valueFile(variable: string, env: Environment, readFile: (path: string) => string): string | undefined {
  const name = `${variable}_FILE`
  const path = env[name]
  if (path === undefined || path === '') return undefined
  try {
    return readFile(path).trim()
  } catch (error) {
    throw new ConfigError(
      `${name} is ${JSON.stringify(path)}; allowed: a readable file (${firstLine((error as Error).message)})`,
    )
  }
}

function put(config: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path
  if (rest.length === 0) config[name] = value
  else put((config[name] ??= {}) as Record<string, unknown>, rest, value)
}

function readYaml(env: Environment, readFile: (path: string) => string): Mapping {
  const path = env[FILE_VARIABLE]
  if (path === undefined || path === '') return new Map()
  const document = parseDocument(textOf(path, readFile), { uniqueKeys: true, prettyErrors: true })
  const trouble = document.errors[0]
  if (trouble !== undefined)
    throw new ConfigError(
      `${FILE_VARIABLE} is ${JSON.stringify(path)}, which is not YAML: ${firstLine(trouble.message)}`,
    )
  const root: unknown = toMaps(document, path)
  if (root === null) return new Map()
  return mapping(root) ?? new Map(refuseRoot(path))
}

function textOf(path: string, readFile: (path: string) => string): string {
  try {
    return readFile(path)
  } catch (error) {
    throw new ConfigError(
      `${FILE_VARIABLE} is ${JSON.stringify(path)}; allowed: a readable YAML file (${firstLine((error as Error).message)})`,
    )
  }
}

/** Aliases are resolved with a limit of their own, against files that grow when read. */
function toMaps(document: ReturnType<typeof parseDocument>, path: string): unknown {
  try {
    return document.toJS({ mapAsMap: true, maxAliasCount: 100 })
  } catch (error) {
    throw new ConfigError(
      `${FILE_VARIABLE} is ${JSON.stringify(path)}, which cannot be read: ${firstLine((error as Error).message)}`,
    )
  }
}

function refuseRoot(path: string): never {
  throw new ConfigError(`${FILE_VARIABLE} is ${JSON.stringify(path)}; allowed: a YAML file with a mapping of settings`)
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/:$/, '') ?? ''
}

/** Groups of settings are checked here, values by their kind. */
function refuseUnknown(given: Mapping, table: object, path: string): void {
  refuseUnknownKeys(given, Object.keys(table), path)
  for (const [name, node] of Object.entries(table) as [string, object][]) {
    const value = given.get(name)
    const here = path === '' ? name : `${path}.${name}`
    if (isSetting(node) || value === undefined || value === null) continue
    const group = mapping(value)
    if (group === undefined)
      throw new ConfigError(
        `${here} is ${JSON.stringify(value)}; allowed: a mapping with ${Object.keys(node).join(', ')}`,
      )
    refuseUnknown(group, node, here)
  }
}

function refuseContradictions({ limits }: Config): void {
  if (limits.decodedBytes < limits.bodyBytes) {
    throw new ConfigError(
      `limits.decodedBytes is ${limits.decodedBytes}; allowed: at least limits.bodyBytes (${limits.bodyBytes})`,
    )
  }
  // One source may hold half.
  if (limits.concurrentBodyBytes < 2 * limits.bodyBytes) {
    throw new ConfigError(
      `limits.concurrentBodyBytes is ${limits.concurrentBodyBytes}; allowed: at least twice limits.bodyBytes (${2 * limits.bodyBytes})`,
    )
  }
}
