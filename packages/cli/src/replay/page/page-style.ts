/** Neutral inks, one colour for a loss; light and dark as the reader's system has it, print always light. No script, no other host. */
export const pageStyle = `
:root {
  color-scheme: light;
  --bg: #f6f7f8; --panel: #fff; --sunk: #f1f2f4; --line: #e4e6ea; --line-2: #cfd3d9;
  --ink: #15181d; --ink-2: #545b66; --ink-3: #6b727d; --bad: #b4232c;
  --sans: "Inter Variable", Inter, system-ui, -apple-system, "Segoe UI", sans-serif;
  --mono: "JetBrains Mono", ui-monospace, "SF Mono", Menlo, Consolas, monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --bg: #0c0d10; --panel: #14161a; --sunk: #1b1e23; --line: #262a31; --line-2: #3a404a;
    --ink: #eceef1; --ink-2: #a6aeba; --ink-3: #868e9b; --bad: #ff7d7d;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 14px/1.5 var(--sans); font-variant-numeric: tabular-nums; }
main { max-width: 992px; margin: 24px auto; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 40px 56px 44px; }
h1, h2, h3, p, figure, dl { margin: 0; }
h1 { font-size: 28px; line-height: 36px; font-weight: 600; letter-spacing: -.02em; text-wrap: balance; max-width: 30em; }
h2 { font-size: 18px; line-height: 25px; font-weight: 600; letter-spacing: -.012em; }
h3 { font-size: 14px; font-weight: 600; margin-top: 20px; }
code, h2 { font-family: var(--mono); font-variant-ligatures: none; }
code { font-size: .9em; overflow-wrap: anywhere; }
.product { font-weight: 600; margin-bottom: 24px; }
.lead { font-size: 15px; line-height: 24px; color: var(--ink-2); margin-top: 12px; max-width: 74ch; text-wrap: pretty; }
section { border-top: 1px solid var(--line); margin-top: 34px; padding-top: 22px; }
section > p { color: var(--ink-2); margin-top: 4px; max-width: 80ch; text-wrap: pretty; }
section > p.finding { color: var(--ink); font-size: 15px; }
.scroll { overflow-x: auto; margin-top: 10px; }
.scroll:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: 12.5px; line-height: 18px; }
caption { text-align: left; color: var(--ink-2); padding-bottom: 6px; }
th { font-weight: 500; color: var(--ink-3); font-size: 11.5px; line-height: 15px; text-align: right; vertical-align: bottom; padding: 0 0 6px 14px; }
td { padding: 4px 0 4px 14px; text-align: right; white-space: nowrap; }
tbody th { color: inherit; font: 400 12px/18px var(--mono); vertical-align: baseline; padding-top: 4px; padding-bottom: 4px; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; position: sticky; left: 0; background: var(--panel); }
tbody tr:first-child > * { border-top: 1px solid var(--line-2); padding-top: 8px; }
td.bar { width: 34%; min-width: 96px; }
td.bar span { display: block; height: 12px; border-radius: 2px; background: var(--ink-3); }
tr.own > * { font-weight: 600; }
tr.own td.bar span { background: var(--ink); }
tr.beyond { color: var(--ink-2); }
tr.beyond td.bar span { background: none; border: 1px dashed var(--ink-3); }
.worse { color: var(--bad); font-weight: 600; }
figure { margin-top: 14px; overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 560px; height: auto; }
footer { border-top: 1px solid var(--line-2); margin-top: 36px; padding-top: 16px; font-size: 12px; line-height: 19px; color: var(--ink-2); }
dl { display: grid; grid-template-columns: 92px 1fr; gap: 1px 16px; }
dt { color: var(--ink-3); } dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
@media (max-width: 720px) {
  main { margin: 0; border: 0; border-radius: 0; padding: 24px 16px 32px; }
  h1 { font-size: 23px; line-height: 30px; }
}
@page { size: A4; margin: 11mm 13mm; }
@media print {
  body { background: none; }
  main { max-width: none; margin: 0; border: 0; padding: 0; }
  table, figure { break-inside: avoid; }
  td.bar span { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
