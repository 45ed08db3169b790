import { ROOT, type ReportImage } from './data.ts';

/** As many colours as the pages have. */
const HUES = 8;

/**
 * Class of the colour of an image: one for each image that others stand on, then one for all that stand on the same image
 * and bear nothing. Pure.
 */
export function hueOf(name: string, images: readonly Pick<ReportImage, 'name' | 'base'>[]): string {
  if (name === ROOT) return 'voice-rest';
  const bases = images.filter((image) => images.some(({ base }) => base === image.name));
  const groups = [
    ...bases.map((image) => image.name),
    ...new Set(images.filter((image) => !bases.includes(image)).map(({ base }) => `on ${base ?? ROOT}`)),
  ];
  const own = groups.indexOf(name);
  const index =
    own >= 0 ? own : groups.indexOf(`on ${images.find((image) => image.name === name)?.base ?? ROOT}`);
  return `voice-${index % HUES}`;
}
