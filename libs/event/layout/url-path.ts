/** The target of an absolute URL from its path on, `/` where it has none; any other target as it is. */
export function pathOfUrl(target: string): string {
  const scheme = target.indexOf('://')
  if (scheme < 0 || scheme > 8) return target
  const from = target.slice(scheme + 3).search(/[/?#]/)
  if (from < 0) return '/'
  const rest = target.slice(scheme + 3 + from)
  return rest.startsWith('/') ? rest : `/${rest}`
}
