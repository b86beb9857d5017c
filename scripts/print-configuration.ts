import { readFileSync, writeFileSync } from 'node:fs';
import type { Variable } from '../src/config/variable.ts';
import { variables } from '../src/config/variables.ts';

const PAGE = new URL('../docs/configuration.md', import.meta.url);
const [BEGIN, END] = ['<!-- table:begin -->', '<!-- table:end -->'];

/** The page with its table made anew from the variables. */
export function withConfigurationTable(page: string): string {
  const rows = Object.entries(variables).map(([name, variable]) => rowOf(name, variable));
  const table = ['| name | unless set | what it is |', '|---|---|---|', ...rows].join('\n');
  const before = page.slice(0, page.indexOf(BEGIN) + BEGIN.length);
  return `${before}\n${table}\n${page.slice(page.indexOf(END))}`;
}

function rowOf(name: string, { alias, default: byDefault, unset, description }: Variable<unknown>) {
  const names = alias === undefined ? `\`${name}\`` : `\`${name}\`, \`${alias}\``;
  const otherwise = unset ?? (byDefault === '' ? 'none' : `\`${byDefault}\``);
  return `| ${names} | ${otherwise} | ${description} |`;
}

if (import.meta.main) writeFileSync(PAGE, withConfigurationTable(readFileSync(PAGE, 'utf8')));
