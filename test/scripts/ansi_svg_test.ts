/** A captured screen becomes a picture: styles, places, and nothing that XML would take for its own. */
import { svgOf } from "../../scripts/ansi_svg.ts";
import { assertEquals, assertStringIncludes, test } from "../_harness/mod.ts";

test("svgOf() draws each run of characters in its style, at its place", () => {
  const svg = svgOf(
    "\x1b[1mtop\x1b[0m <&>\n\x1b[7mHEAD\x1b[0m\n\x1b[31mred\ngo\x1b[39m on\n\n",
    10,
    "t",
  );
  const texts = [...svg.matchAll(/<text x="([\d.]+)" y="(\d+)".*? fill="(\S+)"(.*?)>(.*?)</g)];
  assertEquals(
    texts.map(([, x, y, fill, weight, text]) => [x, y, fill, weight, text]),
    [
      ["14.0", "28", "#d8dce4", ' font-weight="bold"', "top"],
      ["39.3", "28", "#d8dce4", "", " &lt;&amp;&gt;"],
      ["14.0", "46", "#16181d", "", "HEAD"],
      // A style lasts over the end of a line.
      ["14.0", "64", "#ff7b72", "", "red"],
      ["14.0", "82", "#ff7b72", "", "go"],
      ["30.9", "82", "#d8dce4", "", " on"],
    ],
  );
  assertStringIncludes(svg, '<rect x="14.0" y="32" width="33.7" height="18" fill="#d8dce4"/>');
});
