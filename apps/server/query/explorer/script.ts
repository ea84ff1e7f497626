import { EXAMPLES } from './examples.js'

/** The explorer's script. It writes only text nodes, so that labels out of hostile logs stay text. */
export const script = String.raw`'use strict'
const EXAMPLES = ${JSON.stringify(EXAMPLES)}
const HISTORY_LENGTH = 30
const byId = (id) => document.getElementById(id)
const [query, variables, answer, status, key] = ['query', 'variables', 'answer', 'status', 'key'].map(byId)
const stored = (name, otherwise) => { try { return JSON.parse(localStorage.getItem('statusline.' + name)) ?? otherwise } catch { return otherwise } }
const store = (name, value) => { try { localStorage.setItem('statusline.' + name, JSON.stringify(value)) } catch { /* private mode */ } }

function element(tag, text, onClick) {
  const made = document.createElement(tag)
  if (text !== undefined) made.textContent = text
  if (onClick) made.addEventListener('click', onClick)
  return made
}

// --- asking

async function ask(body) {
  const headers = { 'content-type': 'application/json' }
  if (key.value) headers.authorization = 'Bearer ' + key.value
  const reply = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify(body) })
  const json = await reply.json()
  return { code: reply.status, json }
}

async function run() {
  const body = { query: query.value }
  try {
    if (variables.value.trim()) body.variables = JSON.parse(variables.value)
  } catch (error) {
    return say('Variables: ' + error.message, true)
  }
  const name = operationAtCursor()
  if (name) body.operationName = name
  byId('run').disabled = true
  say('Asking …')
  const startedMs = performance.now()
  try {
    const { code, json } = await ask(body)
    show(json)
    const errors = json.errors ? json.errors.length : 0
    const time = Math.round(performance.now() - startedMs) + ' ms'
    say('HTTP ' + code + ' · ' + time + (errors ? ' · ' + errors + (errors > 1 ? ' errors' : ' error') : ''), errors > 0)
    remember()
    if (code !== 401 && !schema) loadSchema()
  } catch (error) {
    say('No answer: ' + error.message, true)
  } finally {
    byId('run').disabled = false
  }
}

function say(text, bad) {
  status.textContent = text
  status.className = bad ? 'bad' : ''
}

/** Of several operations, the one that the cursor is in. */
function operationAtCursor() {
  const starts = [...query.value.matchAll(/^\s*(?:query|mutation)\s+(\w+)/gm)]
  if (starts.length < 2) return undefined
  const before = starts.filter((start) => start.index <= query.selectionStart)
  return (before.pop() ?? starts[0])[1]
}

function show(json) {
  const text = JSON.stringify(json, null, 2)
  answer.replaceChildren()
  let end = 0
  for (const token of text.matchAll(/"(?:[^"\\]|\\.)*"(?=:)|\bnull\b/g)) {
    if (token[0] === 'null' && inString(text, token.index)) continue
    answer.append(text.slice(end, token.index))
    const span = element('span', token[0])
    span.className = token[0] === 'null' ? 'null' : 'name'
    answer.append(span)
    end = token.index + token[0].length
  }
  answer.append(text.slice(end))
}

function inString(text, index) {
  const line = text.slice(text.lastIndexOf('\n', index) + 1, index)
  return (line.replaceAll(/\\./g, '').split('"').length - 1) % 2 === 1
}

// --- history and examples

function remember() {
  const entry = { query: query.value, variables: variables.value }
  const others = stored('history', []).filter((old) => old.query !== entry.query || old.variables !== entry.variables)
  store('history', [entry, ...others].slice(0, HISTORY_LENGTH))
  fillHistory()
}

function fillHistory() {
  fill(byId('history'), stored('history', []).map((entry) => ({ name: entry.query.replaceAll(/\s+/g, ' ').slice(0, 60), ...entry })))
}

function fill(select, entries) {
  select.replaceChildren(select.options[0])
  for (const entry of entries) select.append(element('option', entry.name))
  select.onchange = () => {
    const entry = entries[select.selectedIndex - 1]
    select.selectedIndex = 0
    if (entry) load(entry)
  }
}

function load(entry) {
  query.value = entry.query
  variables.value = entry.variables ?? ''
  saveDraft()
  query.focus()
}

const saveDraft = () => store('draft', { query: query.value, variables: variables.value })

// --- prettify

function prettify() {
  query.value = prettyQuery(query.value)
  try {
    if (variables.value.trim()) variables.value = JSON.stringify(JSON.parse(variables.value), null, 2)
  } catch { /* the run will say so */ }
  saveDraft()
}

/** One selection a line, indented by depth; arguments stay on their line. */
function prettyQuery(text) {
  const tokens = text.match(/#[^\n]*|"""[^]*?"""|"(?:[^"\\\n]|\\.)*"|\.\.\.|[{}()[\]:!=@|&,]|[^\s{}()[\]:!=@|&,"#.]+|\./g) ?? []
  let out = ''
  let depth = 0
  let brackets = 0
  const line = () => { out = out.trimEnd() + '\n' + '  '.repeat(depth) }
  tokens.forEach((token, index) => {
    const before = tokens[index - 1] ?? ''
    if (token === ',') { if (brackets) out = out.trimEnd() + ', '; return }
    if (token.startsWith('#')) { out += token; line(); return }
    if (token === '{' && !brackets) { out = out.trimEnd() + ' {'; depth++; line(); return }
    if (token === '}' && !brackets) { depth = Math.max(0, depth - 1); line(); out += '}'; line(); if (depth === 0) out += '\n'; return }
    if (token === '(' || token === '[' || token === '{') { brackets++; out = token === '(' ? out.trimEnd() + token : out + token; return }
    if (token === ')' || token === ']' || token === '}') { brackets--; out = out.trimEnd() + token + ' '; return }
    if (token === ':' ) { out = out.trimEnd() + ': '; return }
    if (token === '!' ) { out = out.trimEnd() + '! '; return }
    if (token === '@' ) { out += '@'; return }
    if (token === '...') { if (!brackets) line(); out += '...'; return }
    const continues = brackets || depth === 0 || before === ':' || before === '...' || before === '@' || before === 'on' || (token === 'on' && tokens[index - 1] === '...')
    if (!continues && before !== '{') line()
    out += token + ' '
  })
  return out.replaceAll(/[ \t]+$/gm, '').replaceAll(/^\s*\n(?=\s*})/gm, '').replaceAll(/\n{3,}/g, '\n\n').replaceAll(/\.\.\. ?(\w)/g, '...$1').replaceAll('...on ', '... on ').trim() + '\n'
}

// --- schema

const INTROSPECTION = 'query Schema { __schema { queryType { name } mutationType { name } subscriptionType { name } types { kind name description ' +
  'enumValues { name description } inputFields { name description defaultValue type { ...T } } ' +
  'fields { name description type { ...T } args { name description defaultValue type { ...T } } } } } } ' +
  'fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }'
let schema

async function loadSchema() {
  try {
    const { json } = await ask({ query: INTROSPECTION })
    if (!json.data) return byId('type').replaceChildren(element('p', json.errors?.[0]?.message ?? json.message ?? 'no schema'))
    schema = json.data.__schema
    showType(schema.queryType.name)
  } catch {
    byId('type').replaceChildren(element('p', 'The schema cannot be read now.'))
  }
}

const typeText = (type) => type.kind === 'NON_NULL' ? typeText(type.ofType) + '!' : type.kind === 'LIST' ? '[' + typeText(type.ofType) + ']' : type.name
const innermost = (type) => type.ofType ? innermost(type.ofType) : type

function showType(name) {
  const type = schema.types.find((each) => each.name === name)
  const parts = [element('h2', type.kind.toLowerCase().replace('_', ' ') + ' ' + type.name), element('p', type.description ?? '')]
  if (name !== schema.queryType.name) parts.unshift(element('button', '← ' + schema.queryType.name, () => showType(schema.queryType.name)))
  parts.push(list(type.fields ?? type.inputFields ?? type.enumValues ?? []))
  byId('type').replaceChildren(...parts)
}

function list(members) {
  const made = element('dl')
  for (const member of members) {
    const term = element('dt')
    const named = element('button', member.name, () => insert(member.name))
    named.title = 'Insert at the cursor'
    term.append(named)
    if (member.args?.length) {
      term.append('(')
      member.args.forEach((arg, index) => term.append(index ? ', ' : '', arg.name + ': ', typeLink(arg.type), arg.defaultValue ? ' = ' + arg.defaultValue : ''))
      term.append(')')
    }
    if (member.type) term.append(': ', typeLink(member.type), member.defaultValue ? ' = ' + member.defaultValue : '')
    made.append(term, element('dd', member.description ?? ''))
  }
  return made
}

const typeLink = (type) => element('button', typeText(type), () => showType(innermost(type).name))

function search(text) {
  if (!schema) return
  const wanted = text.trim().toLowerCase()
  if (!wanted) return showType(schema.queryType.name)
  const found = element('dl')
  for (const type of schema.types.filter((each) => !each.name.startsWith('__'))) {
    const members = (type.fields ?? type.inputFields ?? type.enumValues ?? []).filter((each) => each.name.toLowerCase().includes(wanted))
    if (!type.name.toLowerCase().includes(wanted) && !members.length) continue
    const term = element('dt')
    term.append(element('button', type.name, () => showType(type.name)))
    found.append(term, element('dd', members.map((each) => each.name).join(', ') || type.description || ''))
  }
  byId('type').replaceChildren(found)
}

function insert(text) {
  query.setRangeText(text, query.selectionStart, query.selectionEnd, 'end')
  saveDraft()
  query.focus()
}

// --- keys

function indent(event) {
  if (event.key !== 'Tab' || event.shiftKey || event.ctrlKey || event.altKey) return
  event.preventDefault()
  event.target.setRangeText('  ', event.target.selectionStart, event.target.selectionEnd, 'end')
}

addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run() }
  if (event.code === 'KeyF' && event.shiftKey && event.altKey) { event.preventDefault(); prettify() }
})
for (const editor of [query, variables]) {
  editor.addEventListener('keydown', indent)
  editor.addEventListener('input', saveDraft)
}
byId('run').addEventListener('click', run)
byId('prettify').addEventListener('click', prettify)
byId('search').addEventListener('input', (event) => search(event.target.value))
byId('toggle-docs').addEventListener('click', (event) => {
  const wide = document.querySelector('main').classList.toggle('wide')
  event.currentTarget.setAttribute('aria-expanded', String(!wide))
})
// The key lives as long as the tab, and only here.
key.value = sessionStorage.getItem('statusline.key') ?? ''
key.addEventListener('change', () => { sessionStorage.setItem('statusline.key', key.value); loadSchema() })
fill(byId('examples'), EXAMPLES)
fillHistory()
load(stored('draft', EXAMPLES[0]))
loadSchema()
`
