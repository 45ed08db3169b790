import { Ajv2020 } from 'ajv/dist/2020.js';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const PROGRAM = resolve(import.meta.dirname, '../../argo-schema.sh');

interface Schema {
  readonly definitions: Record<string, { properties?: object; additionalProperties?: unknown }>;
}

/**
 * Judges workflows by Argo's own schema: gives what is wrong, by place. A key that the schema doesn't know is wrong, as
 * for a cluster that validates strictly.
 */
export function argoJudge(): (workflow: unknown) => readonly string[] {
  const file = execFileSync(PROGRAM, { encoding: 'utf8' }).trim();
  const schema = JSON.parse(readFileSync(file, 'utf8')) as Schema;
  for (const definition of Object.values(schema.definitions))
    if (definition.properties !== undefined) definition.additionalProperties ??= false;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(schema, 'argo');
  const validate = ajv.compile({ $ref: 'argo#/definitions/io.argoproj.workflow.v1alpha1.Workflow' });
  return (workflow) => {
    validate(workflow);
    return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
  };
}
