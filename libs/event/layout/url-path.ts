/** Where the authority of an absolute URL begins; -1 for any other text: a path may hold `://` too, and is the client's choice. */
export function authorityAt(text: string): number {
  return SCHEME.exec(text)?.[0].length ?? -1
}

const SCHEME = /^[a-z][a-z\d+.-]{0,15}:\/\//i

/** The target of an absolute URL from its path on, `/` where it has none; any other target as it is. */
export function pathOfUrl(target: string): string {
  const authority = authorityAt(target)
  if (authority < 0) return target
  const from = target.slice(authority).search(/[/?#]/)
  if (from < 0) return '/'
  const rest = target.slice(authority + from)
  return rest.startsWith('/') ? rest : `/${rest}`
}
