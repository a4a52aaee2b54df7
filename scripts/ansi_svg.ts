/** A captured screen as a picture: the text and the styles that `geartrain top` uses. */

/** Pixels of a character and of a line. */
const ADVANCE = 8.43;
const LINE = 18;
const MARGIN = 14;

const BACKGROUND = "#16181d";
const FOREGROUND = "#d8dce4";

/** Colours by the codes of a terminal. */
const COLOURS: Readonly<Record<string, string>> = { 31: "#ff7b72", 32: "#7ee787" };

/** A piece of a line in one style. */
interface Run {
  readonly text: string;
  readonly codes: ReadonlySet<string>;
}

/** An SVG of a screen, as `tmux capture-pane -e -p` gives it. */
export function svgOf(screen: string, columns: number, title: string): string {
  const lines = screen.replace(/\n+$/, "").split("\n");
  const width = Math.ceil(columns * ADVANCE + 2 * MARGIN);
  const height = lines.length * LINE + 2 * MARGIN;
  // A style lasts until another one comes, past the end of a line.
  const style = new Set<string>();
  const body = lines.map((line, row) => svgLine(runsOf(line, style), row)).join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>
<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">
${body}</g>
</svg>
`;
}

function svgLine(runs: readonly Run[], row: number): string {
  const y = MARGIN + row * LINE;
  let column = 0;
  let text = "";
  for (const { text: characters, codes } of runs) {
    const x = MARGIN + column * ADVANCE;
    const width = characters.length * ADVANCE;
    column += characters.length;
    const isReversed = codes.has("7");
    if (isReversed) text += rect(x, y, width);
    if (characters.trim() === "") continue;
    const colour = [...codes].map((code) => COLOURS[code]).find((colour) => colour !== undefined);
    const fill = isReversed ? BACKGROUND : colour ?? FOREGROUND;
    const weight = codes.has("1") ? ' font-weight="bold"' : "";
    text += `<text x="${x.toFixed(1)}" y="${y + 14}" textLength="${width.toFixed(1)}" ` +
      `fill="${fill}"${weight}>${escaped(characters)}</text>\n`;
  }
  return text;
}

function rect(x: number, y: number, width: number): string {
  return `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${LINE}" ` +
    `fill="${FOREGROUND}"/>\n`;
}

/** The runs of a line; `style` is that of its beginning, and then of its end. */
function runsOf(line: string, style: Set<string>): Run[] {
  const runs: Run[] = [];
  // deno-lint-ignore no-control-regex -- the escapes are what is looked for
  for (const part of line.split(/(\x1b\[[\d;]*m)/)) {
    // deno-lint-ignore no-control-regex -- as above
    const [, list] = /^\x1b\[([\d;]*)m$/.exec(part) ?? [];
    if (list !== undefined) { for (const code of list.split(";")) apply(code, style); }
    else if (part !== "") runs.push({ text: part, codes: new Set(style) });
  }
  return runs;
}

function apply(code: string, style: Set<string>): void {
  if (code === "" || code === "0") return style.clear();
  if (code === "39" || code in COLOURS) {
    for (const colour of Object.keys(COLOURS)) style.delete(colour);
  }
  style.add(code);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
