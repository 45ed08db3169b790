// Sizes of the family from the receipts of the last build, as the table of docs/results.md. Uncompressed bytes, each layer once.
//   node bench/sizes.mjs            needs the built family (make images)
import { readdirSync, readFileSync } from 'node:fs';

const folder = 'dist/images';
const receipts = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')))
  .sort((one, other) => one.layers.length - other.layers.length || one.name.localeCompare(other.name));
const sum = (layers) => layers.reduce((bytes, { size }) => bytes + size, 0);
const mb = (bytes) => (bytes / 1e6 < 10 ? (bytes / 1e6).toFixed(1) : Math.round(bytes / 1e6).toString());

const unique = new Map();
console.log('| image | stands on | adds, MB | of it new to the family | whole, MB |');
console.log('|---|---|---|---|---|');
for (const { name, base, layers } of receipts) {
  const under = new Set(receipts.find((one) => one.name === base?.name)?.layers.map(({ diffId }) => diffId));
  const own = layers.filter(({ diffId }) => !under.has(diffId));
  const fresh = own.filter(({ diffId }) => !unique.has(diffId));
  for (const layer of layers) unique.set(layer.diffId, layer);
  console.log(
    `| ${name} | ${base?.name ?? 'root'} | ${mb(sum(own))} | ${mb(sum(fresh))} | ${mb(sum(layers))} |`,
  );
}
console.log(
  `| **${receipts.length} images, each layer once** | | | | **${mb(sum([...unique.values()]))}** |`,
);
console.log(
  `| were nothing shared | | | | ${mb(receipts.reduce((bytes, { layers }) => bytes + sum(layers), 0))} |`,
);
