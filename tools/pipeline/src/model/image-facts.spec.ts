import { expect, test } from 'vitest';
import { imageFacts } from './image-facts.ts';

const KEY = 'org.opencontainers.image.description';

test.each<[text: string, description: string, entrypoint: string[]]>([
  ['FROM a', '', []],
  [`FROM a\nLABEL ${KEY}="audio in: words out"`, 'audio in: words out', []],
  [`FROM a\nLABEL x=1 \\\n      ${KEY}='say "so"'`, 'say "so"', []],
  [`FROM a\nLABEL ${KEY}=one\nLABEL ${KEY}=two`, 'two', []],
  [`FROM a AS b\nLABEL ${KEY}=other\nENTRYPOINT ["other"]\nFROM c`, '', []],
  ['FROM a\nENTRYPOINT ["python", "/app/x.py"]', '', ['python', '/app/x.py']],
  ['FROM a\nENTRYPOINT python /app/x.py', '', []],
])('%j', (text, description, entrypoint) => {
  expect(imageFacts(text, 'Dockerfile')).toEqual({ description, entrypoint });
});
