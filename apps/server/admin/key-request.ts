import { SCOPES, type Scope } from '#platform'
import type { NewApiKey } from '#store'
import { Refusal } from '../http/refusal.js'
import { isSourceName } from '../ingest/source-name.js'
import { refuseUnknown, wrong } from '../http/known-arguments.js'

const MAX_NAME = 100

/** Reads what `POST /v1/keys` asks for; throws a `Refusal` that names the argument. */
export function readKeyRequest(body: unknown): NewApiKey {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Refusal('bad_json')
  refuseUnknown(body, ['name', 'scopes', 'source'], 'fields')
  const { name, scopes, source = null } = body as Record<string, unknown>
  if (typeof name !== 'string' || !/^[^\p{Cc}]+$/u.test(name) || name.length > MAX_NAME)
    throw wrong('name', `1 to ${MAX_NAME} printable characters`)
  if (!Array.isArray(scopes) || scopes.length === 0 || !scopes.every(isScope))
    throw wrong('scopes', `one or more of ${SCOPES.join(', ')}`)
  if (source !== null && !(typeof source === 'string' && isSourceName(source)))
    throw wrong('source', 'a source name, or null for any')
  // Reading and administration are of all sources: a binding would promise what nothing keeps.
  if (source !== null && scopes.some((scope) => scope !== 'ingest'))
    throw wrong('source', 'only ingest keys can be bound to a source; give the key the scope ingest alone')
  return { name, scopes: [...new Set(scopes)], source }
}

/** Reads the id in the address of a key. */
export function readKeyId(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw wrong('id', 'the number of a key')
  return Number(text)
}

function isScope(word: unknown): word is Scope {
  return SCOPES.some((scope) => scope === word)
}
