import { linkStages, type Pipeline, type StageSource } from '../model/pipeline.ts';
import { readStageJson } from '../model/stage-json.ts';

/** What the folder of a stage says in a test: its stage.json, and what differs from a stage for the CPU. */
interface Given extends Partial<Omit<StageSource, 'file'>> {
  readonly json: object;
}

/** The sources of stages by their names. */
export const sourcesOf = (stages: Readonly<Record<string, Given>>): readonly StageSource[] =>
  Object.entries(stages).map(([name, { json, ...facts }]) => ({
    name,
    image: `o/app-${name}:${facts.device === 'gpu' ? 'cuda' : 'cpu'}`,
    device: 'cpu',
    description: `what ${name} does`,
    entrypoint: ['python', `/app/${name}.py`],
    ...facts,
    file: readStageJson(JSON.stringify(json, null, 2), `images/${name}/stage.json`),
  }));

const speech = ['fine/speech.json', 'vad/speech.json'];

/**
 * A family with everything in it: the film read twice, a GPU, a fallback, models, a network, a token.
 *
 *     film ── demux ─┬─ vad (GPU) ─ fine (GPU) ─┐
 *                    ├─ info (network) ─────────┴─ asr (GPU) ── mux
 */
export const FAMILY: Readonly<Record<string, Given>> = {
  asr: {
    device: 'gpu',
    json: {
      inputs: { '--input': 'demux/audio.wav', '--speech': speech, '--info': ['info/info.json'] },
      outputs: { '--output': 'text.json' },
      models: true,
    },
  },
  demux: {
    json: { inputs: { '--input': 'film' }, outputs: { '--output': 'audio.wav', '--metadata': 'audio.json' } },
  },
  fine: {
    device: 'gpu',
    json: {
      inputs: { '--input': 'demux/audio.wav', '--speech': ['vad/speech.json'] },
      outputs: { '--output': 'speech.json' },
      models: true,
      tokens: ['HF_TOKEN'],
    },
  },
  info: {
    json: {
      inputs: { '--input': 'demux/audio.json' },
      outputs: { '--output': 'info.json' },
      models: true,
      network: true,
      tokens: ['TMDB_TOKEN'],
    },
  },
  mux: {
    json: { inputs: { '--input': 'film', '--text': 'asr/text.json' }, outputs: { '--output': 'film.mkv' } },
  },
  vad: {
    device: 'gpu',
    json: { inputs: { '--input': 'demux/audio.wav' }, outputs: { '--output': 'speech.json' } },
  },
};

/** The pipeline of the family without some stages. */
export const pipelineWithout = (...names: readonly string[]): Pipeline =>
  linkStages(sourcesOf(FAMILY).filter(({ name }) => !names.includes(name)));
