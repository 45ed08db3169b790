import { format } from 'prettier';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { pipelineWithout } from '../testing/stages.ts';
import { composeFile } from './compose.ts';

interface Service {
  readonly profiles: readonly string[];
  readonly image: string;
  readonly command: readonly string[];
  readonly environment?: readonly string[];
  readonly network_mode?: string;
  readonly volumes: readonly { readonly target: string; readonly read_only?: boolean }[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy?: {
    readonly resources: { readonly reservations: { readonly devices: readonly object[] } };
  };
}
const read = (...without: readonly string[]): Readonly<Record<string, Service>> =>
  (parse(composeFile(pipelineWithout(...without), 'o/app-'), { merge: true }) as { services: never })
    .services;
const services = read();
const at = (name: string): Service | undefined => services[name];
const waits = (name: string): string[] => Object.keys(at(name)?.depends_on ?? {});

test('a stage is a service; what takes a GPU, and what comes after it, is a second one', () => {
  const gpu = ['asr', 'fine', 'mux', 'vad'].flatMap((name) => [name, `${name}-gpu`]);
  expect(Object.keys(services).sort()).toEqual([...gpu, 'demux', 'folders', 'info'].sort());
});

describe.each(['cpu', 'gpu'])('in the profile %s', (profile) => {
  const chosen = Object.entries(services).filter(([, { profiles }]) => profiles.includes(profile));

  test('each stage is there once', () => {
    const stages = chosen.map(([name]) => name.replace(/-gpu$/, '')).sort();
    expect(stages).toEqual(['asr', 'demux', 'fine', 'folders', 'info', 'mux', 'vad']);
  });

  test('all that a service waits for is there too, and must have ended well', () => {
    for (const [, { depends_on: after = {} }] of chosen)
      for (const [name, wait] of Object.entries(after)) {
        expect(chosen.map(([one]) => one)).toContain(name);
        expect(wait).toEqual({ condition: 'service_completed_successfully' });
      }
  });

  test(`GPUs are ${profile === 'gpu' ? "the stages' that take one" : "nobody's"}`, () => {
    const reserve = chosen.filter(([, { deploy }]) => deploy !== undefined).map(([name]) => name);
    expect(reserve.sort()).toEqual(profile === 'gpu' ? ['asr-gpu', 'fine-gpu', 'vad-gpu'] : []);
  });
});

test('a service waits for what its stage reads from, and the first ones for the folders', () => {
  expect(waits('demux')).toEqual(['folders']);
  expect(waits('asr')).toEqual(['demux', 'fine', 'info']);
  expect(waits('asr-gpu')).toEqual(['demux', 'fine-gpu', 'info']);
  expect(waits('mux-gpu')).toEqual(['asr-gpu']);
});

test('every service is held tight', () => {
  for (const service of Object.values(services))
    expect(service).toMatchObject({
      user: '${UID:-1000}:${GID:-1000}',
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      tmpfs: ['/tmp:exec'],
    });
});

test('a stage gets its files, its variables and no more', () => {
  expect(at('asr')?.command).toEqual([
    '--input=/data/demux/audio.wav',
    '--speech=/data/fine/speech.json',
    '--info=/data/info/info.json',
    '--output=/data/asr/text.json',
    '--config=/settings.toml',
  ]);
  expect(at('mux')?.command[0]).toBe('--input=/film/${FILM:?the name of the film in FILM_FOLDER}');
  expect(at('fine')?.environment).toEqual(['HF_TOKEN', 'HF_HUB_OFFLINE']);
  expect(at('vad')?.environment).toBeUndefined();
  expect(at('asr-gpu')).toMatchObject({ command: at('asr')?.command, volumes: at('asr')?.volumes });
});

test('only what needs a network for its work or for models has one', () => {
  const alone = Object.keys(services).filter((name) => at(name)?.network_mode === 'none');
  expect(alone.sort()).toEqual(['demux', 'folders', 'mux', 'mux-gpu', 'vad', 'vad-gpu']);
});

test.each([
  ['demux', ['/data', '/settings.toml', '/film']],
  ['fine', ['/data', '/settings.toml', '/models']],
  ['folders', ['/data']],
])('%s sees %j; it can write in none but its own', (name, targets) => {
  const volumes = at(name)?.volumes ?? [];
  expect(volumes.map(({ target }) => target)).toEqual(targets);
  for (const { target, read_only: readOnly } of volumes)
    expect(readOnly ?? false).toBe(['/settings.toml', '/film'].includes(target));
});

test('a missing folder is no folder of root', () => {
  for (const volume of at('demux')?.volumes ?? [])
    expect(volume).toMatchObject({ type: 'bind', bind: { create_host_path: false } });
});

test('another prefix takes the place of the usual one', () => {
  expect(at('asr')?.image).toBe('${IMAGE_PREFIX:-o/app-}asr:cuda');
});

test('without a stage, its readers wait for the next', () => {
  const { asr, fine } = read('fine');
  expect(fine).toBeUndefined();
  expect(Object.keys(asr?.depends_on ?? {})).toEqual(['demux', 'info', 'vad']);
  expect(asr?.command).toContain('--speech=/data/vad/speech.json');
});

test('it is as prettier writes it', async () => {
  const text = composeFile(pipelineWithout(), 'o/app-');
  expect(await format(text, { parser: 'yaml', singleQuote: true, printWidth: 110 })).toBe(text);
});
