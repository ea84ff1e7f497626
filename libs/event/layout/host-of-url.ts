import { authorityAt } from './url-path.js'

/** The host in an absolute URL, without port and user; empty where the text is none. */
export function hostOfUrl(url: string): string {
  const from = authorityAt(url)
  if (from < 0) return ''
  const rest = url.slice(from)
  const end = rest.search(/[/?#]/)
  const authority = end < 0 ? rest : rest.slice(0, end)
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  const port = host.lastIndexOf(':')
  return port < 0 || port < host.lastIndexOf(']') ? host : host.slice(0, port)
}
