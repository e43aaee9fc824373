/// How reports look: light and dark, from 320 pixels of width on.
enum ReportStyle {
  static let sheet = #"""
    :root { color-scheme: light dark; --ground: #fff; --ink: #1b1b1f; --soft: #55555f; --line: #c9c9d2; --panel: #f4f4f7;
      --link: #0b57a4; --mark: #7a00c2; --on-mark: #fff; --only: #e3f0ff; --bad: #a3200d; --area: #d2681a;
      --c1: #fff6d0; --c2: #ffe59a; --c3: #ffc95c; --c4: #ff9f45; --c5: #b93c0b; --c6: #6b0f2a; --on: #1b1b1f; --on-hot: #fff }
    @media (prefers-color-scheme: dark) { :root { --ground: #15161a; --ink: #e8e8ee; --soft: #adadb9; --line: #3c3d47;
      --panel: #1e2026; --link: #8cc2ff; --mark: #e2a6ff; --on-mark: #15161a; --only: #14304d; --bad: #ff9d8a; --area: #e58a3a;
      --c1: #2e2b17; --c2: #4a3d0c; --c3: #6a4900; --c4: #8a4300; --c5: #f39255; --c6: #ffdccb; --on: #fff; --on-hot: #15161a } }
    * { box-sizing: border-box }
    body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 80rem; background: var(--ground);
      color: var(--ink); overflow-wrap: anywhere }
    h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0 }
    h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.5rem 0 .5rem; border-top: 1px solid var(--line); padding-top: 1rem }
    h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem }
    p { margin: .5rem 0 }
    a { color: var(--link); text-underline-offset: .15em }
    :focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
    code, pre { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .85em }
    code { background: var(--panel); border-radius: 3px; padding: .05em .3em }
    .soft, footer { color: var(--soft) }
    .problem { color: var(--bad) }
    .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
    [hidden] { display: none !important }
    footer { margin-top: 3rem; border-top: 1px solid var(--line); font-size: .875rem }

    i[class] { font-style: normal; color: var(--on) }
    .c1 { background: var(--c1) } .c2 { background: var(--c2) } .c3 { background: var(--c3) } .c4 { background: var(--c4) }
    .c5 { background: var(--c5) } .c6 { background: var(--c6) } i.c5, i.c6 { color: var(--on-hot) }
    .legend i { padding: .1em .45em; border-radius: 3px; display: inline-block }
    .source { border: 1px solid var(--line); border-radius: 6px; padding: .5rem .6rem; position: relative; cursor: text }
    .source pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2; line-height: 1.55; font-size: .8125rem;
      direction: ltr; content-visibility: auto; contain-intrinsic-size: auto 60rem }
    a.f { color: inherit; text-decoration: none; outline: 2px solid var(--mark); outline-offset: 1px; border-radius: 2px;
      scroll-margin: 6rem 0 }
    a.f::before { content: attr(data-n); background: var(--mark); color: var(--on-mark); border-radius: 3px; padding: 0 .35em;
      margin: 0 .25em 0 .1em; font-size: .75rem; font-weight: 700 }
    a.f:target, a.f:focus-visible { outline-width: 4px }
    .cursor { position: absolute; pointer-events: none; border: 2px solid var(--link); border-radius: 2px }
    .faults li { margin: .4rem 0; padding-left: .25rem }
    .faults li:target { background: var(--only) }

    .strip { position: sticky; top: 0; z-index: 1; background: var(--ground); padding: .35rem 0 }
    .strip svg { display: block; width: 100%; height: 3rem; background: var(--panel); border-radius: 4px }
    .strip .area { fill: var(--area) }
    .strip .tick { stroke: var(--mark); stroke-width: 2; vector-effect: non-scaling-stroke; fill: none }
    .strip input { position: absolute; inset: .35rem 0 auto; width: 100%; height: 3rem; margin: 0; appearance: none;
      background: transparent; cursor: pointer }
    .strip input::-webkit-slider-runnable-track { height: 3rem; background: transparent }
    .strip input::-webkit-slider-thumb { appearance: none; width: 8px; height: 3rem; background: var(--ink); border: 0;
      border-radius: 3px; opacity: .7 }
    .strip input::-moz-range-track { height: 3rem; background: transparent }
    .strip input::-moz-range-thumb { width: 8px; height: 3rem; background: var(--ink); border: 0; border-radius: 3px; opacity: .7 }
    .readout { position: sticky; bottom: 0; display: block; background: var(--ink); color: var(--ground); padding: .4rem .75rem;
      border-radius: 6px 6px 0 0; min-height: 2.3rem }

    table { border-collapse: collapse; width: 100%; font-size: .9375rem }
    caption { text-align: left; color: var(--soft); padding: .25rem 0 }
    th, td { text-align: right; padding: .35rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top;
      font-variant-numeric: tabular-nums; font-weight: 400 }
    thead th { font-weight: 600; vertical-align: bottom; overflow-wrap: normal }
    th:first-child, td.problem { text-align: left }
    th button { font: inherit; color: inherit; background: none; border: 0; padding: .25rem 0; cursor: pointer; text-align: inherit;
      text-decoration: underline dotted; text-underline-offset: .2em; min-height: 1.5rem }
    th[aria-sort=ascending] button::after { content: " ▲" }
    th[aria-sort=descending] button::after { content: " ▼" }
    .only { color: var(--bad); font-weight: 600 }

    .texts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem }
    .texts h4 { margin: .25rem 0; font-size: 1rem }
    .text { border: 1px solid var(--line); border-radius: 6px; padding: .5rem .75rem; max-height: 75vh; overflow: auto;
      font-size: .9375rem }
    .text p, .text ul, .text ol, .text dl, .text blockquote, .text pre { margin: .5rem 0 }
    .text ul, .text ol, .text blockquote, .text dd { padding-left: 1.25rem; margin-left: 0 }
    .text h5, .text h6 { font-size: 1rem; margin: .75rem 0 .25rem }
    .text pre { white-space: pre-wrap; background: var(--panel); padding: .5rem; border-radius: 4px }
    .text table { font-size: .875rem } .text th, .text td { text-align: start }
    .text .mine { background: var(--only); box-shadow: -.3rem 0 0 var(--only), -.45rem 0 0 var(--link) }
    .text .link { text-decoration: underline; text-decoration-color: var(--soft) }

    @media (max-width: 45rem) {
      .sortable tr { display: grid; grid-template-columns: repeat(3, 1fr); border-bottom: 1px solid var(--line) }
      .links thead th { overflow-wrap: anywhere }
      .sortable th:first-child, .sortable .problem { grid-column: 1 / -1 }
      .sortable th, .sortable td { border: 0; padding: .2rem .3rem; font-size: .8125rem }
      .sortable .problem { text-align: left }
      .sortable tbody th { font-size: .9375rem }
      .sortable td { text-align: left }
      .sortable td::before { content: attr(data-k) " "; color: var(--soft) }
      .sortable thead th { text-align: left }
      .links th, .links td { padding: .35rem .2rem; font-size: .8125rem }
      .links td, .links thead th:not(:first-child) { width: 3.4rem }
    }
    """#
}
