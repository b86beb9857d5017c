import type { HealthStatus } from '../domain/health.ts';
import type { Builder } from './builder.ts';
import { described } from './described.ts';

/** Adds `health`. */
export function addHealth(builder: Builder): void {
  builder.queryField('health', (t) =>
    t.field({
      type: 'Health',
      description: 'Whether this instance and what it leans on are well.',
      resolve: (_root, _args, { services }) => services.health(),
    }),
  );

  const status = builder.enumType('HealthStatus', {
    description: 'How well something works.',
    values: described<HealthStatus>({
      OK: 'It works.',
      DEGRADED: 'It works in part, or did not work the last time.',
      UNAVAILABLE: 'It does not work.',
    }),
  });
  builder.objectType('Health', {
    description: 'How well this instance works.',
    fields: (t) => ({
      status: t.expose('status', { type: status, description: 'How well it works on the whole.' }),
      version: t.exposeString('version', { description: 'The version of the gateway.' }),
      uptimeSeconds: t.exposeFloat('uptimeSeconds', {
        description: 'How long it has been running.',
      }),
      dependencies: t.expose('dependencies', {
        type: ['DependencyHealth'],
        description: 'What it leans on, each by itself.',
      }),
    }),
  });

  builder.objectType('DependencyHealth', {
    description: 'name is redis, encoder, or upstream:<model or base name>.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Which dependency.' }),
      status: t.expose('status', { type: status, description: 'How well it works.' }),
      latencyMs: t.exposeFloat('latencyMs', {
        nullable: true,
        description: 'How long its last answer took; null when that was not measured.',
      }),
      detail: t.exposeString('detail', {
        nullable: true,
        description: 'One sentence for an operator; null when there is nothing to say.',
      }),
    }),
  });
}
