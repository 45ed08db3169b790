import { createServer, request as send, type IncomingMessage } from 'node:http';
import { listen } from './http.ts';

/** What becomes of an answer: other bytes, or a broken connection. */
export type Change = (path: string, body: Buffer) => Buffer | 'breaks';

/**
 * A server between a registry and its clients that changes answers to what reads; it stops when the test ends.
 * @param host of the registry
 * @returns `127.0.0.1:PORT`
 */
export function between(host: string, change: Change): Promise<string> {
  return listen(
    createServer((request, response) => {
      const { method = '', url: path = '', headers } = request;
      const upstream = send(`http://${host}${path}`, { method, headers }, (answer) => {
        void bodyOf(answer).then((body) => {
          const changed = method === 'GET' && answer.statusCode === 200 ? change(path, body) : body;
          if (changed === 'breaks') {
            request.socket.resetAndDestroy();
            return;
          }
          const length = method === 'HEAD' ? answer.headers['content-length'] : changed.length;
          response.writeHead(answer.statusCode ?? 500, { ...answer.headers, 'content-length': length });
          response.end(changed);
        });
      });
      request.pipe(upstream);
    }),
  );
}

async function bodyOf(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
