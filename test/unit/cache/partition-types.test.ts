import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const partition = join(root, 'src/cache/partition.ts');

/** The types that take part in the key: where each is written, and a field of its own to add another before. */
const types = [
  ['GenerationRequest', 'src/domain/request.ts', 'readonly prompt:'],
  ['CacheControl', 'src/domain/request.ts', 'readonly mode:'],
  ['RoutingWish', 'src/domain/request.ts', 'readonly stickyKey:'],
  ['Message', 'src/domain/request.ts', 'readonly role:'],
  ['ResponseFormat TEXT', 'src/domain/request.ts', "readonly kind: 'TEXT'"],
  ['ResponseFormat JSON_SCHEMA', 'src/domain/request.ts', "readonly kind: 'JSON_SCHEMA'"],
  ['CacheQuestion', 'src/cache/port.ts', 'readonly glossaryVersion:'],
  ['ModelPolicy pinned', 'src/router/port.ts', "readonly kind: 'pinned'"],
  ['ModelPolicy tier', 'src/router/port.ts', "readonly kind: 'tier'"],
  ['ModelPolicy auto', 'src/router/port.ts', "readonly kind: 'auto'"],
  ['ExperimentAssignment', 'src/router/port.ts', 'readonly experiment:'],
] as const;

describe('the partition', () => {
  let problems: readonly string[];

  beforeAll(() => {
    problems = compile((file, text) =>
      types.reduce((changed, [name, path, field]) => {
        if (relative(root, file) !== path) return changed;
        return changed.replace(field, `readonly 'new ${name}'?: string; ${field}`);
      }, text),
    );
  });

  it('compiles as it is', () => {
    expect(compile((_, text) => text)).toEqual([]);
  });

  it.each(types)('does not compile when %s has a field of which nothing was decided', (name) => {
    expect(problems.filter((problem) => problem.includes(`'new ${name}'`))).not.toEqual([]);
  });
});

/** What the compiler says of partition.ts when it reads the project's sources as `change` gives them. */
function compile(change: (file: string, text: string) => string): readonly string[] {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, dirname(partition));
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  host.readFile = (file) => {
    const text = readFile(file);
    return text === undefined ? undefined : change(file, text);
  };
  const program = ts.createProgram([partition], { ...options, types: ['node'] }, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile(partition))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}
