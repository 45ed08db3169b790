import { Registry } from './client.ts';
import { parseRegistry } from './reference.ts';

/**
 * The registries of a setting, `HOST[/PATH]` with commas between.
 * @throws ProblemError `bad-registry`
 */
export const openRegistries = (setting: string): readonly Registry[] =>
  setting
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => new Registry(parseRegistry(text)));
