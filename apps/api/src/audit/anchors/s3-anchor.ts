import type { S3Client } from '@aws-sdk/client-s3';
import { parseCheckpoint } from '@valetkey/audit-log';
import type { CheckpointRecord } from '../checkpoint.js';
import type { Anchor } from './anchor.js';
import { codeOf, OutsideError } from './outside-error.js';

const PATIENCE_MS = 10_000;
const SIZE_DIGITS = 18;
/** Objects that are read in parallel. */
const READS = 32;
/** Leaves in which the newest checkpoint is looked for first, and how many times as many next. */
const LOOK_BACK = 1_000;

type Sdk = typeof import('@aws-sdk/client-s3');

/**
 * `s3://bucket/prefix?region=eu-west-1&endpoint=https://…`: one object per checkpoint in an object store that speaks
 * S3. An existing object is never overwritten. Credentials come from the AWS SDK's own chain; a retention rule of the
 * bucket (Object Lock) prevents even their holder from deleting.
 */
export class S3Anchor implements Anchor {
  readonly name: string;
  private readonly bucket: string;
  private readonly prefix: string;
  private readonly endpoint: string | undefined;
  private readonly region: string | undefined;

  constructor(url: URL) {
    this.bucket = url.hostname;
    this.prefix = url.pathname.replace(/^\/+|(?<!\/)\/+$/g, '');
    this.name = `s3://${this.bucket}/${this.prefix}`;
    this.endpoint = url.searchParams.get('endpoint') ?? undefined;
    this.region = url.searchParams.get('region') ?? (this.endpoint === undefined ? undefined : 'us-east-1');
  }

  put(records: readonly CheckpointRecord[]): Promise<void> {
    return this.withClient(async (client, sdk) => {
      for (const record of records) {
        const command = new sdk.PutObjectCommand({
          Bucket: this.bucket,
          Key: this.keyOf(record),
          Body: record.note,
          ContentType: 'text/plain; charset=utf-8',
          IfNoneMatch: '*',
        });
        await client.send(command, limited()).catch(async (error: unknown) => {
          if (nameOf(error) !== 'PreconditionFailed') throw error;
          await this.requireSame(client, sdk, record);
        });
      }
    });
  }

  read(): Promise<string[]> {
    return this.withClient(async (client, sdk) => {
      const records: string[] = [];
      const keys = await this.keysAfter(client, sdk);
      for (let at = 0; at < keys.length; at += READS)
        records.push(
          ...(await Promise.all(keys.slice(at, at + READS).map((key) => this.getObject(client, sdk, key)))),
        );
      return records;
    });
  }

  /** Listings only go up: the newest is looked for from this size back, further each time. */
  newest(size: number): Promise<string[]> {
    return this.withClient(async (client, sdk) => {
      for (let back = LOOK_BACK; ; back *= LOOK_BACK) {
        const after = Math.max(0, size - back);
        const keys = await this.keysAfter(client, sdk, this.keyOf({ size: after }));
        const key = keys.at(-1);
        if (key !== undefined) return [await this.getObject(client, sdk, key)];
        if (after === 0) return [];
      }
    });
  }

  private async keysAfter(client: S3Client, sdk: Sdk, after?: string): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const listing = new sdk.ListObjectsV2Command({
        Bucket: this.bucket,
        Prefix: this.folder(),
        StartAfter: after,
        ContinuationToken: token,
      });
      const { Contents = [], NextContinuationToken } = await client.send(listing, limited());
      // Versions before the tree kept checkpoints of the chain as JSON.
      keys.push(...Contents.map(({ Key = '' }) => Key).filter((key) => !key.endsWith('.json')));
      token = NextContinuationToken;
    } while (token !== undefined);
    return keys;
  }

  private async getObject(client: S3Client, { GetObjectCommand }: Sdk, key: string): Promise<string> {
    const object = await client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }), limited());
    return checked((await object.Body?.transformToString()) ?? '', key);
  }

  /**
   * An existing object must be this checkpoint: another one means that two logs share the place, or one was rewritten.
   */
  private async requireSame(client: S3Client, sdk: Sdk, record: CheckpointRecord): Promise<void> {
    const key = this.keyOf(record);
    const root = parseCheckpoint(await this.getObject(client, sdk, key))?.root.toString('hex');
    if (root !== record.root) throw new OutsideError(`${key} holds a checkpoint of another log`);
  }

  private folder(): string {
    return this.prefix === '' ? '' : `${this.prefix}/`;
  }

  private keyOf({ size }: Pick<CheckpointRecord, 'size'>): string {
    return `${this.folder()}${String(size).padStart(SIZE_DIGITS, '0')}.note`;
  }

  /** The client lives for one round: between rounds it would only take memory. */
  private async withClient<Result>(work: (client: S3Client, sdk: Sdk) => Promise<Result>): Promise<Result> {
    const sdk = await import('@aws-sdk/client-s3');
    const client = new sdk.S3Client({
      ...(this.region === undefined ? {} : { region: this.region }),
      ...(this.endpoint === undefined ? {} : { endpoint: this.endpoint, forcePathStyle: true }),
    });
    try {
      return await work(client, sdk);
    } catch (error) {
      throw error instanceof OutsideError ? error : new OutsideError(wordsFor(error));
    } finally {
      client.destroy();
    }
  }
}

const NO_ACCESS = new Set([
  'AccessDenied',
  'CredentialsProviderError',
  'ExpiredToken',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
]);

function wordsFor(error: unknown): string {
  return NO_ACCESS.has(nameOf(error) ?? '')
    ? `the credentials that the AWS SDK finds are none or not accepted (${nameOf(error)})`
    : `the object store does not do it (${codeOf(error)})`;
}

function nameOf(error: unknown): string | undefined {
  return (error as { name?: string }).name;
}

function limited() {
  return { abortSignal: AbortSignal.timeout(PATIENCE_MS) };
}

function checked(note: string, key: string): string {
  if (!parseCheckpoint(note)) throw new OutsideError(`${key} is not a checkpoint`);
  return note;
}
