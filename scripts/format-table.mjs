/**
 * The README's table of formats, made from src/formats.ts. Pure: text in, text out.
 */
const BEGIN = "<!-- formats: written by `npm run generate` -->";
const END = "<!-- /formats -->";

/** @param {readonly { name: string, family: string, kind: string, standard: string, aim: string, onRequest?: boolean }[]} formats */
export function formatTable(formats) {
  const rows = formats.map(
    ({ name, family, kind, standard, aim, onRequest }) =>
      `| \`${name}\` | ${family} | ${kind} | ${standard} | \`]${aim}\` | ${onRequest ? "when named" : "yes"} |`,
  );
  return [
    "| format | family | kind | standard | AIM | by default |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** The README with its table brought up to date. @param {string} readme */
export function withFormatTable(readme, formats) {
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md has lost the markers ${BEGIN} and ${END}`);
  return `${readme.slice(0, from + BEGIN.length)}\n\n${formatTable(formats)}\n\n${readme.slice(to)}`;
}
