/** The explorer's style. */
export const style = String.raw`:root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: #2563eb; --bad: #c62828 }
@media (prefers-color-scheme: dark) { :root { --accent: #7aa2ff; --bad: #ff8a80 } }
* { box-sizing: border-box }
body { margin: 0; height: 100vh; display: flex; flex-direction: column; font: 14px/1.45 system-ui, sans-serif }
header { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; padding: .5rem .75rem; border-bottom: 1px solid var(--line) }
h1 { font-size: 1rem; margin: 0 auto 0 0 }
h1 span { font-weight: normal; opacity: .7 }
button, select, input { font: inherit; padding: .2rem .6rem; border: 1px solid var(--line); border-radius: .3rem; background: var(--soft); color: inherit }
select { max-width: 11rem }
#run { background: var(--accent); color: Canvas; border-color: transparent }
button:disabled { opacity: .5 }
main { flex: 1; min-height: 0; display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) 20rem }
main.wide { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) }
main.wide #docs { display: none }
section { display: flex; flex-direction: column; min-height: 0; min-width: 0; border-right: 1px solid var(--line) }
section > label, #status { margin: 0; padding: .25rem .75rem; font-size: .8rem; opacity: .75; background: var(--soft) }
#status.bad { color: var(--bad); opacity: 1 }
textarea, pre { font: 13px/1.5 ui-monospace, monospace; border: 0; margin: 0; padding: .75rem; background: none; color: inherit; resize: none; tab-size: 2 }
#query { flex: 3 } #variables { flex: 1 }
pre { flex: 1; overflow: auto; white-space: pre }
pre .name { color: var(--accent) } pre .null { opacity: .6 }
#docs { overflow: auto; padding: .75rem }
#docs input { width: 100% }
#docs h2 { font-size: 1rem; margin: .75rem 0 .25rem }
#docs p { margin: .1rem 0 .4rem; opacity: .8 }
#docs dl { margin: 0 } #docs dt { margin-top: .5rem; font-family: ui-monospace, monospace; font-size: 12.5px; overflow-wrap: anywhere }
#docs dd { margin: 0 0 0 .75rem; opacity: .8 }
#docs button { border: 0; background: none; padding: 0; color: var(--accent); cursor: pointer; font: inherit; text-align: left }
#docs dt > button:first-child { color: inherit; font-weight: 600 }
@media (max-width: 900px) { main, main.wide { grid-template-columns: 1fr; overflow: auto } section { min-height: 45vh } }
`
