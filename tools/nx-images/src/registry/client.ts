import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { readCall, writeCall } from './calls.ts';
import {
  ACCEPTED_MANIFESTS,
  LARGEST_MANIFEST,
  digestOf,
  isDigest,
  readManifest,
  readTags,
} from './manifest.ts';
import type { Descriptor, Manifest } from './manifest.ts';
import { digestMismatch, failed, unexpected } from './problems.ts';
import type { RegistryAddress } from './reference.ts';
import { Session, type Call } from './session.ts';
import { header, type Content } from './transport.ts';
import { verified } from './verify.ts';

export type { Descriptor, ImageManifest, Manifest } from './manifest.ts';

type Blob = Pick<Descriptor, 'digest' | 'size'>;

const PING_MS = 3000;
/** A registry hashes (or moves) what it got before it answers: at this pace, bytes in a millisecond. */
const COMMIT_PACE = 20_000;
const AGAIN_MS = 500;

/**
 * A client of the OCI distribution API, with docker's credentials and docker's rules of plain http.
 * Repositories are full names, as `repositoryIn` gives them. All methods throw ProblemError: registry-unreachable,
 * registry-slow, registry-unauthorized, registry-denied, registry-error, docker-config, and what else they name.
 * Source: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
 */
export class Registry {
  readonly address: RegistryAddress;
  readonly #session: Session;
  readonly #timeoutMs: number;

  /** @param options `timeoutMs`: how long the headers of an answer may take, and any silence in its body */
  constructor(address: RegistryAddress, { timeoutMs = 10_000 }: { readonly timeoutMs?: number } = {}) {
    this.address = address;
    this.#timeoutMs = timeoutMs;
    this.#session = new Session(address, timeoutMs);
  }

  /** Returns when there is a registry that lets us in. */
  async ping(): Promise<void> {
    const subject = { host: this.address.host, name: this.address.host, writes: false };
    const timeoutMs = Math.min(PING_MS, this.#timeoutMs);
    await this.#session.expect({ method: 'GET', target: '/v2/', scopes: [], subject, timeoutMs }, 200);
  }

  /**
   * The manifest of one image; undefined when there is none. Its bytes are those of its digest.
   * @throws ProblemError also `registry-not-an-image` (an index of several), `digest-mismatch`
   */
  async manifest(repository: string, tagOrDigest: string): Promise<Manifest | undefined> {
    const call = readCall(this.address, 'GET', repository, `manifests/${tagOrDigest}`, tagOrDigest);
    const answer = await this.#session.expect(
      { ...call, headers: { accept: ACCEPTED_MANIFESTS }, limit: LARGEST_MANIFEST },
      200,
      404,
    );
    if (answer.status === 404) return undefined;
    const digests = [
      ...(isDigest(tagOrDigest) ? [tagOrDigest] : []),
      header(answer, 'docker-content-digest'),
    ];
    return readManifest(
      answer.bytes,
      header(answer, 'content-type') ?? '',
      digests.filter((digest) => digest !== undefined),
      call.subject,
    );
  }

  /** The digest that a tag stands for now, of one image or of an index of several; undefined when there is none. */
  async digest(repository: string, tag: string): Promise<string | undefined> {
    const call = readCall(this.address, 'HEAD', repository, `manifests/${tag}`, tag);
    const answer = await this.#session.expect({ ...call, headers: { accept: ACCEPTED_MANIFESTS } }, 200, 404);
    if (answer.status === 404) return undefined;
    const digest = header(answer, 'docker-content-digest');
    if (digest === undefined) throw unexpected(call.subject, '200 to a tag without its digest');
    return digest;
  }

  /** A blob that fits in memory. @throws ProblemError also when it is absent, `digest-mismatch` */
  async blob(repository: string, blob: Blob): Promise<Buffer> {
    const chunks = [];
    for await (const chunk of await this.blobStream(repository, blob)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  /** A blob as a stream, which fails with a ProblemError when the bytes are not those of the digest. */
  async blobStream(repository: string, blob: Blob): Promise<Readable> {
    const call = readCall(this.address, 'GET', repository, `blobs/${blob.digest}`, blob.digest);
    const { stream } = await this.#session.expect({ ...call, streams: true }, 200);
    if (stream === undefined) throw new Error('a streamed answer has no stream');
    return verified(stream, blob, call.subject, (error) => this.#session.explain(error, call.subject));
  }

  /** Whether a repository has a blob. */
  async hasBlob(repository: string, digest: string): Promise<boolean> {
    const call = readCall(this.address, 'HEAD', repository, `blobs/${digest}`, digest);
    return (await this.#session.expect(call, 200, 404)).status === 200;
  }

  /** Puts a blob where it is not there yet. @throws ProblemError, or the error of the content's own stream */
  async pushBlob(repository: string, content: Content & { readonly digest: string }): Promise<void> {
    const { digest, size } = content;
    if (await this.hasBlob(repository, digest)) return;
    const start = writeCall(this.address, 'POST', repository, 'blobs/uploads/', digest);
    const location = header(await this.#session.expect(start, 202), 'location');
    if (location === undefined) throw unexpected(start.subject, '202 to an upload without a place for it');
    const target = new URL(this.#session.locate(location, start.target));
    target.searchParams.set('digest', digest);
    await this.#session.expect(
      {
        ...start,
        method: 'PUT',
        target: target.href,
        headers: { 'content-type': 'application/octet-stream' },
        body: content,
        timeoutMs: this.#timeoutMs + size / COMMIT_PACE,
      },
      201,
      204,
    );
  }

  /** Makes a blob of another repository one of this too, without moving bytes. False where the registry declines. */
  async mountBlob(repository: string, digest: string, fromRepository: string): Promise<boolean> {
    const query = new URLSearchParams({ mount: digest, from: fromRepository });
    const call = writeCall(this.address, 'POST', repository, `blobs/uploads/?${query.toString()}`, digest);
    const scopes = [...call.scopes, `repository:${fromRepository}:pull`];
    const answer = await this.#session.expect({ ...call, scopes }, 201, 202, 404);
    const location = header(answer, 'location');
    // It began an upload instead; the registry forgets it in time where it can not be taken back.
    if (answer.status === 202 && location !== undefined) {
      const target = this.#session.locate(location, call.target);
      await this.#session.request({ ...call, method: 'DELETE', target }).catch(() => undefined);
    }
    return answer.status === 201;
  }

  /** Puts a manifest, of which all blobs are there, under a tag or its digest. @returns its digest */
  async pushManifest(
    repository: string,
    tagOrDigest: string,
    bytes: Buffer,
    mediaType: string,
  ): Promise<string> {
    const digest = digestOf(bytes);
    const call: Call = {
      ...writeCall(this.address, 'PUT', repository, `manifests/${tagOrDigest}`, tagOrDigest),
      headers: { 'content-type': mediaType },
      body: bytes,
    };
    if (isDigest(tagOrDigest) && tagOrDigest !== digest)
      throw digestMismatch(call.subject, `the bytes have ${digest}`);
    let answer = await this.#session.request(call);
    if (answer.status === 400) {
      // Of two clients that upload one blob, the second may be told that it is not there yet.
      await wait(AGAIN_MS);
      answer = await this.#session.request(call);
    }
    if (answer.status !== 201) throw failed(call.subject, answer.status, answer.bytes);
    const told = header(answer, 'docker-content-digest');
    if (told?.startsWith('sha256:') && told !== digest)
      throw digestMismatch(call.subject, `${digest} was pushed, the registry has ${told}`);
    return digest;
  }

  /** The tags of a repository, in the registry's order; none when there is no such repository. */
  async tags(repository: string): Promise<readonly string[]> {
    const call = readCall(this.address, 'GET', repository, 'tags/list?n=1000');
    const tags: string[] = [];
    for (let target: string | undefined = call.target; target !== undefined;) {
      const answer = await this.#session.expect({ ...call, target }, 200, 404);
      if (answer.status === 404) return [];
      tags.push(...readTags(answer.bytes, call.subject));
      const next = /<([^>]*)>\s*;[^,]*rel="?next"?/i.exec(header(answer, 'link') ?? '')?.[1];
      target = next === undefined ? undefined : this.#session.locate(next, target);
    }
    return tags;
  }

  /** Takes a manifest, with all its tags, from a repository. False when it is not there. */
  async deleteManifest(repository: string, digest: string): Promise<boolean> {
    const call = writeCall(this.address, 'DELETE', repository, `manifests/${digest}`, digest, 'delete');
    return (await this.#session.expect(call, 202, 200, 204, 404)).status !== 404;
  }
}
