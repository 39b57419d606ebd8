/** Style of the twin's pages: light and dark, readable, visible focus. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1d2430; --quiet: #566071; --paper: #ffffff; --back: #eef1f5; --line: #cfd6e0; --accent: #24527a; --on-accent: #ffffff; --stripe: #f2b33d; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ecf2; --quiet: #a9b3c2; --paper: #1b212b; --back: #11151c; --line: #39434f; --accent: #8fc1ee; --on-accent: #10202f; --stripe: #b07a12; }
}
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); }
header { display: flex; flex-wrap: wrap; gap: .25rem .75rem; padding: .75rem 1.25rem; background: var(--paper); border-top: 6px solid var(--stripe); border-bottom: 1px solid var(--line); }
header span { color: var(--quiet); }
main { max-width: 34rem; margin: 2rem auto; padding: 1.5rem; background: var(--paper); border: 1px solid var(--line); border-radius: 12px; }
h1 { margin: 0 0 .5rem; font-size: 1.35rem; font-weight: 500; line-height: 1.3; }
fieldset { margin: 1.25rem 0 0; padding: 0; border: 0; }
legend { padding: 0; margin-bottom: .4rem; font-weight: 600; }
.row { display: flex; gap: .75rem; align-items: flex-start; padding: .65rem .75rem; border: 1px solid var(--line); border-radius: 8px; margin-bottom: .5rem; cursor: pointer; overflow-wrap: anywhere; }
.row:has(:checked) { border-color: var(--accent); }
.row input { margin-top: .3rem; flex: none; accent-color: var(--accent); }
.name { font-weight: 600; }
.quiet, code { color: var(--quiet); }
code { font-size: .8rem; }
.badge { font-size: .75rem; padding: .05rem .4rem; border: 1px solid var(--line); border-radius: 99px; color: var(--quiet); }
.actions { display: flex; justify-content: flex-end; gap: .75rem; margin-top: 1.5rem; }
button { font: inherit; padding: .6rem 1.4rem; border-radius: 8px; border: 1px solid var(--line); background: transparent; color: inherit; cursor: pointer; }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
:focus-visible { outline: 3px solid var(--stripe); outline-offset: 2px; }
`;
