import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request that a server of a test got. */
export interface Got {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
}

/** A server on this machine that stops when the test ends. @returns `127.0.0.1:PORT`, and what it was asked so far */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly host: string; readonly got: readonly Got[] }> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    got.push({ method, url, authorization: headers.authorization });
    answer(request, response);
  });
  return { host: await listen(server), got };
}

/** Starts a server on a free port of this machine; it stops when the test ends. @returns `127.0.0.1:PORT` */
export async function listen(
  server: Pick<Server, 'listen' | 'address' | 'close' | 'closeAllConnections'>,
): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
